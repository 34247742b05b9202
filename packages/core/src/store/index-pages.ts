import { key } from "./key.ts";
import type { Change, Store } from "./store.ts";

const IDS_PER_PAGE = 128;

/** How many ids each page holds; pages never renumber, so a place stays what it was. */
interface Head {
  readonly counts: readonly number[];
}

type Page = readonly (string | null)[];

/** Where an id stands in its index. Newer ids have greater places. */
export type Place = number;

/** An id and its place, as a list returns them. */
export interface Entry {
  readonly id: string;
  readonly place: Place;
}

/** A part of a change: more guards and writes may join it in one commit. */
export interface Addition extends Change {
  readonly place: Place;
}

/**
 * A collection in the order of arrival: pages of ids under a guarded head. A list costs the page, not
 * the collection; a removed id is blanked in place, so places and cursors stay valid.
 */
export interface Index {
  /** The change that adds an id. It loses against any other change of the same index. */
  adding(id: string): Promise<Addition>;
  /** The change that removes the id at a place. */
  removing(id: string, place: Place): Promise<Change>;
  /** The change that gives the index a new version, when a record it lists has changed. */
  touching(): Promise<Change>;
  /** Up to `limit` ids, newest first, older than `before`. */
  list(limit: number, before?: Place): Promise<readonly Entry[]>;
  /** Exact. */
  count(): Promise<number>;
  /** Changes with every addition and removal. */
  version(): Promise<string | undefined>;
}

/** Opens an index by name, e.g. `index(store, "connections", organizationId)`. */
export function openIndex(store: Store, ...name: readonly string[]): Index {
  const headKey = key("index", ...name);
  const pageKey = (number: number) => key("index", ...name, number);
  const readHead = () => store.get<Head>(headKey);
  const readPage = (number: number) => store.get<Page>(pageKey(number));

  /** Head and page as they were read are what the commit guards. */
  async function read(pageOf: (counts: readonly number[]) => number) {
    const head = await readHead();
    const counts = head?.value.counts ?? [];
    const number = pageOf(counts);
    return { head, counts, number, page: await readPage(number) };
  }

  function change(
    { head, counts, number, page }: Awaited<ReturnType<typeof read>>,
    next: Page,
  ): Change {
    const updated = [...counts];
    updated[number] = next.filter((id) => id !== null).length;
    return {
      guards: [
        { key: headKey, version: head?.version },
        { key: pageKey(number), version: page?.version },
      ],
      writes: [
        { key: headKey, value: { counts: updated } satisfies Head },
        { key: pageKey(number), value: next },
      ],
    };
  }

  return {
    async adding(id) {
      let place = await read((counts) => Math.max(counts.length - 1, 0));
      const full = (place.page?.value.length ?? 0) >= IDS_PER_PAGE;
      if (full) place = await read((counts) => counts.length);
      const ids = place.page?.value ?? [];
      return { ...change(place, [...ids, id]), place: placeOf(place.number, ids.length) };
    },
    async removing(id, place) {
      const at = await read(() => Math.floor(place / IDS_PER_PAGE));
      const blanked = (at.page?.value ?? []).map((other) => (other === id ? null : other));
      return change(at, blanked);
    },
    async touching() {
      const head = await readHead();
      return {
        guards: [{ key: headKey, version: head?.version }],
        writes: [{ key: headKey, value: head?.value ?? { counts: [] } }],
      };
    },
    async list(limit, before = Number.MAX_SAFE_INTEGER) {
      const counts = (await readHead())?.value.counts ?? [];
      const found: Entry[] = [];
      const newest = Math.min(counts.length - 1, Math.floor((before - 1) / IDS_PER_PAGE));
      for (let number = newest; number >= 0 && found.length < limit; number -= 1) {
        if (counts[number] === 0) continue;
        const page = await readPage(number);
        found.push(...entriesOf(page?.value ?? [], number).filter(({ place }) => place < before));
      }
      return found.slice(0, limit);
    },
    async count() {
      const counts = (await readHead())?.value.counts ?? [];
      return counts.reduce((sum, count) => sum + count, 0);
    },
    async version() {
      return (await readHead())?.version;
    },
  };
}

function placeOf(page: number, slot: number): Place {
  return page * IDS_PER_PAGE + slot;
}

function entriesOf(page: Page, number: number): readonly Entry[] {
  const entries = page.flatMap((id, slot) =>
    id === null ? [] : [{ id, place: placeOf(number, slot) }],
  );
  return entries.reverse();
}
