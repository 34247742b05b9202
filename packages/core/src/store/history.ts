import {
  commitStaged,
  type Log,
  type LogParts,
  openLog,
  type ReadPage,
  type Staged,
} from "./log.ts";
import { type PackedKeys, pack, unpack } from "./packed-keys.ts";

/** What one commit of a purge may delete. */
const RECORDS_PER_COMMIT = 1_000;
/** Of each writer, at a time. */
const PAGES_PER_READ = 64;

/** Keys of records by their kind, which decides how long they are kept. */
export type KeysByKind = Readonly<Record<string, readonly string[]>>;

/** For each kind an instant, in epoch milliseconds. */
export type InstantByKind = Readonly<Record<string, number>>;

/** What one commit wrote at `at`. */
interface Written {
  readonly at: number;
  readonly keys: Readonly<Record<string, PackedKeys>>;
}

/**
 * Which records were written when, so that those of a limited life are purged without being looked
 * for: one page for every commit that wrote some.
 */
export interface History {
  /** Needed before `stage`. */
  join(): Promise<void>;
  /** A page that names records written at `at`, for `commitStaged` with them. */
  stage(keys: KeysByKind, at: number): Staged;
  /**
   * Deletes what was written before an instant. It may be cut short at any point, and others may be at
   * it at the same time.
   *
   * @returns How many records this call has deleted, and whether it left some because it had to stop.
   */
  purge(before: InstantByKind, mayGoOn: () => boolean): Promise<Purged>;
  /** The keys of everything of one kind that was written and not purged, page by page. */
  keys(kind: string): AsyncIterable<readonly string[]>;
}

export interface Purged {
  readonly records: number;
  readonly isComplete: boolean;
}

interface Logs {
  readonly parts: LogParts;
  /** Everything, until the kind with the shortest life has gone. */
  readonly whole: Log<Written>;
  /** What is left of it then. */
  readonly rest: Log<Written>;
}

export function openHistory(parts: LogParts, name: string): History {
  const whole = openLog<Written>(parts, name);
  const logs: Logs = { parts, whole, rest: openLog(parts, `${name}.rest`) };
  return {
    join: whole.join,
    stage: (keys, at) => whole.stage([{ at, keys: mapValues(keys, pack) }]),
    async *keys(kind) {
      for (const log of [logs.rest, whole]) yield* keysIn(log, kind);
    },
    async purge(before, mayGoOn) {
      const limits = Object.values(before);
      const first = await purgeLog(logs, {
        log: whole,
        until: Math.max(...limits),
        before,
        mayGoOn,
      });
      const last = { log: logs.rest, until: Math.min(...limits), before, mayGoOn };
      const second = await purgeLog(logs, last);
      return {
        records: first.records + second.records,
        isComplete: first.isComplete && second.isComplete,
      };
    },
  };
}

async function* keysIn(log: Log<Written>, kind: string) {
  const pages = await log.pages();
  for (let start = 0; start < pages.length; start += PAGES_PER_READ) {
    for (const { stored } of await log.readAll(pages.slice(start, start + PAGES_PER_READ))) {
      yield stored.value.flatMap((entry) => keysOf(only(entry, (name) => name === kind)));
    }
  }
}

interface Task {
  readonly log: Log<Written>;
  /** Pages with nothing younger on them are dealt with. */
  readonly until: number;
  readonly before: InstantByKind;
  readonly mayGoOn: () => boolean;
}

async function purgeLog(logs: Logs, task: Task): Promise<Purged> {
  const isOld = ({ stored }: ReadPage<Written>) => stored.value.every(({ at }) => at < task.until);
  let records = 0;
  while (task.mayGoOn()) {
    const old = (await task.log.oldest(PAGES_PER_READ)).filter(isOld);
    if (old.length === 0) return { records, isComplete: true };
    for (const pages of inBatches(old)) {
      records += task.mayGoOn() ? await purgeTogether(logs, task, pages) : 0;
    }
  }
  return { records, isComplete: false };
}

/** The guards see to it that nobody else has: a record may have been written anew since. */
async function purgeTogether(
  { parts: { store }, rest }: Logs,
  { log, before }: Task,
  pages: readonly ReadPage<Written>[],
): Promise<number> {
  const guards = pages.map(({ page, stored }) => log.guarding(page, stored));
  const entries = pages.flatMap(({ stored }) => stored.value);
  const keys = entries.flatMap((entry) => keysOf(only(entry, isOver(before))));
  const kept = entries.map((entry) => only(entry, not(isOver(before)))).filter(hasKeys);
  if (kept.length > 0) await rest.join();
  let records = 0;
  while (keys.length > RECORDS_PER_COMMIT) {
    const some = keys.splice(0, RECORDS_PER_COMMIT);
    if (!(await store.commit({ guards, writes: some.map(gone) }))) return records;
    records += some.length;
  }
  const removed = pages.flatMap(({ page }) => log.removing(page));
  const change = { guards, writes: [...keys.map(gone), ...removed] };
  const landed = await commitStaged(store, change, kept.length > 0 ? [rest.stage(kept)] : []);
  return landed ? records + keys.length : records;
}

type IsOver = (kind: string, at: number) => boolean;

const isOver =
  (before: InstantByKind): IsOver =>
  (kind, at) =>
    at < (before[kind] ?? 0);

const not =
  (is: IsOver): IsOver =>
  (kind, at) =>
    !is(kind, at);

function only({ at, keys }: Written, isWanted: IsOver): Written {
  const wanted = Object.entries(keys).filter(([kind]) => isWanted(kind, at));
  return { at, keys: Object.fromEntries(wanted) };
}

function hasKeys({ keys }: Written): boolean {
  return Object.keys(keys).length > 0;
}

function gone(key: string) {
  return { key, value: undefined };
}

/** Pages that are purged in one commit; one that names too much has several to itself. */
function* inBatches(pages: readonly ReadPage<Written>[]): Generator<readonly ReadPage<Written>[]> {
  let batch: ReadPage<Written>[] = [];
  let records = 0;
  for (const page of pages) {
    const more = page.stored.value.flatMap(keysOf).length;
    if (batch.length > 0 && records + more > RECORDS_PER_COMMIT) {
      yield batch;
      batch = [];
      records = 0;
    }
    batch.push(page);
    records += more;
  }
  if (batch.length > 0) yield batch;
}

function keysOf({ keys }: Written): string[] {
  return Object.values(keys).flatMap(unpack);
}

function mapValues<From, To>(record: Readonly<Record<string, From>>, map: (value: From) => To) {
  return Object.fromEntries(Object.entries(record).map(([name, value]) => [name, map(value)]));
}
