import { fakeClock } from "@wabakit/testing";
import { Keyv } from "keyv";
import { expect, test } from "vitest";
import { keyvStore } from "../../store/keyv-store.ts";
import type { Store } from "../../store/store.ts";
import {
  listingOrganization,
  organizationKey,
  readOrganization,
} from "../organizations/organization.ts";
import { apiKeyKey } from "./api-key-record.ts";
import { createKnownKeys } from "./known-keys.ts";

async function start() {
  const store = keyvStore(new Keyv());
  await store.start();
  const clock = fakeClock();
  let reads = 0;
  let isDown = false;
  const watched: Store = {
    ...store,
    get(key) {
      reads += 1;
      return isDown ? Promise.reject(new Error("down")) : store.get(key);
    },
  };
  const known = createKnownKeys({ store: watched, clock });
  const put = async (hash: string | undefined, keyId = "key_1") => {
    const value = hash && { keyId, hash, organizationId: "org_1" };
    await store.commit({ guards: [], writes: [{ key: apiKeyKey(keyId), value }] });
  };
  const hashOf = async (isRight = (_hash: string) => true, keyId = "key_1") =>
    (await known.find(keyId, ({ hash }) => isRight(hash)))?.hash;
  const readsOf = async (act: () => Promise<unknown>) => {
    const before = reads;
    await act();
    return reads - before;
  };
  const fail = (down: boolean) => {
    isDown = down;
  };
  return { store, clock, known, put, hashOf, readsOf, fail };
}

test("a key is read once in a second, also when many ask at once", async () => {
  const { clock, put, hashOf, readsOf } = await start();
  await put("a");
  const once = await readsOf(() => Promise.all([hashOf(), hashOf(), hashOf()]));
  await clock.advance(999);
  expect(await readsOf(() => hashOf())).toBe(0);
  await clock.advance(1);
  expect(await readsOf(() => hashOf())).toBe(once);
});

test("a key that was revoked elsewhere is gone within a second", async () => {
  const { clock, put, hashOf } = await start();
  await put("a");
  await hashOf();
  await put(undefined);
  await clock.advance(999);
  expect(await hashOf()).toBe("a");
  await clock.advance(1);
  expect(await hashOf()).toBeUndefined();
});

test("a key that was changed here is read anew, whatever was being read meanwhile", async () => {
  const { known, put, hashOf } = await start();
  await put("a");
  let early: Promise<unknown> | undefined;
  await known.changing(async () => {
    early = hashOf();
    await put("b");
  });
  await early;
  expect(await hashOf()).toBe("b");
});

test("a secret that was made elsewhere a moment ago is good at once", async () => {
  const { put, hashOf } = await start();
  await put("a");
  await hashOf();
  await put("b");
  expect(await hashOf((hash) => hash === "b")).toBe("b");
  expect(await hashOf((hash) => hash === "c")).toBeUndefined();
});

test("a key that was unknown a moment ago is not taken for unknown", async () => {
  const { put, hashOf } = await start();
  expect(await hashOf()).toBeUndefined();
  await put("a");
  expect(await hashOf()).toBe("a");
});

test("a store that fails rejects, and is asked again at the next call", async () => {
  const { put, hashOf, fail } = await start();
  await put("a");
  fail(true);
  await expect(hashOf()).rejects.toThrow("down");
  fail(false);
  expect(await hashOf()).toBe("a");
});

test("a clock that is set back makes nothing last longer", async () => {
  const store = keyvStore(new Keyv());
  await store.start();
  let now = 100_000;
  const known = createKnownKeys({ store, clock: { now: () => now, schedule: () => () => {} } });
  const key = apiKeyKey("key_1");
  await store.commit({ guards: [], writes: [{ key, value: { organizationId: "org_1" } }] });
  await known.find("key_1", () => true);
  await store.commit({ guards: [], writes: [{ key, value: undefined }] });
  now = 0;
  expect(await known.find("key_1", () => true)).toBeUndefined();
});

test("the keys of an organization that was deleted are no more", async () => {
  const { store, put, hashOf } = await start();
  await put("a");
  await store.commit(await listingOrganization(store, "org_1"));
  const { value } = (await readOrganization(store, "org_1")) ?? {};
  const write = { key: organizationKey("org_1"), value: { ...value, deletedAt: 1 } };
  await store.commit({ guards: [], writes: [write] });
  expect(await hashOf()).toBeUndefined();
});
