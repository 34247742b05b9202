import { z } from "zod";
import type { App } from "../app.ts";
import { type Page, PageQuery } from "../http/page.ts";
import type { Scope } from "../store/journal.ts";
import {
  type JournalPlace,
  type Walk,
  type WalkedPage,
  walkJournal,
} from "../store/journal-walk.ts";

const HOUR_MS = 60 * 60 * 1000;
/** One call looks at about this many entries at most; the cursor goes on from there. */
const MAX_SCANNED = 1_000;
const LEAST_LOADED = 64;

/** The query of a list of what happened. A cursor names a place for each node that has written. */
export const WalkQuery = z.strictObject({
  ...PageQuery.shape,
  cursor: z.string().max(1_024).optional(),
});

/** A list of what a journal tells, page by page. */
export interface WalkListing<Entry, Shown> {
  readonly scope: Scope;
  /** What else makes this list another than others: a cursor is good for no other. */
  readonly filter: readonly unknown[];
  readonly query: z.output<typeof WalkQuery>;
  /** Epoch milliseconds; as far back as anything is kept, and up to now, when left out. */
  readonly since?: number | undefined;
  readonly until?: number | undefined;
  /** What is shown of entries, in their order; `undefined` for those that are not asked for. */
  readonly load: (entries: readonly Entry[]) => Promise<readonly (Shown | undefined)[]>;
}

type WalkParts = Pick<App, "store" | "clock" | "cursors" | "retention">;

/** A page of a journal, newest first. @throws {Failure} `invalid_cursor`, `store_unavailable` */
export async function walkPage<Entry, Shown>(
  { store, clock, cursors, retention }: WalkParts,
  listing: WalkListing<Entry, Shown>,
): Promise<Page<Shown>> {
  const { scope, filter, query } = listing;
  const name = JSON.stringify(["journal", scope, filter]);
  const place =
    query.cursor === undefined ? undefined : toPlace(cursors.readAll(name, query.cursor));
  // An hour more on either side: clocks of other nodes may be ahead of ours, or behind it.
  const kept = clock.now() - retention.events * 24 * HOUR_MS - HOUR_MS;
  const since = Math.max(listing.since ?? 0, kept);
  const until = listing.until ?? clock.now() + HOUR_MS;
  const walk: Walk = { scope, order: "newest", since, until, place };
  const { data, next } = await gather(walkJournal<Entry>(store, walk), listing);
  return { data, nextCursor: next ? cursors.writeAll(name, toNumbers(next)) : null };
}

/** Something, and where the list goes on behind it. */
interface Placed<Value> {
  readonly value: Value;
  readonly after: JournalPlace;
}

interface Gathered<Shown> {
  readonly data: readonly Shown[];
  readonly next: JournalPlace | undefined;
}

async function gather<Entry, Shown>(
  pages: AsyncIterable<WalkedPage<Entry>>,
  { query: { limit }, load }: WalkListing<Entry, Shown>,
): Promise<Gathered<Shown>> {
  const found: Placed<Shown>[] = [];
  let waiting: Placed<Entry>[] = [];
  let scanned = 0;
  let cut: JournalPlace | undefined;
  const flush = async () => {
    const shown = await load(waiting.map(({ value }) => value));
    found.push(...waiting.flatMap(({ after }, index) => placed(shown[index], after)));
    waiting = [];
  };
  for await (const page of pages) {
    waiting.push(...entriesOf(page));
    scanned += page.entries.length;
    if (waiting.length >= Math.max(limit + 1, LEAST_LOADED)) await flush();
    if (found.length > limit || scanned >= MAX_SCANNED) cut = page.after;
    if (cut) break;
  }
  await flush();
  const shown = found.slice(0, limit);
  const next = found.length > limit ? shown.at(-1)?.after : cut;
  return { data: shown.map(({ value }) => value), next };
}

function placed<Value>(value: Value | undefined, after: JournalPlace): readonly Placed<Value>[] {
  return value === undefined ? [] : [{ value, after }];
}

function entriesOf<Entry>(page: WalkedPage<Entry>): readonly Placed<Entry>[] {
  const { entries, place, skipped, after } = page;
  return entries.map((value, index) => {
    const isLast = index === entries.length - 1;
    return { value, after: isLast ? after : { ...place, skip: skipped + index + 1 } };
  });
}

function toNumbers({ hour, skip, pages }: JournalPlace): readonly number[] {
  return [hour, skip, ...pages];
}

function toPlace([hour = 0, skip = 0, ...pages]: readonly number[]): JournalPlace {
  return { hour, skip, pages };
}
