import { setImmediate as nextTurn } from "node:timers/promises";
import { fakeClock } from "@wabakit/testing";
import Keyv from "keyv";
import { expect, test, vi } from "vitest";
import type { Clock } from "../clock.ts";
import { Failure } from "../failure.ts";
import { silentLogger } from "../logger.ts";
import { keyvStore } from "../store/keyv-store.ts";
import { newWriter } from "../store/writer.ts";
import { localQueue } from "./local-queue.ts";
import type { Job, JobHandler } from "./queue.ts";

const MINUTE_MS = 60_000;
const HOUR_MS = 60 * MINUTE_MS;

/** Data that outlives the processes on it, which go by one clock. */
function place() {
  const entries = new Map();
  const clock = fakeClock();
  let shiftMs = 0;
  /** It is looked at every minute, as the system's is, since somebody may set it. */
  const shifted: Clock = {
    now: () => clock.now() + shiftMs,
    schedule(at, task) {
      const arm = () => {
        const waitMs = Math.max(at - shifted.now(), 0);
        return clock.schedule(clock.now() + Math.min(waitMs, MINUTE_MS), look);
      };
      const look = () => {
        if (at <= shifted.now()) task();
        else cancel = arm();
      };
      let cancel = arm();
      return () => cancel();
    },
  };
  const setClock = (ms: number) => {
    shiftMs += ms;
  };

  async function begin() {
    const store = { ...keyvStore(new Keyv({ store: entries })) };
    await store.start();
    const logger = { ...silentLogger, warn: vi.fn() };
    const queue = localQueue({ store, writer: newWriter(), clock: shifted, logger });
    const die = async () => {
      await queue.stop(clock.now());
      await store.stop();
    };
    return { queue, store, logger, die };
  }
  return { clock, setClock, begin };
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
  ["1,024 drains", "drain", 1_024],
])("runs %s at the same time", async (_, kind, width) => {
  const { queue } = await place().begin();
  const gate = Promise.withResolvers<undefined>();
  const handler = vi.fn(() => gate.promise);
  await queue.start({ [kind]: handler });
  await queue.add(idsOf("", 1_100).map((id) => ({ kind, id })));
  expect(handler).toHaveBeenCalledTimes(width);
  gate.resolve(undefined);
  await vi.waitFor(() => expect(handler).toHaveBeenCalledTimes(1_100));
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

test("runs what is due once when the clock is set an hour ahead, within a minute", async () => {
  const { clock, setClock, begin } = place();
  const { queue } = await begin();
  const { ran, work } = recorder();
  await queue.start({ work });
  await queue.add([job("a", clock.now() + HOUR_MS), job("b", clock.now() + 3 * HOUR_MS)]);
  setClock(HOUR_MS);
  await clock.advance(60_000);
  await settle();
  expect(ran).toEqual(["a"]);
  await clock.advance(2 * HOUR_MS);
  await settle();
  expect(ran).toEqual(["a", "b"]);
});

test("runs everything once when the clock is set an hour back", async () => {
  const { clock, setClock, begin } = place();
  const { queue, die } = await begin();
  const { ran, work } = recorder();
  await queue.start({ work });
  await queue.add([job("a", clock.now() + 1_000), job("b", clock.now() + 5_000)]);
  await clock.advance(1_000);
  await settle();
  setClock(-HOUR_MS);
  await queue.add([job("now")]);
  await clock.advance(4_000);
  await settle();
  expect(ran).toEqual(["a", "now"]);
  await die();

  const { queue: next } = await begin();
  await next.start({ work });
  await clock.advance(2 * HOUR_MS);
  await settle();
  expect(ran).toEqual(["a", "now", "b"]);
});

test("runs at most what ended in the last second again after a crash", async () => {
  const { clock, begin } = place();
  const { queue } = await begin();
  const { ran, work } = recorder();
  await queue.start({ work });
  const ids = idsOf("", 200);
  await queue.add([
    ...ids.map((id) => job(id)),
    job("late", clock.now() + 2_500),
    job("rest", clock.now() + HOUR_MS),
  ]);
  await settle();
  await clock.advance(2_500);
  await settle();
  expect(ran).toHaveLength(201);

  const next = recorder();
  await (await begin()).queue.start({ work: next.work });
  await settle();
  await clock.advance(HOUR_MS);
  expect(next.ran).toEqual(["late", "rest"]);
});

test("fails to start while the store does, runs nothing, and makes up for it later", async () => {
  const { begin } = place();
  const former = await begin();
  for (const id of idsOf("", 200)) await former.queue.add([job(id)]);
  await former.die();

  for (const failing of [1, 2, 3]) {
    const { queue, store } = await begin();
    const { ran, work } = recorder();
    const { getMany } = store;
    const error = new Failure("store_unavailable");
    let calls = 0;
    vi.spyOn(store, "getMany").mockImplementation(async (keys) => {
      calls += 1;
      if (calls === failing) throw error;
      return getMany(keys);
    });
    await expect(queue.start({ work })).rejects.toBe(error);
    await settle();
    expect(ran).toEqual([]);
    if (failing < 3) continue;
    await queue.start({ work });
    await settle();
    expect(ran.toSorted()).toEqual(idsOf("", 200));
  }
});

test("runs nothing when it is stopped while it starts", async () => {
  const { clock, begin } = place();
  const former = await begin();
  await former.queue.add([job("a")]);
  await former.die();

  const { queue } = await begin();
  const { ran, work } = recorder();
  const starting = queue.start({ work });
  await queue.stop(clock.now() + 1);
  await starting;
  await settle();
  expect(ran).toEqual([]);
});
