import { key } from "./key.ts";
import { newVersion } from "./record.ts";
import { openRoster, type Roster, type Writer } from "./roster.ts";
import { addToSpan, type Head, newSpan, numbersOf, removeFromSpan, type Span } from "./span.ts";
import type { Change, Guard, Store, Stored, Write } from "./store.ts";

/** Where a page stands: `<writer>.<number>`, usable as a job id. */
export type PageId = string;

/** What a log is opened with. */
export interface LogParts {
  readonly store: Store;
  /** This process, for as long as it runs. */
  readonly writer: Writer;
}

/**
 * Entries that wait for something, in pages. A page belongs to the writer that appended it, so
 * appending needs no guard and never loses a race; whoever has dealt with a page removes it.
 */
export interface Log<Entry> {
  /** Makes this writer known to the readers of the log; needed before its first `stage`. */
  join(): Promise<void>;
  /**
   * A page for `commitStaged`, to be called in the same turn: pages are numbered here, and a head
   * written late would hide the pages behind it.
   */
  stage(entries: readonly Entry[]): Staged;
  /** The writes that remove a page, for a commit in the same turn. */
  removing(page: PageId): readonly Write[];
  /** The write that replaces a page's entries, and the guard that it is still as it was read. */
  replacing(page: PageId, entries: readonly Entry[]): Write;
  guarding(page: PageId, read: Stored<unknown>): Guard;
  /** Every page that may exist, each writer's oldest first. Some may be gone by the time you read. */
  pages(): Promise<readonly PageId[]>;
  /** The entries of a page, `undefined` once it is removed. */
  read(page: PageId): Promise<Stored<readonly Entry[]> | undefined>;
}

/** A page that is numbered but not committed yet. */
export interface Staged {
  readonly page: PageId;
  readonly writes: readonly Write[];
  /** Its commit has landed, or lost (`false`), or nobody knows (`undefined`). */
  readonly settle: (landed: boolean | undefined) => void;
}

interface LogState extends LogParts {
  readonly name: string;
  readonly roster: Roster;
  readonly spans: Map<Writer, Span>;
}

/** A writer nobody else is. */
export const newWriter: () => Writer = newVersion;

/** Opens a log by name; one object per name and process, since it numbers the pages. */
export function openLog<Entry>(parts: LogParts, name: string): Log<Entry> {
  const roster = openRoster(parts.store, name);
  const log: LogState = { ...parts, name, roster, spans: new Map([[parts.writer, newSpan()]]) };
  let joining: Promise<void> | undefined;

  return {
    join() {
      joining ??= roster.add(parts.writer).catch((error) => {
        joining = undefined;
        throw error;
      });
      return joining;
    },
    stage: (entries) => stage(log, entries),
    removing: (page) => removing(log, page),
    replacing: (page, entries) => ({ key: pageKey(log, page), value: entries }),
    guarding: (page, { version }) => ({ key: pageKey(log, page), version }),
    pages: () => pages(log),
    read: (page) => log.store.get(pageKey(log, page)),
  };
}

/** One commit for a change and the pages that belong to it. @returns and throws as `commit` does. */
export async function commitStaged(
  store: Store,
  { guards, writes }: Change,
  staged: readonly Staged[],
): Promise<boolean> {
  let landed: boolean | undefined;
  try {
    const pages = staged.flatMap((page) => page.writes);
    landed = await store.commit({ guards, writes: [...writes, ...pages] });
    return landed;
  } finally {
    for (const { settle } of staged) settle(landed);
  }
}

function stage(log: LogState, entries: readonly unknown[]): Staged {
  const span = spanOf(log, log.writer);
  const number = addToSpan(span);
  const page = pageId(log.writer, number);
  return {
    page,
    writes: [{ key: pageKey(log, page), value: entries }, headWrite(log, log.writer)],
    settle(landed) {
      span.pending.delete(number);
      if (landed === false) removeFromSpan(span, number);
    },
  };
}

function removing(log: LogState, page: PageId): readonly Write[] {
  const { writer, number } = parsePageId(page);
  const gone = { key: pageKey(log, page), value: undefined };
  const span = log.spans.get(writer);
  if (!span) return [gone]; // whoever lists that writer's pages next finds a gap
  removeFromSpan(span, number);
  return [gone, headWrite(log, writer)];
}

async function pages(log: LogState): Promise<readonly PageId[]> {
  const writers = await log.roster.read();
  await learnSpans(log, writers);
  const numbers = writers.map((writer) => numbersOf(spanOf(log, writer)));
  await forgetIdle(
    log,
    writers.filter((_, index) => numbers[index]?.length === 0),
  );
  return writers.flatMap(
    (writer, index) => numbers[index]?.map((number) => pageId(writer, number)) ?? [],
  );
}

/** Reads the heads of writers that were here before us. */
async function learnSpans(log: LogState, writers: readonly Writer[]): Promise<void> {
  const unknown = writers.filter((writer) => !log.spans.has(writer));
  const heads = await log.store.getMany<Head>(unknown.map((writer) => headKey(log, writer)));
  for (const [index, writer] of unknown.entries()) {
    log.spans.set(writer, newSpan(heads[index]?.value));
  }
}

/** A former writer without pages left has nothing to say any more. */
async function forgetIdle(log: LogState, idle: readonly Writer[]): Promise<void> {
  const former = idle.filter((writer) => writer !== log.writer);
  if (former.length === 0) return;
  const heads = former.map((writer) => ({ key: headKey(log, writer), value: undefined }));
  await log.roster.remove(former, heads);
  for (const writer of former) log.spans.delete(writer);
}

function spanOf(log: LogState, writer: Writer): Span {
  const span = log.spans.get(writer) ?? newSpan();
  log.spans.set(writer, span);
  return span;
}

function headWrite(log: LogState, writer: Writer): Write {
  const { first, next } = spanOf(log, writer);
  return { key: headKey(log, writer), value: { first, next } satisfies Head };
}

function headKey({ name }: LogState, writer: Writer): string {
  return key("log", name, writer);
}

function pageKey({ name }: LogState, page: PageId): string {
  const { writer, number } = parsePageId(page);
  return key("log", name, writer, number);
}

function pageId(writer: Writer, number: number): PageId {
  return `${writer}.${number}`;
}

function parsePageId(page: PageId) {
  const [writer = "", number = ""] = page.split(".");
  return { writer, number: Number(number) };
}
