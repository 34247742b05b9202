import type { Draft } from "./draft.ts";
import type { Timed } from "./due-list.ts";
import { key } from "./key.ts";

const SECOND_MS = 1_000;
const MINUTE_MS = 60 * SECOND_MS;
const HOUR_MS = 60 * MINUTE_MS;
const ENTRIES_PER_PAGE = 128;

/** Hours, or minutes of an hour, that hold something; ascending, counted from the epoch. */
export type Filled = readonly number[];

/** The pages of a second: from `first` up to `next`, which does not exist yet. */
interface Lane {
  readonly second: number;
  readonly first: number;
  readonly next: number;
}

/** What a minute holds. Few entries are on one page; more are by the second, on as many as it takes. */
export interface Minute {
  /** The earliest instant on the page for any second; `null` when there is no such page. */
  readonly anyAt: number | null;
  readonly lanes: readonly Lane[];
}

/** Where a page of entries is. */
export interface PlaceInList {
  readonly minute: number;
  /** `null` for the page for any second. */
  readonly lane: { readonly second: number; readonly page: number } | null;
}

/** The keys of a list's records: head → hours → minutes → pages of entries. */
export function bucketKeys(name: readonly string[]) {
  return {
    head: key("due", ...name),
    hour: (hour: number) => key("due", ...name, "hour", hour),
    minute: (minute: number) => key("due", ...name, "minute", minute),
    page: ({ minute, lane }: PlaceInList) =>
      lane
        ? key("due", ...name, "minute", minute, lane.second, lane.page)
        : key("due", ...name, "minute", minute, "any"),
  };
}

export type BucketKeys = ReturnType<typeof bucketKeys>;

/** A draft of a list's records. */
export interface Buckets {
  readonly keys: BucketKeys;
  readonly draft: Draft;
}

const EMPTY: Minute = { anyAt: null, lanes: [] };

export const minuteOf = (at: number) => Math.floor(at / MINUTE_MS);
export const hourOf = (minute: number) => Math.floor((minute * MINUTE_MS) / HOUR_MS);
export const startOfHour = (hour: number) => hour * HOUR_MS;
export const startOfMinute = (minute: number) => minute * MINUTE_MS;

/** A second is over as a whole: of a full minute, what is due in it waits for its end. */
export const endOfSecond = (second: number) => (second + 1) * SECOND_MS;

/** The last page of an entry's second, if its minute has such pages. */
export function laneFor({ dueAt }: Timed, known: Minute | undefined): readonly PlaceInList[] {
  const lane = known?.lanes.find(({ second }) => second === secondOf(dueAt));
  if (!lane) return [];
  return [{ minute: minuteOf(dueAt), lane: { second: lane.second, page: lane.next - 1 } }];
}

/** Adds an entry to what was read of its hour, its minute and its pages. */
export function place(buckets: Buckets, entry: Timed): void {
  const { keys, draft } = buckets;
  const minute = minuteOf(entry.dueAt);
  const known = draft.get<Minute>(keys.minute(minute));
  if (!known) link(buckets, minute);
  const { anyAt, lanes } = known ?? EMPTY;
  const anyPage = keys.page({ minute, lane: null });
  const any = draft.get<readonly Timed[]>(anyPage);
  if (any && any.length >= ENTRIES_PER_PAGE) {
    placeInLane(buckets, entry, { anyAt, lanes });
    return;
  }
  draft.put(anyPage, [...(any ?? []), entry]);
  // A page that is made, or was read with another minute than its own, has its minute checked too.
  if (any && anyAt === earliestOf(any) && anyAt <= entry.dueAt) return;
  draft.put(keys.minute(minute), { anyAt: Math.min(anyAt ?? entry.dueAt, entry.dueAt), lanes });
}

function placeInLane({ keys, draft }: Buckets, entry: Timed, { anyAt, lanes }: Minute): void {
  const minute = minuteOf(entry.dueAt);
  const second = secondOf(entry.dueAt);
  const lane = lanes.find((other) => other.second === second) ?? { second, first: 0, next: 0 };
  const tailPage = keys.page({ minute, lane: { second, page: lane.next - 1 } });
  const tail = draft.get<readonly Timed[]>(tailPage);
  if (tail && tail.length < ENTRIES_PER_PAGE) {
    draft.put(tailPage, [...tail, entry]);
    return;
  }
  const others = lanes.filter((other) => other.second !== second);
  const longer = [...others, { ...lane, next: lane.next + 1 }].sort((a, b) => a.second - b.second);
  draft.put(keys.page({ minute, lane: { second, page: lane.next } }), [entry]);
  draft.put(keys.minute(minute), { anyAt, lanes: longer });
}

/** Takes entries off the page they are on, each once, and the page away when none are left. */
export function take(buckets: Buckets, at: PlaceInList, done: readonly Timed[]): void {
  const { keys, draft } = buckets;
  const page = draft.get<readonly Timed[]>(keys.page(at));
  const left = without(page ?? [], done);
  if (page) draft.put(keys.page(at), left.length > 0 ? left : undefined);
  const before = draft.get<Minute>(keys.minute(at.minute));
  const after = before && afterTaking(before, at, left);
  if (!after || after === before) return;
  const isEmpty = after.anyAt === null && after.lanes.length === 0;
  draft.put(keys.minute(at.minute), isEmpty ? undefined : after);
  if (isEmpty) unlink(buckets, at.minute);
}

function afterTaking(minute: Minute, { lane }: PlaceInList, left: readonly Timed[]): Minute {
  if (!lane) {
    const anyAt = left.length > 0 ? earliestOf(left) : null;
    return anyAt === minute.anyAt ? minute : { ...minute, anyAt };
  }
  // A page that goes before its turn leaves a gap, which goes in its turn.
  const own = minute.lanes.find(({ second }) => second === lane.second);
  if (!own || own.first !== lane.page || left.length > 0) return minute;
  const shorter = { ...own, first: own.first + 1 };
  const lanes = minute.lanes.map((other) => (other === own ? shorter : other));
  return { ...minute, lanes: lanes.filter(({ first, next }) => first < next) };
}

function without(entries: readonly Timed[], done: readonly Timed[]): readonly Timed[] {
  const toTake = done.map((entry) => JSON.stringify(entry));
  return entries.filter((entry) => {
    const found = toTake.indexOf(JSON.stringify(entry));
    if (found >= 0) toTake.splice(found, 1);
    return found < 0;
  });
}

/** The head is touched only when an hour comes or goes. */
function link({ keys, draft }: Buckets, minute: number): void {
  const hour = hourOf(minute);
  const minutes = draft.get<Filled>(keys.hour(hour));
  draft.put(keys.hour(hour), withNumber(minutes ?? [], minute));
  if (minutes) return;
  draft.put(keys.head, withNumber(draft.get<Filled>(keys.head) ?? [], hour));
}

function unlink({ keys, draft }: Buckets, minute: number): void {
  const hour = hourOf(minute);
  const minutes = draft.get<Filled>(keys.hour(hour))?.filter((other) => other !== minute) ?? [];
  draft.put(keys.hour(hour), minutes.length > 0 ? minutes : undefined);
  if (minutes.length > 0) return;
  const hours = draft.get<Filled>(keys.head)?.filter((other) => other !== hour) ?? [];
  draft.put(keys.head, hours.length > 0 ? hours : undefined);
}

function withNumber(numbers: Filled, number: number): Filled {
  return [...numbers.filter((other) => other !== number), number].sort((a, b) => a - b);
}

function earliestOf(entries: readonly Timed[]): number {
  return Math.min(...entries.map(({ dueAt }) => dueAt));
}

function secondOf(at: number): number {
  return Math.floor(at / SECOND_MS);
}
