import { Keyv } from "keyv";
import { expect, test } from "vitest";
import { keyvStore } from "../store/keyv-store.ts";
import type { Store } from "../store/store.ts";
import { createDirectory } from "./directory.ts";
import { endpointIndex, endpointKey } from "./endpoint.ts";

const ORGANIZATION = "org_1";

async function startedStore(): Promise<Store> {
  const store = keyvStore(new Keyv());
  await store.start();
  return store;
}

/** The directory hands records on as they are. */
async function add(store: Store, id: string) {
  const { guards, writes, place } = await endpointIndex(store, ORGANIZATION).adding(id);
  const write = { key: endpointKey(ORGANIZATION, id), value: { id, enabled: true, place } };
  expect(await store.commit({ guards, writes: [...writes, write] })).toBe(true);
}

test("knows an endpoint as soon as it is committed, and no more once it is gone", async () => {
  const store = await startedStore();
  const directory = createDirectory(store);
  expect(await directory(ORGANIZATION)).toEqual([]);
  await add(store, "whe_1");
  expect(await directory(ORGANIZATION)).toMatchObject([{ id: "whe_1" }]);

  const removal = await endpointIndex(store, ORGANIZATION).removing("whe_1", 0);
  const gone = { key: endpointKey(ORGANIZATION, "whe_1"), value: undefined };
  await store.commit({ ...removal, writes: [...removal.writes, gone] });
  expect(await directory(ORGANIZATION)).toEqual([]);
});

test("sees a change of an endpoint that touches the index", async () => {
  const store = await startedStore();
  await add(store, "whe_1");
  const directory = createDirectory(store);
  await directory(ORGANIZATION);

  const touched = await endpointIndex(store, ORGANIZATION).touching();
  const write = { key: endpointKey(ORGANIZATION, "whe_1"), value: { id: "whe_1", enabled: false } };
  await store.commit({ ...touched, writes: [...touched.writes, write] });
  expect(await directory(ORGANIZATION)).toMatchObject([{ enabled: false }]);
});

test("reads the endpoints once while nothing changes", async () => {
  const store = await startedStore();
  await add(store, "whe_1");
  let reads = 0;
  const counting: Store = {
    ...store,
    getMany(keys) {
      reads += 1;
      return store.getMany(keys);
    },
  };
  const directory = createDirectory(counting);
  await directory(ORGANIZATION);
  await directory(ORGANIZATION);
  expect(reads).toBe(1);
});

test("forgets no endpoint of an organization with very many", async () => {
  const store = await startedStore();
  for (let index = 0; index < 1_100; index += 1) await add(store, `whe_${index}`);
  const endpoints = await createDirectory(store)(ORGANIZATION);
  expect(endpoints).toHaveLength(1_100);
});

test("does not mix up organizations", async () => {
  const store = await startedStore();
  await add(store, "whe_1");
  expect(await createDirectory(store)("org_2")).toEqual([]);
});
