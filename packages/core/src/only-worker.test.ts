import { type FakeClock, fakeClock } from "@wabakit/testing";
import { Keyv } from "keyv";
import { beforeEach, expect, test } from "vitest";
import { silentLogger } from "./logger.ts";
import { becomeOnlyWorker } from "./only-worker.ts";
import type { Queue } from "./queue/queue.ts";
import { keyvStore } from "./store/keyv-store.ts";
import type { Store } from "./store/store.ts";

let store: Store;
let clock: FakeClock;
beforeEach(async () => {
  const own = keyvStore(new Keyv());
  await own.start();
  store = { ...own, atomicity: "cluster" };
  clock = fakeClock();
});

const become = (atomicity: Queue["atomicity"] = "process") => {
  const idle = async () => {};
  const queue: Queue = {
    atomicity,
    add: idle,
    backlog: async () => ({ waiting: 0, earliestAt: null }),
    start: idle,
    stop: idle,
  };
  return becomeOnlyWorker({ store, queue, clock, logger: silentLogger });
};

/** Longer than a start waits. */
const WAIT_MS = 15_000;

test("a second worker is refused, with what to do, while the first one lives", async () => {
  await become();
  const second = become();
  const refused = expect(second).rejects.toThrow(/Another hub works on this store.*Stop it/);
  for (let passed = 0; passed < WAIT_MS; passed += 500) await clock.advance(500);
  await refused;
});

test("the next one begins as soon as the first one has let go", async () => {
  const letGo = await become();
  const second = become();
  await clock.advance(1_000);
  await letGo();
  await clock.advance(1_000);
  await (await second)();
});

test("with a queue for many there are many workers", async () => {
  await Promise.all([become("cluster"), become("cluster")]);
});

test("a fault of the store is told as it is", async () => {
  store = { ...store, getMany: () => Promise.reject(new Error("gone")) };
  await expect(become()).rejects.toThrow("gone");
});
