import { setImmediate as nextTurn } from "node:timers/promises";
import { fakeClock } from "@wabakit/testing";
import fc from "fast-check";
import Keyv from "keyv";
import { expect, test, vi } from "vitest";
import { Failure } from "../failure.ts";
import { silentLogger } from "../logger.ts";
import { keyvStore } from "../store/keyv-store.ts";
import { newWriter } from "../store/writer.ts";
import { localQueue } from "./local-queue.ts";
import type { Job, JobHandler, Queue } from "./queue.ts";

const HOUR_MS = 60 * 60 * 1_000;
/** More than wait in memory. */
const MANY = 33_000;

/** Data that outlives the processes on it, which go by one clock. */
function place() {
  const entries = new Map<string, unknown>();
  const clock = fakeClock();

  async function begin() {
    const store = { ...keyvStore(new Keyv({ store: entries })) };
    await store.start();
    const logger = { ...silentLogger, warn: vi.fn() };
    const queue = localQueue({ store, writer: newWriter(), clock, logger });
    const die = async () => {
      await queue.stop(clock.now());
      await store.stop();
    };
    return { queue, store, logger, die };
  }
  const countPages = () => [...entries.keys()].filter((key) => /:\d+$/.test(key)).length;
  return { clock, begin, countPages };
}

/** Whatever comes behind these has to wait on its page. */
async function fillMemory(queue: Queue, runAt: number): Promise<void> {
  const filler = (_: unknown, index: number): Job => ({
    kind: "filler",
    id: `${index}`,
    runAt,
    swept: true,
  });
  await queue.add(Array.from({ length: MANY }, filler));
}

function recorder() {
  const ran: string[] = [];
  const work: JobHandler = async (id) => {
    ran.push(id);
    return undefined;
  };
  return { ran, work };
}

const job = (id: string, runAt: number): Job => ({ kind: "work", id, runAt });

async function settle(): Promise<void> {
  for (let turn = 0; turn < 20; turn += 1) await nextTurn();
}

async function fullQueue() {
  const { clock, begin, countPages } = place();
  const opened = await begin();
  await opened.queue.start({});
  await fillMemory(opened.queue, clock.now() + 1_000 * HOUR_MS);
  const { ran, work } = recorder();
  await opened.queue.start({ work });
  return { ...opened, clock, begin, countPages, ran, work };
}

test("runs a backlog larger than its memory, each job once, also after a restart", async () => {
  const { clock, begin, countPages } = place();
  const jobs = Array.from({ length: 2 * MANY }, (_, index) => job(`${index}`, clock.now()));
  const former = await begin();
  await former.queue.add(jobs.slice(0, MANY));
  await former.die();

  const { queue } = await begin();
  await queue.add(jobs.slice(MANY));
  const { ran, work } = recorder();
  await queue.start({ work });
  await vi.waitFor(() => expect(ran).toHaveLength(jobs.length), { timeout: 15_000 });
  await queue.stop(clock.now() + 1);
  expect(new Set(ran).size).toBe(jobs.length);
  await vi.waitFor(() => expect(countPages()).toBeLessThan(5), { timeout: 5_000 });
});

test("runs parked jobs at their times, those of one page too", async () => {
  const { queue, clock, ran } = await fullQueue();
  const startedAt = clock.now();
  const hours = [3, 1, 2, 30 * 24];
  await queue.add(hours.map((hour) => job(`${hour}`, startedAt + hour * HOUR_MS)));
  await clock.advanceTo(startedAt + HOUR_MS - 1);
  await settle();
  expect(ran).toEqual([]);
  for (const hour of hours.toSorted((a, b) => a - b)) {
    await clock.advanceTo(startedAt + hour * HOUR_MS);
    await settle();
    expect(ran.at(-1)).toBe(`${hour}`);
  }
  expect(ran).toHaveLength(4);
});

test("takes parked jobs for the same by their names, and lets the earlier time count", async () => {
  const step = fc.record({
    id: fc.integer({ min: 0, max: 12 }).map(String),
    delayMs: fc.integer({ min: 0, max: 40_000 }),
    together: fc.boolean(),
    advanceMs: fc.integer({ min: 0, max: 3_000 }),
  });
  const { queue, clock, ran } = await fullQueue();
  const model = new Map<string, number>();
  const due: string[] = [];
  const passTime = async (ms: number) => {
    await clock.advance(ms);
    await settle();
    for (const [id, runAt] of model) if (runAt <= clock.now()) due.push(id);
    for (const [id, runAt] of model) if (runAt <= clock.now()) model.delete(id);
    expect(ran.toSorted()).toEqual(due.toSorted());
  };
  for (const { id, delayMs, together, advanceMs } of fc.sample(step, { numRuns: 300, seed: 5 })) {
    const runAt = clock.now() + 1 + delayMs;
    const others = together ? [job("x", runAt + 5), job("y", runAt + 9)] : [];
    await queue.add([job(id, runAt), ...others]);
    for (const each of [job(id, runAt), ...others]) {
      model.set(each.id, Math.min(model.get(each.id) ?? Number.POSITIVE_INFINITY, each.runAt ?? 0));
    }
    await passTime(advanceMs);
  }
  await passTime(HOUR_MS);
  expect(model.size).toBe(0);
});

test("runs nothing after a restart that had run from a page others still wait on", async () => {
  const { queue, clock, begin, die, ran } = await fullQueue();
  const inMinutes = (minutes: number) => clock.now() + minutes * 60_000;
  await queue.add([job("a", inMinutes(1)), job("b", inMinutes(90)), job("c", inMinutes(95))]);
  await queue.add([job("b", inMinutes(2))]);
  await clock.advance(HOUR_MS);
  await settle();
  expect(ran).toEqual(["a", "b"]);
  await die();

  const next = recorder();
  await (await begin()).queue.start({ work: next.work });
  await settle();
  await clock.advance(3 * HOUR_MS);
  expect(next.ran).toEqual(["c"]);
});

test("puts small pages together", async () => {
  const { queue, clock, countPages, ran } = await fullQueue();
  const runAt = clock.now() + HOUR_MS;
  const jobs = Array.from({ length: 1_000 }, (_, index) => job(`${index}`, runAt + index));
  await Promise.all(jobs.map((each) => queue.add([each])));
  await settle();
  await vi.waitFor(() => expect(countPages()).toBeLessThan(300), { timeout: 5_000 });
  await clock.advance(2 * HOUR_MS);
  await vi.waitFor(() => expect(ran).toHaveLength(1_000));
  expect(new Set(ran).size).toBe(1_000);
});

test("reads a parked page later when the store fails at its time", async () => {
  const { queue, clock, store, logger, ran } = await fullQueue();
  await queue.add([job("a", clock.now() + HOUR_MS)]);
  vi.spyOn(store, "getMany").mockRejectedValueOnce(new Failure("store_unavailable"));
  await clock.advance(HOUR_MS);
  await settle();
  expect(ran).toEqual([]);
  expect(logger.warn).toHaveBeenCalledTimes(1);
  await clock.advance(1_000);
  await settle();
  expect(ran).toEqual(["a"]);
});

test("keeps swept jobs that memory has no room for, and runs them once", async () => {
  const { queue, clock, ran } = await fullQueue();
  await queue.add([{ ...job("a", clock.now()), swept: true }]);
  await settle();
  expect(ran).toEqual(["a"]);
});
