import { fakeClock } from "@wabakit/testing";
import { Keyv } from "keyv";
import { expect, test } from "vitest";
import { silentLogger } from "../../logger.ts";
import { keyvStore } from "../../store/keyv-store.ts";
import type { Store } from "../../store/store.ts";
import { apiKeyKey, apiKeyUseKey } from "./api-key-record.ts";
import { createKeyUse } from "./key-use.ts";

const HOUR_MS = 60 * 60 * 1000;

async function start() {
  const store = keyvStore(new Keyv());
  await store.start();
  const clock = fakeClock();
  const commits: Promise<boolean>[] = [];
  let isDown = false;
  const watched: Store = {
    ...store,
    commit(change) {
      const landed = isDown ? Promise.reject(new Error("down")) : store.commit(change);
      commits.push(landed);
      return landed;
    },
  };
  await store.commit({ guards: [], writes: [{ key: apiKeyKey("key_1"), value: {} }] });
  /** Another process has a `noteUse` of its own. */
  const process = () => createKeyUse({ store: watched, clock, logger: silentLogger });
  const settle = async () => {
    await clock.advance(0);
    await Promise.allSettled(commits);
  };
  const usedAt = async () => {
    await settle();
    return (await store.get<{ at: number }>(apiKeyUseKey("key_1")))?.value.at;
  };
  const fail = (down: boolean) => {
    isDown = down;
  };
  return { store, clock, commits, process, usedAt, settle, fail };
}

test("the use of a key is written at most once an hour, by all processes together", async () => {
  const { clock, commits, process, usedAt } = await start();
  const [here, there] = [process(), process()];
  const first = clock.now();
  for (let count = 0; count < 10; count += 1) here("key_1");
  expect(await usedAt()).toBe(first);
  there("key_1");
  await clock.advance(HOUR_MS - 1);
  here("key_1");
  expect(await usedAt()).toBe(first);
  expect(commits).toHaveLength(1);
  await clock.advance(1);
  here("key_1");
  expect(await usedAt()).toBe(first + HOUR_MS);
});

test("the use of a key that is gone leaves nothing behind", async () => {
  const { store, process, settle, commits } = await start();
  process()("key_2");
  await settle();
  expect(commits).toEqual([]);
  expect(await store.get(apiKeyUseKey("key_2"))).toBeUndefined();
});

test("a use that could not be written harms nobody, and the next one is", async () => {
  const { process, usedAt, fail, settle, clock } = await start();
  const noteUse = process();
  fail(true);
  noteUse("key_1");
  await settle();
  fail(false);
  noteUse("key_1");
  expect(await usedAt()).toBe(clock.now());
});
