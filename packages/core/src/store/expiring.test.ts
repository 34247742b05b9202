import { fakeClock } from "@wabakit/testing";
import { Keyv } from "keyv";
import { expect, test } from "vitest";
import { silentLogger } from "../logger.ts";
import { openExpiring } from "./expiring.ts";
import { keyvStore } from "./keyv-store.ts";
import { openLog } from "./log.ts";
import { openWriter } from "./membership.ts";
import type { Store } from "./store.ts";

const HOUR_MS = 60 * 60 * 1000;

async function open(between: (store: Store) => Store = (store) => store) {
  const clock = fakeClock();
  const alone = keyvStore(new Keyv());
  await alone.start();
  const store = between(alone);
  const logParts = () => ({ store, writer: openWriter({ store, clock, logger: silentLogger }) });
  const openNode = () => openExpiring(logParts());
  const expiring = openNode();
  const pages = async () => (await openLog(logParts(), "expiring").oldest(1_000)).length;
  return {
    clock,
    store,
    openNode,
    expiring,
    pages,
    begin: (key: string, lifeMs: number) => {
      const write = { key, value: { until: clock.now() + lifeMs } };
      const guards = [{ key, version: undefined }];
      return expiring.begin({ guards, writes: [write] }, [key], clock.now());
    },
    prolong: (key: string, lifeMs: number) =>
      store.commit({ guards: [], writes: [{ key, value: { until: clock.now() + lifeMs } }] }),
    purge: (mayGoOn = () => true) => expiring.purge(clock.now(), mayGoOn),
    there: async (key: string) => (await store.get(key)) !== undefined,
  };
}

test("a record that has ended goes an hour after it was begun, and its name with it", async () => {
  const here = await open();
  await here.begin("a", 1_000);
  await here.clock.advance(HOUR_MS - 1);
  expect(await here.purge()).toEqual({ isComplete: true });
  expect(await here.there("a")).toBe(true);
  await here.clock.advance(1);
  expect(await here.purge()).toEqual({ isComplete: true });
  expect(await here.there("a")).toBe(false);
  expect(await here.pages()).toBe(0);
});

test("a record that was given a longer life is looked at again an hour later", async () => {
  const here = await open();
  await here.begin("a", 1_000);
  await here.clock.advance(HOUR_MS);
  await here.prolong("a", 1_000);
  await here.purge();
  expect([await here.there("a"), await here.pages()]).toEqual([true, 1]);
  await here.clock.advance(HOUR_MS - 1);
  await here.purge();
  expect(await here.there("a")).toBe(true);
  await here.clock.advance(1);
  await here.purge();
  expect([await here.there("a"), await here.pages()]).toEqual([false, 0]);
});

test("a record that is given a longer life while it is about to go stays", async () => {
  let race = async () => {};
  const here = await open((store) => ({
    ...store,
    async commit(change) {
      const isRemoval = change.writes.some(({ value, key }) => key === "a" && value === undefined);
      if (isRemoval) await race();
      return store.commit(change);
    },
  }));
  await here.begin("a", 1_000);
  await here.clock.advance(HOUR_MS);
  race = async () => void (await here.prolong("a", 1_000));
  expect(await here.purge()).toEqual({ isComplete: false });
  expect(await here.there("a")).toBe(true);
  race = async () => {};
  await here.clock.advance(HOUR_MS);
  await here.purge();
  expect([await here.there("a"), await here.pages()]).toEqual([false, 0]);
});

test("what was begun by one that lost is not begun", async () => {
  const here = await open();
  expect([await here.begin("a", 1_000), await here.begin("a", 1_000)]).toEqual([true, false]);
  expect(await here.pages()).toBe(1);
});

test("many go together; one that must stop says so, and another process goes on", async () => {
  const here = await open();
  const names = Array.from({ length: 200 }, (_, index) => `record-${index}`);
  await Promise.all(names.map((name) => here.begin(name, 1_000)));
  await here.clock.advance(HOUR_MS);
  expect(await here.purge(() => false)).toEqual({ isComplete: false });
  expect(await here.pages()).toBe(200);
  const next = here.openNode();
  expect(await next.purge(here.clock.now(), () => true)).toEqual({ isComplete: true });
  expect(await Promise.all(names.map(here.there))).not.toContain(true);
  expect(await here.pages()).toBe(0);
});
