import { Keyv } from "keyv";
import { expect, test } from "vitest";
import { openIndex } from "./index-pages.ts";
import { keyvStore } from "./keyv-store.ts";

async function startedIndex() {
  const store = keyvStore(new Keyv());
  await store.start();
  return { store, index: openIndex(store, "things", "org_1") };
}

async function addAll({ store, index }: Awaited<ReturnType<typeof startedIndex>>, ids: string[]) {
  const places = new Map<string, number>();
  for (const id of ids) {
    const { place, ...change } = await index.adding(id);
    expect(await store.commit(change)).toBe(true);
    places.set(id, place);
  }
  return places;
}

const ids = (count: number) => Array.from({ length: count }, (_, index) => `id_${index}`);

test("lists the newest first, across pages", async () => {
  const things = await startedIndex();
  await addAll(things, ids(300));

  const listed = await things.index.list(300);
  expect(listed.map(({ id }) => id)).toEqual(ids(300).reverse());
  expect(await things.index.count()).toBe(300);
});

test("continues after a place, whatever was added or removed meanwhile", async () => {
  const things = await startedIndex();
  const places = await addAll(things, ids(200));
  const first = await things.index.list(50);
  const cursor = first.at(-1)?.place;

  for (const id of ["id_149", "id_120", "id_7"]) {
    await things.store.commit(await things.index.removing(id, places.get(id) ?? -1));
  }
  await addAll(things, ["late"]);

  const rest = await things.index.list(500, cursor);
  const expected = ids(150)
    .reverse()
    .filter((id) => !["id_149", "id_120", "id_7"].includes(id));
  expect(rest.map(({ id }) => id)).toEqual(expected);
  expect(await things.index.count()).toBe(198);
});

test("lets one of two additions win, so that no place is given twice", async () => {
  const { store, index } = await startedIndex();
  const [one, other] = await Promise.all([index.adding("one"), index.adding("other")]);
  const landed = await Promise.all([store.commit(one), store.commit(other)]);
  expect(landed).toEqual([true, false]);
});

test("lists, counts and removes across groups of pages", { timeout: 60_000 }, async () => {
  const things = await startedIndex();
  const count = 128 * 128 + 300;
  const places = await addAll(things, ids(count));
  for (let index = 100; index < 128 * 128 - 100; index += 1) {
    if (index % 128 !== 5) continue;
    const id = `id_${index}`;
    await things.store.commit(await things.index.removing(id, places.get(id) ?? -1));
  }
  const listed = [];
  for (let before: number | undefined; ; ) {
    const page = await things.index.list(1_000, before);
    if (page.length === 0) break;
    listed.push(...page);
    before = page.at(-1)?.place;
  }
  expect(await things.index.count()).toBe(listed.length);
  expect(listed.length).toBe(count - 127);
  expect(new Set(listed.map(({ id }) => id)).size).toBe(listed.length);
});

test("says nothing of pages that are empty, and gives no place twice", async () => {
  const { store, index } = await startedIndex();
  const places = await addAll({ store, index }, ids(300));
  for (const id of ids(300)) await store.commit(await index.removing(id, places.get(id) ?? -1));
  expect(await index.list(10)).toEqual([]);
  expect(await index.count()).toBe(0);
  const again = await addAll({ store, index }, ["late"]);
  expect(again.get("late")).toBe(300);
});
