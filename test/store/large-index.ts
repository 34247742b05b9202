import { setImmediate as nextTurn } from "node:timers/promises";
import { expect } from "vitest";
import type { Index } from "../../packages/core/src/store/index-pages.ts";
import type { Store } from "../../packages/core/src/store/store.ts";

const IDS_PER_PAGE = 128;
const PAGES_PER_GROUP = 128;
const PAGES_PER_COMMIT = 512;

export const idAt = (place: number): string => `id_${String(place).padStart(8, "0")}`;

/** Writes an index of `count` ids as so many additions would leave it. */
export async function fill(store: Store, name: string, count: number): Promise<void> {
  const pages = cut(
    Array.from({ length: count }, (_, place) => idAt(place)),
    IDS_PER_PAGE,
  );
  const groups = cut(
    pages.map(({ length }) => length),
    PAGES_PER_GROUP,
  );
  const counts = groups.map((group) => group.reduce((sum, ids) => sum + ids, 0));
  const writes = [
    ...pages.map((value, page) => ({ key: `index:${name}:${page}`, value })),
    ...groups.map((value, group) => ({ key: `index:${name}:counts:${group}`, value })),
    { key: `index:${name}`, value: { pages: pages.length, counts } },
  ];
  for (const some of cut(writes, PAGES_PER_COMMIT))
    await store.commit({ guards: [], writes: some });
}

function cut<Value>(values: readonly Value[], size: number): readonly (readonly Value[])[] {
  const starts = Array.from({ length: Math.ceil(values.length / size) }, (_, part) => part * size);
  return starts.map((start) => values.slice(start, start + size));
}

/** All ids by cursors, newest first. */
async function walk(index: Index): Promise<readonly string[]> {
  const ids: string[] = [];
  for (let before: number | undefined; ; ) {
    const entries = await index.list(1_000, before);
    await nextTurn(); // a store that answers at once would let nobody else come to anything
    if (entries.length === 0) return ids;
    for (const { id } of entries) ids.push(id);
    before = entries.at(-1)?.place;
  }
}

/** Walks until something else is over: what was there all the time comes once in each walk, in order. */
export async function walkMeanwhile(index: Index, filled: number, other: Promise<unknown>) {
  let isOver = false;
  const over = () => {
    isOver = true;
  };
  void other.then(over, over);
  do expectFilled(await walk(index), filled);
  while (!isOver);
}

/** The index holds what it was filled with and `more`, nothing twice, and has counted right. */
export async function expectExactly(index: Index, filled: number, more: readonly string[]) {
  const ids = await walk(index);
  expectFilled(ids, filled);
  expect(ids.slice(0, more.length).toSorted()).toEqual(more.toSorted());
  expect(ids).toHaveLength(filled + more.length);
  expect(await index.count()).toBe(ids.length);
}

function expectFilled(ids: readonly string[], filled: number): void {
  const stable = ids.filter((id) => id.startsWith("id_"));
  const wrong = stable.findIndex((id, index) => id !== idAt(filled - 1 - index));
  expect({ wrong, count: stable.length }).toEqual({ wrong: -1, count: filled });
}
