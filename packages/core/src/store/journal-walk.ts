import {
  headKey,
  hourOf,
  type JournalHead,
  type JournalPage,
  type JournalRoster,
  pageKey,
  rosterKey,
  type Scope,
} from "./journal.ts";
import type { Store } from "./store.ts";

/** Of each writer, at a time. */
const PAGES_PER_READ = 16;
const HOURS_PER_READ = 256;

/** How a journal is gone through: from one instant to another, in epoch milliseconds. */
export interface Walk {
  readonly scope: Scope;
  readonly order: "newest" | "oldest";
  readonly since: number;
  readonly until: number;
  /** Where to go on; from the beginning when left out. */
  readonly place?: JournalPlace | undefined;
}

/** Where a walk has come to. It stays good while pages are added and removed. */
export interface JournalPlace {
  readonly hour: number;
  /** For each writer of the hour how many of its pages are passed, or, newest first, left. */
  readonly pages: readonly number[];
  /** How many entries are passed of the page that is next. */
  readonly skip: number;
}

/** A page with what is left of it, in the order of the walk. */
export interface WalkedPage<Entry> extends JournalPage<Entry> {
  /** How many of its entries were passed before. */
  readonly skipped: number;
  /** Where the walk stands before it, with nothing of it passed. */
  readonly place: JournalPlace;
  readonly after: JournalPlace;
}

/** Goes through a journal page by page; one of another time is empty. @throws {Failure} `store_unavailable` */
export async function* walkJournal<Entry>(
  store: Store,
  walk: Walk,
): AsyncGenerator<WalkedPage<Entry>> {
  for await (const { hour, writers } of filledHours(store, walk)) {
    const place = walk.place?.hour === hour ? walk.place : undefined;
    yield* walkHour<Entry>(store, { ...walk, hour, writers, place });
  }
}

interface FilledHour {
  readonly hour: number;
  readonly writers: readonly string[];
}

async function* filledHours(store: Store, walk: Walk): AsyncGenerator<FilledHour> {
  const hours = hoursOf(walk);
  for (let start = 0; start < hours.length; start += HOURS_PER_READ) {
    const some = hours.slice(start, start + HOURS_PER_READ);
    const keys = some.map((hour) => rosterKey(walk.scope, hour));
    const rosters = await store.getMany<JournalRoster>(keys);
    yield* some.flatMap((hour, index) => filled(hour, rosters[index]?.value.writers));
  }
}

function filled(hour: number, writers: readonly string[] | undefined): readonly FilledHour[] {
  return writers ? [{ hour, writers }] : [];
}

function hoursOf({ order, since, until, place }: Walk): readonly number[] {
  const isBack = order === "newest";
  const first = isBack ? hourOf(since) : (place?.hour ?? hourOf(since));
  const last = isBack ? (place?.hour ?? hourOf(until)) : hourOf(until);
  const hours = Array.from({ length: Math.max(last - first + 1, 0) }, (_, index) => first + index);
  return isBack ? hours.reverse() : hours;
}

type HourWalk = Walk & FilledHour;

/** The next pages of one writer; more are read when these are passed. */
interface Front<Entry> {
  /** As in a place. */
  pages: number;
  ahead: (JournalPage<Entry> | undefined)[];
}

async function* walkHour<Entry>(store: Store, walk: HourWalk): AsyncGenerator<WalkedPage<Entry>> {
  const { hour, order, place } = walk;
  const counts = await countPages(store, walk);
  const fronts = counts.map((count, writer): Front<Entry> => {
    const start = order === "newest" ? count : 0;
    // Who has come since was not there yet when the newest were passed.
    const unknown = order === "newest" && place ? 0 : start;
    return { pages: place?.pages[writer] ?? unknown, ahead: [] };
  });
  let skip = place?.skip ?? 0;
  for (;;) {
    await Promise.all(
      fronts.map((front, writer) => lookAhead(store, { walk, counts, writer }, front)),
    );
    const next = nextOf(fronts, order);
    const page = next?.ahead[0];
    if (!next || !page) return;
    const before = { hour, pages: fronts.map(({ pages }) => pages), skip: 0 };
    pass(next, order);
    const after = { hour, pages: fronts.map(({ pages }) => pages), skip: 0 };
    const entries = order === "newest" ? page.entries.toReversed() : page.entries;
    const isAsked = page.at >= walk.since && page.at <= walk.until;
    const left = isAsked ? entries.slice(skip) : [];
    yield { at: page.at, entries: left, skipped: skip, place: before, after };
    skip = 0;
  }
}

async function countPages(store: Store, { scope, hour, writers }: HourWalk) {
  const heads = await store.getMany<JournalHead>(
    writers.map((writer) => headKey(scope, { hour, writer })),
  );
  return heads.map((head) => head?.value.pages ?? 0);
}

interface Looking {
  readonly walk: HourWalk;
  readonly counts: readonly number[];
  readonly writer: number;
}

/** Passes over pages that are not there: those of commits that lost, and what was purged. */
async function lookAhead<Entry>(
  store: Store,
  { walk, counts, writer }: Looking,
  front: Front<Entry>,
): Promise<void> {
  for (;;) {
    while (front.ahead.length > 0 && front.ahead[0] === undefined) pass(front, walk.order);
    if (front.ahead.length > 0) return;
    const numbers = numbersAhead(walk.order, front.pages, counts[writer] ?? 0);
    if (numbers.length === 0) return;
    const { scope, hour, writers } = walk;
    const name = writers[writer] ?? "";
    const read = await store.getMany<JournalPage<Entry>>(
      numbers.map((page) => pageKey(scope, { hour, writer: name, page })),
    );
    front.ahead = read.map((stored) => stored?.value);
  }
}

function numbersAhead(order: Walk["order"], pages: number, count: number): readonly number[] {
  const left = order === "newest" ? pages : count - pages;
  const length = Math.max(Math.min(left, PAGES_PER_READ), 0);
  return Array.from({ length }, (_, index) =>
    order === "newest" ? pages - 1 - index : pages + index,
  );
}

function pass(front: Front<unknown>, order: Walk["order"]): void {
  front.ahead.shift();
  front.pages += order === "newest" ? -1 : 1;
}

/** Of equal instants that of the writer who came first: every walk goes the same way. */
function nextOf<Entry>(
  fronts: readonly Front<Entry>[],
  order: Walk["order"],
): Front<Entry> | undefined {
  const sign = order === "newest" ? -1 : 1;
  let next: Front<Entry> | undefined;
  for (const front of fronts) {
    const [page] = front.ahead;
    const best = next?.ahead[0];
    if (page && (!best || sign * (page.at - best.at) < 0)) next = front;
  }
  return next;
}
