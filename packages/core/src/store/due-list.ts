import { key } from "./key.ts";
import type { Change, Store, Stored } from "./store.ts";

const BUCKET_MS = 60_000;
/** A minute that is full passes what comes later on to the next one. */
const ENTRIES_PER_BUCKET = 1_000;

/** Something that has to happen at an instant, in milliseconds since the epoch. */
export interface Timed {
  readonly dueAt: number;
}

/** Minutes that hold something, with the earliest instant in each. */
interface Head {
  readonly minutes: readonly (readonly [minute: number, earliest: number])[];
}

/** A minute's entries, as they were read. */
export interface Bucket<Entry extends Timed> {
  readonly minute: number;
  readonly entries: readonly Entry[];
}

/**
 * What is due later, in buckets of a minute: only the near ones are ever read. One owner at a time
 * works on a list; the guards catch a second one.
 */
export interface DueList<Entry extends Timed> {
  /** The change that adds an entry. */
  adding(entry: Entry): Promise<Change>;
  /** The bucket with the earliest entry, if that is due. */
  due(now: number): Promise<Bucket<Entry> | undefined>;
  /** The change that removes entries of a bucket; others may have joined it meanwhile. */
  removing(minute: number, done: (entry: Entry) => boolean): Promise<Change>;
  /** When the next entry is due. */
  earliest(): Promise<number | undefined>;
}

export function openDueList<Entry extends Timed>(
  store: Store,
  ...name: readonly string[]
): DueList<Entry> {
  const headKey = key("due", ...name);
  const bucketKey = (minute: number) => key("due", ...name, minute);
  const readHead = () => store.get<Head>(headKey);
  const readBucket = (minute: number) => store.get<readonly Entry[]>(bucketKey(minute));

  async function replace(
    minute: number,
    bucket: Stored<readonly Entry[]> | undefined,
    next: readonly Entry[],
  ) {
    const head = await readHead();
    const others = (head?.value.minutes ?? []).filter(([other]) => other !== minute);
    const mine = next.length > 0 ? [[minute, earliestOf(next)] as const] : [];
    const minutes = [...others, ...mine].sort(([a], [b]) => a - b);
    return {
      guards: [
        { key: headKey, version: head?.version },
        { key: bucketKey(minute), version: bucket?.version },
      ],
      writes: [
        { key: headKey, value: minutes.length > 0 ? { minutes } : undefined },
        { key: bucketKey(minute), value: next.length > 0 ? next : undefined },
      ],
    };
  }

  return {
    async adding(entry) {
      let minute = Math.floor(entry.dueAt / BUCKET_MS);
      let bucket = await readBucket(minute);
      while (bucket && bucket.value.length >= ENTRIES_PER_BUCKET) {
        minute += 1;
        bucket = await readBucket(minute);
      }
      return replace(minute, bucket, [...(bucket?.value ?? []), entry]);
    },
    async due(now) {
      const first = (await readHead())?.value.minutes.find(([, earliest]) => earliest <= now);
      if (!first) return undefined;
      const [minute] = first;
      return { minute, entries: (await readBucket(minute))?.value ?? [] };
    },
    async removing(minute, done) {
      const bucket = await readBucket(minute);
      return replace(
        minute,
        bucket,
        (bucket?.value ?? []).filter((entry) => !done(entry)),
      );
    },
    async earliest() {
      const minutes = (await readHead())?.value.minutes ?? [];
      return minutes.length > 0 ? Math.min(...minutes.map(([, at]) => at)) : undefined;
    },
  };
}

function earliestOf(entries: readonly Timed[]): number {
  return Math.min(...entries.map(({ dueAt }) => dueAt));
}
