import type { Clock } from "../clock.ts";
import type { History } from "./history.ts";
import { joined, NO_CHANGE } from "./joined.ts";
import { key } from "./key.ts";
import { commitStaged } from "./log.ts";
import { newVersion } from "./record.ts";
import type { Change, Store, Write } from "./store.ts";

const HOUR_MS = 60 * 60 * 1000;

/** Names a journal: what it is of, and whose. */
export type Scope = readonly string[];

/** What one commit told a journal, at one instant. */
export interface JournalPage<Entry> {
  /** Milliseconds since the epoch. */
  readonly at: number;
  readonly entries: readonly Entry[];
}

/** Who has written in an hour, those that came first in front. */
export interface JournalRoster {
  readonly writers: readonly string[];
}

/** How many pages a writer has in an hour. */
export interface JournalHead {
  readonly pages: number;
}

/** What a commit has to write for its page, and under which keys that page will be. */
export interface StagedPage {
  readonly key: string;
  readonly writes: readonly Write[];
}

/**
 * What happened when, newest last, for those who look back: pages by the hour, each written once, in the
 * commit of what it tells. As in a log nobody is in another's way: a writer has pages of its own. What
 * is in a journal is named by the history, and so purged with the records it tells of.
 */
export interface Journal {
  /** Makes this writer known in the present hour of each journal; needed before `stage`. */
  join(scopes: readonly Scope[]): Promise<void>;
  /** A page for a commit in the same turn. Where that commit loses, a number stays unused. */
  stage(scope: Scope, entries: readonly unknown[]): StagedPage;
}

interface JournalParts {
  readonly store: Store;
  readonly clock: Pick<Clock, "now">;
  readonly history: Pick<History, "join" | "stage">;
}

/** An hour that this writer has pages in. */
interface OpenHour {
  readonly hour: number;
  pages: number;
  /** Of the newest page: time does not run backwards in a journal. */
  at: number;
}

/** Opens every journal of a process; one object per process, since it numbers the pages. */
export function openJournal(parts: JournalParts): Journal {
  const writer = newVersion();
  const open = new Map<string, OpenHour>();
  const joining = new Map<string, Promise<void>>();

  function join(scope: Scope): Promise<void> {
    const hour = hourOf(parts.clock.now());
    const name = rosterKey(scope, hour);
    if (open.get(scope.join())?.hour === hour) return Promise.resolve();
    const joined = joining.get(name) ?? enter(scope, hour).finally(() => joining.delete(name));
    joining.set(name, joined);
    return joined;
  }

  async function enter(scope: Scope, hour: number): Promise<void> {
    await parts.history.join();
    await enlist(parts, { scope, hour, writer });
    open.set(scope.join(), { hour, pages: 0, at: startOf(hour) });
  }

  return {
    async join(scopes) {
      await Promise.all(scopes.map(join));
    },
    stage(scope, entries) {
      const now = open.get(scope.join());
      if (!now) throw new Error("A journal has to be joined before anything is told to it.");
      now.at = Math.min(Math.max(parts.clock.now(), now.at), startOf(now.hour + 1) - 1);
      const at = pageKey(scope, { hour: now.hour, writer, page: now.pages });
      now.pages += 1;
      const page: JournalPage<unknown> = { at: now.at, entries };
      const head: JournalHead = { pages: now.pages };
      const headAt = headKey(scope, { hour: now.hour, writer });
      return {
        key: at,
        writes: [
          { key: at, value: page },
          { key: headAt, value: head },
        ],
      };
    },
  };
}

interface Entering {
  readonly scope: Scope;
  readonly hour: number;
  readonly writer: string;
}

/** What names the pages of an hour is purged after the last of them. */
async function enlist(
  { store, history }: JournalParts,
  { scope, hour, writer }: Entering,
): Promise<void> {
  const at = rosterKey(scope, hour);
  const kept = [at, headKey(scope, { hour, writer })];
  for (;;) {
    const roster = await store.get<JournalRoster>(at);
    const value: JournalRoster = { writers: [...(roster?.value.writers ?? []), writer] };
    const own: Change = {
      guards: [{ key: at, version: roster?.version }],
      writes: [{ key: at, value }],
    };
    const named = history.stage({ events: kept }, startOf(hour + 1));
    if (await commitStaged(store, joined(NO_CHANGE, own), [named])) return;
  }
}

/** Counts the hours since the epoch. */
export function hourOf(at: number): number {
  return Math.floor(at / HOUR_MS);
}

/** The instant at which an hour begins. */
function startOf(hour: number): number {
  return hour * HOUR_MS;
}

/** What the key of everything in journals of this scope, and of scopes below it, begins with. */
export function journalPrefix(scope: Scope): string {
  return key("journal", ...scope, "");
}

/** Where the writers of an hour are listed. */
export function rosterKey(scope: Scope, hour: number): string {
  return key("journal", ...scope, hour);
}

export function headKey(
  scope: Scope,
  { hour, writer }: { readonly hour: number; readonly writer: string },
): string {
  return key("journal", ...scope, hour, writer);
}

export function pageKey(
  scope: Scope,
  { hour, writer, page }: { readonly hour: number; readonly writer: string; readonly page: number },
): string {
  return key("journal", ...scope, hour, writer, page);
}
