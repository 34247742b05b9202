import { joined } from "./joined.ts";
import {
  forgetIdle,
  headWrite,
  lookAround,
  markRemoved,
  PAGES_PER_LOOK,
  type PageId,
  pageId,
  pageKey,
  parsePageId,
  type ReadPage,
  readFront,
  readPages,
  spanOf,
  take,
} from "./log-pages.ts";
import { openRoster } from "./roster.ts";
import { numbersOf } from "./span.ts";
import { join, type LogState, type Staged, stage } from "./staging.ts";
import type { Change, Guard, Store, Stored, Write } from "./store.ts";
import type { Writer } from "./writer.ts";

export type { PageId, ReadPage, Staged };

/** What a log is opened with. */
export interface LogParts {
  readonly store: Store;
  /** This process, for as long as it runs. */
  readonly writer: Writer;
}

/**
 * Entries that wait for something, in pages. A page belongs to the writer that appended it, so
 * appending needs no guard against others and never loses a race; whoever has dealt with a page
 * removes it.
 */
export interface Log<Entry> {
  /** Makes this writer known to the readers of the log; needed before each `stage`, mostly at once. */
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
  /** Whether this process has appended the page. */
  isOwn(page: PageId): boolean;
  /**
   * The pages that may exist, each writer's oldest first: at most so many, none that is `unless`.
   * Some may be gone by the time you read.
   */
  pages(most?: number, unless?: (page: PageId) => boolean): Promise<readonly PageId[]>;
  /** The oldest pages of each writer, up to `count` of each. */
  oldest(count: number): Promise<readonly ReadPage<Entry>[]>;
  /** The entries of a page, `undefined` once it is removed. */
  read(page: PageId): Promise<Stored<readonly Entry[]> | undefined>;
  /** Of these pages those that still exist. */
  readAll(pages: readonly PageId[]): Promise<readonly ReadPage<Entry>[]>;
}

/** Opens a log by name; one object per name and process, since it numbers the pages. */
export function openLog<Entry>(parts: LogParts, name: string): Log<Entry> {
  const roster = openRoster(parts.store, name);
  const known = { ...parts, name, roster, spans: new Map() };
  const log: LogState = { ...known, ownIds: new Set(), fence: undefined, joining: undefined };
  return {
    join: () => join(log),
    stage: (entries) => stage(log, entries),
    removing: (page) => removing(log, page),
    replacing: (page, entries) => ({ key: pageKey(log, page), value: entries }),
    guarding: (page, { version }) => ({ key: pageKey(log, page), version }),
    isOwn: (page) => log.ownIds.has(parsePageId(page).writer),
    pages: (most, unless) => pages(log, most, unless),
    oldest: (count) => oldest(log, count),
    read: async (page) => (await readPages<Entry>(log, [page]))[0]?.stored,
    readAll: (some) => readPages(log, some),
  };
}

/**
 * One commit for a change and the pages that belong to it. When this process was declared dead while
 * it was paused, it goes on under another id and commits again.
 *
 * @returns and throws as `commit` does.
 */
export async function commitStaged(
  store: Store,
  change: Change,
  staged: readonly Staged[],
): Promise<boolean> {
  for (;;) {
    if (await commitOnce(store, change, staged)) return true;
    const rejoined = await Promise.all(staged.map(({ rejoin }) => rejoin()));
    if (!rejoined.includes(true)) return false;
    for (const { restage } of staged) restage();
  }
}

async function commitOnce(store: Store, change: Change, staged: readonly Staged[]) {
  let landed: boolean | undefined;
  try {
    landed = await store.commit(joined(change, ...staged.map((page) => page.change)));
    return landed;
  } finally {
    for (const { settle } of staged) settle(landed);
  }
}

/**
 * A head follows at once where nobody else can write it. Where others can, it follows with the
 * writer's next page, and a dead writer's stands still: readers find the gap.
 */
function removing(log: LogState, page: PageId): readonly Write[] {
  const gone = { key: pageKey(log, page), value: undefined };
  const isKnown = markRemoved(log, page) !== undefined;
  if (!isKnown || log.store.atomicity === "cluster") return [gone];
  return [gone, headWrite(log, parsePageId(page).writer)];
}

async function pages(
  log: LogState,
  most = Number.POSITIVE_INFINITY,
  unless: (page: PageId) => boolean = () => false,
): Promise<readonly PageId[]> {
  const writers = await lookAround(log);
  await Promise.all(writers.map((writer) => readFront(log, writer, PAGES_PER_LOOK)));
  await forgetIdle(log, writers);
  const listed: PageId[] = [];
  for (const writer of writers) {
    for (const page of take(wanted(log, writer, unless), most - listed.length)) listed.push(page);
  }
  return listed;
}

function* wanted(log: LogState, writer: string, unless: (page: PageId) => boolean) {
  for (const number of numbersOf(spanOf(log, writer))) {
    const page = pageId(writer, number);
    if (!unless(page)) yield page;
  }
}

async function oldest<Entry>(log: LogState, count: number): Promise<readonly ReadPage<Entry>[]> {
  const writers = await lookAround(log);
  const fronts = await Promise.all(writers.map((writer) => readFront<Entry>(log, writer, count)));
  await forgetIdle(log, writers);
  return fronts.flat();
}
