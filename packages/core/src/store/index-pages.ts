import { key } from "./key.ts";
import type { Change, Store, Stored } from "./store.ts";

const IDS_PER_PAGE = 128;
const PAGES_PER_GROUP = 128;

/**
 * How many pages there are, and how many ids each group of them holds. It is written with every
 * change, so that guarding it guards the whole index.
 */
interface Head {
  readonly pages: number;
  readonly counts: readonly number[];
}

/** How many ids each page of a group holds. */
type Group = readonly number[];

/** Pages never renumber, so a place stays what it was. */
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
 * A collection in the order of arrival: pages of ids under a guarded head. A list costs the page, and
 * a change three small records, however large the collection; a removed id is blanked in place, so
 * places and cursors stay valid.
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

const EMPTY: Head = { pages: 0, counts: [] };

/** Opens an index by name, e.g. `index(store, "connections", organizationId)`. */
export function openIndex(store: Store, ...name: readonly string[]): Index {
  const headKey = key("index", ...name);
  const groupKey = (number: number) => key("index", ...name, "counts", number);
  const pageKey = (number: number) => key("index", ...name, number);
  const readHead = () => store.get<Head>(headKey);
  const readGroup = async (number: number) =>
    (await store.get<Group>(groupKey(number)))?.value ?? [];
  const readPage = async (number: number) => (await store.get<Page>(pageKey(number)))?.value ?? [];

  async function change(head: Stored<Head> | undefined, number: number, ids: Page) {
    const { pages, counts } = head?.value ?? EMPTY;
    const group = groupOf(number);
    const inGroup = put(await readGroup(group), number % PAGES_PER_GROUP, countOf(ids));
    const updated: Head = {
      pages: Math.max(pages, number + 1),
      counts: put(counts, group, sumOf(inGroup)),
    };
    return {
      guards: [{ key: headKey, version: head?.version }],
      writes: [
        { key: headKey, value: updated },
        { key: groupKey(group), value: inGroup },
        { key: pageKey(number), value: ids },
      ],
    };
  }

  /** From `newest` on downwards, those that hold something. */
  async function* filledPages(newest: number, { counts }: Head): AsyncGenerator<number> {
    for (let group = groupOf(newest); group >= 0; group -= 1) {
      if (counts[group]) yield* filledIn(await readGroup(group), group).filter(upTo(newest));
    }
  }

  return {
    async adding(id) {
      const head = await readHead();
      const last = Math.max((head?.value.pages ?? 0) - 1, 0);
      const ids = await readPage(last);
      const [number, before] = ids.length < IDS_PER_PAGE ? [last, ids] : [last + 1, []];
      const place = placeOf(number, before.length);
      return { ...(await change(head, number, [...before, id])), place };
    },
    async removing(id, place) {
      const head = await readHead();
      const number = Math.floor(place / IDS_PER_PAGE);
      const ids = await readPage(number);
      return change(
        head,
        number,
        ids.map((other) => (other === id ? null : other)),
      );
    },
    async touching() {
      const head = await readHead();
      return {
        guards: [{ key: headKey, version: head?.version }],
        writes: [{ key: headKey, value: head?.value ?? EMPTY }],
      };
    },
    async list(limit, before = Number.MAX_SAFE_INTEGER) {
      const head = (await readHead())?.value ?? EMPTY;
      const newest = Math.min(head.pages - 1, Math.floor((before - 1) / IDS_PER_PAGE));
      const found: Entry[] = [];
      for await (const number of filledPages(newest, head)) {
        const entries = entriesOf(await readPage(number), number);
        found.push(...entries.filter(({ place }) => place < before));
        if (found.length >= limit) break;
      }
      return found.slice(0, limit);
    },
    async count() {
      return sumOf((await readHead())?.value.counts ?? []);
    },
    async version() {
      return (await readHead())?.version;
    },
  };
}

/** The numbers of a group's pages that hold something, newest first. */
function filledIn(counts: Group, group: number): readonly number[] {
  const filled = counts.flatMap((count, page) =>
    count > 0 ? [group * PAGES_PER_GROUP + page] : [],
  );
  return filled.reverse();
}

function upTo(newest: number): (page: number) => boolean {
  return (page) => page <= newest;
}

function groupOf(page: number): number {
  return Math.floor(page / PAGES_PER_GROUP);
}

function put(counts: readonly number[], at: number, count: number): readonly number[] {
  const updated = [...counts];
  updated[at] = count;
  return updated;
}

function countOf(ids: Page): number {
  return ids.filter((id) => id !== null).length;
}

function sumOf(counts: readonly number[]): number {
  return counts.reduce((sum, count) => sum + count, 0);
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
