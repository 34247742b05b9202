import { setImmediate as nextTurn } from "node:timers/promises";
import { fakeClock } from "@wabakit/testing";
import Keyv from "keyv";
import { expect, test, vi } from "vitest";
import { silentLogger } from "../logger.ts";
import { keyvStore } from "../store/keyv-store.ts";
import { newWriter } from "../store/log.ts";
import { localQueue } from "./local-queue.ts";
import type { Job, JobHandler } from "./queue.ts";

const HOUR_MS = 60 * 60 * 1_000;

/** Data that outlives the processes on it, which go by one clock. */
function place() {
  const entries = new Map();
  const clock = fakeClock();

  async function begin() {
    const store = keyvStore(new Keyv({ store: entries }));
    await store.start();
    const logger = { ...silentLogger, warn: vi.fn() };
    const queue = localQueue({ store, writer: newWriter(), clock, logger });
    const die = async () => {
      await queue.stop(clock.now());
      await store.stop();
    };
    return { queue, logger, die };
  }
  return { clock, begin };
}

function recorder() {
  const ran: string[] = [];
  const work: JobHandler = async (id) => {
    ran.push(id);
    return undefined;
  };
  return { ran, work };
}

const job = (id: string, runAt?: number): Job => ({
  kind: "work",
  id,
  ...(runAt !== undefined && { runAt }),
});

const idsOf = (prefix: string, count: number) =>
  Array.from({ length: count }, (_, index) => `${prefix}${String(index).padStart(5, "0")}`);

async function settle(): Promise<void> {
  for (let turn = 0; turn < 10; turn += 1) await nextTurn();
}

test.each([
  ["32 jobs of a kind", "work", 32],
  ["256 drains", "drain", 256],
])("runs %s at the same time", async (_, kind, width) => {
  const { queue } = await place().begin();
  const gate = Promise.withResolvers<undefined>();
  const handler = vi.fn(() => gate.promise);
  await queue.start({ [kind]: handler });
  await queue.add(idsOf("", 300).map((id) => ({ kind, id })));
  expect(handler).toHaveBeenCalledTimes(width);
  gate.resolve(undefined);
  await settle();
  expect(handler).toHaveBeenCalledTimes(300);
});

test("runs the jobs of a kind that only a later start has a handler for", async () => {
  const { queue } = await place().begin();
  const { ran, work } = recorder();
  await queue.start({});
  await queue.add([job("a")]);
  await settle();
  await queue.start({ work });
  await settle();
  expect(ran).toEqual(["a"]);
});

test("runs delayed jobs at their times when it is started again after a stop", async () => {
  const { clock, begin } = place();
  const { queue } = await begin();
  const { ran, work } = recorder();
  await queue.start({ work });
  await queue.add([job("a", clock.now() + HOUR_MS)]);
  await queue.stop(clock.now() + 1);
  await queue.start({ work });
  await clock.advance(HOUR_MS);
  expect(ran).toEqual(["a"]);
});

test("keeps the jobs that are due when a handler stops the queue", async () => {
  const { clock, begin } = place();
  const { queue, die } = await begin();
  const stopping = vi.fn(async () => {
    void queue.stop(clock.now());
    return undefined;
  });
  await queue.add([job("a"), job("b"), job("c")]);
  await queue.start({ work: stopping });
  await settle();
  expect(stopping).toHaveBeenCalledTimes(1);
  await die();

  const { ran, work } = recorder();
  await (await begin()).queue.start({ work });
  await settle();
  expect(ran).toEqual(expect.arrayContaining(["b", "c"]));
});

test("takes a handler that throws for one that rejects", async () => {
  const { clock, begin } = place();
  const { queue, logger } = await begin();
  const error = new Error("Not even a promise.");
  const work = vi.fn((): Promise<undefined> => {
    throw error;
  });
  await queue.start({ work });
  await queue.add([job("a")]);
  await clock.advance(999);
  expect(work).toHaveBeenCalledTimes(1);
  await clock.advance(1);
  expect(work).toHaveBeenCalledTimes(2);
  await clock.advance(2_000);
  expect(work).toHaveBeenCalledTimes(3);
  expect(logger.warn).toHaveBeenCalledWith(
    { error, kind: "work", id: "a", pauseMs: 2_000 },
    expect.any(String),
  );
});

test("leaves no timer behind when it has stopped", async () => {
  const { clock, begin } = place();
  const { queue } = await begin();
  await queue.start({ work: recorder().work });
  await queue.add([job("a", clock.now() + HOUR_MS)]);
  await queue.stop(clock.now() + HOUR_MS);
  expect(clock.pending).toBe(0);
});

test("runs jobs of pages a former process left once, although each is on several", async () => {
  const { begin } = place();
  const former = await begin();
  await Promise.all(idsOf("", 5).map(() => former.queue.add(idsOf("", 20).map((id) => job(id)))));
  await former.die();

  const { ran, work } = recorder();
  await (await begin()).queue.start({ work });
  await settle();
  expect(ran.toSorted()).toEqual(idsOf("", 20));
});

test("keeps a job that is swept in memory only, and one beside it for the next start", async () => {
  const { begin } = place();
  const first = await begin();
  await first.queue.add([{ ...job("swept"), swept: true }, job("kept")]);
  await first.die();

  const { ran, work } = recorder();
  const { queue } = await begin();
  await queue.start({ work });
  await settle();
  expect(ran).toEqual(["kept"]);

  await queue.add([{ ...job("swept"), swept: true }]);
  await settle();
  expect(ran).toEqual(["kept", "swept"]);
});

test("holds a swept job although the store is down", async () => {
  const { begin } = place();
  const { queue, die } = await begin();
  const { ran, work } = recorder();
  await queue.start({ work });
  await die();
  await queue.start({ work });
  await queue.add([{ ...job("swept"), swept: true }]);
  await settle();
  expect(ran).toEqual(["swept"]);
});
