import { openDraft } from "./draft.ts";
import {
  type BucketKeys,
  bucketKeys,
  endOfSecond,
  type Filled,
  hourOf,
  laneFor,
  type Minute,
  minuteOf,
  type PlaceInList,
  place,
  startOfHour,
  startOfMinute,
  take,
} from "./due-buckets.ts";
import type { Change, Store } from "./store.ts";

/** Something that has to happen at an instant, in milliseconds since the epoch. */
export interface Timed {
  readonly dueAt: number;
}

/** What is due of one page, as it was read. */
export interface DuePage<Entry extends Timed> {
  readonly entries: readonly Entry[];
  readonly at: PlaceInList;
}

/**
 * What is due later, however much: head → hours → minutes → pages, of which only the near ones are
 * read. Adding costs the same whatever is in the list, and what is due costs what is due. Entries come
 * on time, or at the end of their second where a minute holds more than a page; the order of those
 * that are due is not kept. One owner at a time takes entries; the guards catch a second one.
 */
export interface DueList<Entry extends Timed> {
  /** The change that adds entries. It loses against another change of the same page or minute. */
  adding(...entries: readonly Entry[]): Promise<Change>;
  /** Some of what is due, oldest minute first; `undefined` when nothing is. */
  due(now: number): Promise<DuePage<Entry> | undefined>;
  /** The change that removes what `due` gave; others may have joined the page meanwhile. */
  removing(page: DuePage<Entry>): Promise<Change>;
  /** When something is due next. */
  earliest(): Promise<number | undefined>;
}

/** Opens a list by name. */
export function openDueList<Entry extends Timed>(
  store: Store,
  ...name: readonly string[]
): DueList<Entry> {
  const keys = bucketKeys(name);
  return {
    adding: (...entries) => adding(store, keys, entries),
    async due(now) {
      const at = await findDue(store, keys, now);
      if (!at) return undefined;
      const page = (await store.get<readonly Entry[]>(keys.page(at)))?.value ?? [];
      return { at, entries: page.filter(({ dueAt }) => dueAt <= now) };
    },
    async removing({ at, entries }) {
      const draft = openDraft(store);
      const { minute } = at;
      await draft.read([keys.head, keys.hour(hourOf(minute)), keys.minute(minute), keys.page(at)]);
      take({ keys, draft }, at, entries);
      return draft.change();
    },
    earliest: () => earliest(store, keys),
  };
}

async function adding(store: Store, keys: BucketKeys, entries: readonly Timed[]): Promise<Change> {
  const draft = openDraft(store);
  const minutes = [...new Set(entries.map(({ dueAt }) => minuteOf(dueAt)))];
  const hours = minutes.map((minute) => keys.hour(hourOf(minute)));
  const anyPages = minutes.map((minute) => keys.page({ minute, lane: null }));
  await draft.read([...hours, ...minutes.map(keys.minute), ...anyPages]);
  const lanes = entries.flatMap((entry) =>
    laneFor(entry, draft.get<Minute>(keys.minute(minuteOf(entry.dueAt)))),
  );
  const isNew = hours.some((hour) => draft.get(hour) === undefined);
  await draft.read([...lanes.map(keys.page), ...(isNew ? [keys.head] : [])]);
  for (const entry of entries) place({ keys, draft }, entry);
  return draft.change();
}

async function findDue(
  store: Store,
  keys: BucketKeys,
  now: number,
): Promise<PlaceInList | undefined> {
  const [hour] = (await store.get<Filled>(keys.head))?.value ?? [];
  if (hour === undefined || startOfHour(hour) > now) return undefined;
  const [minute] = (await store.get<Filled>(keys.hour(hour)))?.value ?? [];
  if (minute === undefined || startOfMinute(minute) > now) return undefined;
  const held = (await store.get<Minute>(keys.minute(minute)))?.value;
  if (held && held.anyAt !== null && held.anyAt <= now) return { minute, lane: null };
  const lane = held?.lanes.find(({ second }) => endOfSecond(second) <= now);
  return lane && { minute, lane: { second: lane.second, page: lane.first } };
}

async function earliest(store: Store, keys: BucketKeys): Promise<number | undefined> {
  const [hour] = (await store.get<Filled>(keys.head))?.value ?? [];
  if (hour === undefined) return undefined;
  const [minute] = (await store.get<Filled>(keys.hour(hour)))?.value ?? [];
  if (minute === undefined) return startOfHour(hour);
  const held = (await store.get<Minute>(keys.minute(minute)))?.value;
  const ends = held?.lanes.map(({ second }) => endOfSecond(second)) ?? [];
  const instants = [...ends, ...(held && held.anyAt !== null ? [held.anyAt] : [])];
  return instants.length > 0 ? Math.min(...instants) : startOfMinute(minute);
}
