import type { Queue } from "../queue/queue.ts";
import {
  type Log,
  type LogParts,
  openLog,
  type PageId,
  type ReadPage,
  type Staged,
} from "../store/log.ts";
import type { Change } from "../store/store.ts";
import {
  type EntryId,
  type EventEntry,
  entryId,
  jobsOf,
  type OutboxEntry,
  parseEntryId,
} from "./outbox-entry.ts";
import { type OutboxPages, openOutboxPages } from "./outbox-pages.ts";

/**
 * An event is emitted if and only if its change is committed: the entry is part of that commit, and
 * it stays until the work is done. Jobs are only wake-ups; the sweep adds lost ones again.
 */
export interface Outbox {
  /** Needed once before `stage`. */
  join(): Promise<void>;
  stage(entries: readonly OutboxEntry[]): Staged;
  /** Adds the jobs of a page that is committed; `entries` spare it from being read again. */
  wake(page: PageId, entries?: readonly OutboxEntry[]): Promise<void>;
  /** `undefined` when there is nothing left to do. */
  find(id: EntryId): Promise<EventEntry | undefined>;
  /** Durable when it resolves; entries finished in one turn share a commit. */
  finish(id: EntryId): Promise<void>;
  /** Leaves an entry for later, in the same way. */
  postpone(id: EntryId, later: EventEntry): Promise<void>;
  /**
   * Finishes an entry in one commit with a change and what is staged with it. An entry that somebody
   * else has finished stays so, and nothing of the change lands.
   *
   * @returns `false` when the commit lost its guards: decide anew.
   */
  finishWith(id: EntryId, change: Change, stage: () => readonly Staged[]): Promise<boolean>;
  /** Wakes every page that is still there, unless its jobs wait in this very process. */
  sweep(): Promise<void>;
}

/** A sweep leaves the rest to the next one. */
const PAGES_PER_SWEEP = 10_000;
const PAGES_PER_READ = 128;

interface OutboxState {
  readonly queue: Queue;
  readonly log: Log<OutboxEntry>;
  readonly pages: OutboxPages;
}

export function openOutbox(parts: LogParts & { readonly queue: Queue }): Outbox {
  const { store, queue } = parts;
  const log = openLog<OutboxEntry>(parts, "outbox");
  const pages = openOutboxPages({ store, log });
  const outbox: OutboxState = { queue, log, pages };
  return {
    join: log.join,
    stage: log.stage,
    wake(page, entries) {
      if (entries) pages.keep(page, entries);
      return wake(outbox, page);
    },
    find: (id) => find(outbox, id),
    finish: (id) => pages.settle(id, null),
    postpone: (id, later) => pages.settle(id, later),
    finishWith: pages.settleWith,
    sweep: () => sweep(outbox),
  };
}

/**
 * A queue of this process loses no job while it lives, and a job that waits after a failure must not
 * be woken early. A queue elsewhere may have been flushed, and other nodes finish what we have begun.
 */
async function sweep(outbox: OutboxState): Promise<void> {
  const { queue, log, pages: known } = outbox;
  if (queue.atomicity === "cluster") known.forgetAll();
  const pages = await log.pages(PAGES_PER_SWEEP, known.isWoken);
  for (let start = 0; start < pages.length; start += PAGES_PER_READ) {
    await wakeAll(outbox, await log.readAll(pages.slice(start, start + PAGES_PER_READ)));
  }
}

async function wakeAll(outbox: OutboxState, pages: readonly ReadPage<OutboxEntry>[]) {
  for (const { page, stored } of pages) {
    outbox.pages.keepUnlessKnown(page, stored.value);
    await wake(outbox, page);
  }
}

async function wake({ queue, pages }: OutboxState, page: PageId): Promise<void> {
  const entries = await pages.entries(page);
  await queue.add(entries.flatMap((entry, index) => jobsOf(entry, entryId(page, index))));
  pages.noteWoken(page);
  const drains = entries.flatMap((entry, index) => (entry && "drain" in entry ? [index] : []));
  // At once, so that they share a commit, however many there are.
  await Promise.all(drains.map((index) => pages.settle(entryId(page, index), null)));
  if (entries.length === 0) pages.forget(page);
}

/** Where others work on the same entries, what this process remembers of one may be old. */
async function find({ queue, pages }: OutboxState, id: EntryId): Promise<EventEntry | undefined> {
  const { page, index } = parseEntryId(id);
  if (queue.atomicity === "cluster") pages.forgetEntries(page);
  const entry = (await pages.entries(page))[index];
  return entry && "event" in entry ? entry : undefined;
}
