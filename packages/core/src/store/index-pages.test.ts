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
