import { setImmediate as nextTurn } from "node:timers/promises";
import { setFlagsFromString } from "node:v8";
import { runInNewContext } from "node:vm";
import { fakeClock } from "@wabakit/testing";
import fc from "fast-check";
import { expect, test, vi } from "vitest";
import { type Due, type Schedule, schedule } from "./schedule.ts";

const STARTED_AT = 1_000;

function opened() {
  const clock = fakeClock(STARTED_AT);
  const wake = vi.fn();
  return { clock, wake, due: schedule<Due>(clock, wake) };
}

function takeAll(due: Schedule<Due>): number[] {
  const taken: number[] = [];
  for (let item = due.take(); item; item = due.take()) taken.push(item.runAt);
  return taken;
}

/** What was reached in this turn of the event loop stays reachable until its end. */
async function collectGarbage(): Promise<void> {
  await nextTurn();
  setFlagsFromString("--expose-gc");
  runInNewContext("gc")();
}

const inOrder = (times: readonly number[]) => times.toSorted((a, b) => a - b);

test("gives what is due in the order of its times, whatever was added, removed and taken", () => {
  const step = fc.oneof(
    { weight: 3, arbitrary: fc.record({ add: fc.integer({ min: 0, max: 50 }) }) },
    { weight: 1, arbitrary: fc.record({ remove: fc.nat() }) },
    { weight: 1, arbitrary: fc.constant("take" as const) },
  );
  fc.assert(
    fc.property(fc.array(step, { maxLength: 200 }), (steps) => {
      const { due } = opened();
      const waiting: Due[] = [];
      for (const step of steps) {
        if (step === "take") {
          const taken = due.take();
          expect(taken?.runAt).toBe(inOrder(waiting.map(({ runAt }) => runAt))[0]);
          if (taken) waiting.splice(waiting.indexOf(taken), 1);
        } else if ("add" in step) {
          const item = { runAt: step.add };
          due.add(item);
          waiting.push(item);
        } else {
          const [item] = waiting.splice(step.remove % (waiting.length || 1), 1);
          if (item) due.remove(item);
        }
      }
      expect(takeAll(due)).toEqual(inOrder(waiting.map(({ runAt }) => runAt)));
    }),
  );
});

test("keeps the order of what is left when most of it is removed", () => {
  const entry = fc.record({ runAt: fc.integer({ min: 0, max: 500 }), stays: fc.boolean() });
  fc.assert(
    fc.property(fc.array(entry, { minLength: 20, maxLength: 60 }), (entries) => {
      const { due } = opened();
      for (const each of entries) due.add(each);
      for (const each of entries) if (!each.stays) due.remove(each);
      const left = entries.filter(({ stays }) => stays);
      expect(takeAll(due)).toEqual(inOrder(left.map(({ runAt }) => runAt)));
    }),
  );
});

test("does not wake for what was removed", async () => {
  const { clock, wake, due } = opened();
  const [early, late] = [{ runAt: STARTED_AT + 10 }, { runAt: STARTED_AT + 20 }];
  due.add(early);
  due.add(late);
  due.remove(early);
  await clock.advance(15);
  expect(due.take()).toBeUndefined();
  wake.mockClear();
  await clock.advance(5);
  expect(wake).toHaveBeenCalledTimes(1);
  expect(due.take()).toBe(late);
});

test("lets go of what was removed", async () => {
  const { due } = opened();
  const waiting = Array.from({ length: 10 }, () => ({ runAt: STARTED_AT + 1 }));
  for (const item of waiting) due.add(item);
  const removed = Array.from({ length: 1_000 }, (_, index) => {
    const item = { runAt: STARTED_AT + 2 + index };
    due.add(item);
    due.remove(item);
    return new WeakRef(item);
  });
  await collectGarbage();
  const kept = removed.filter((item) => item.deref() !== undefined);
  expect(kept.length).toBeLessThanOrEqual(waiting.length);
});

test("gives nothing before its time, and everything at it", async () => {
  const times = fc.array(fc.integer({ min: 0, max: 30 }), { maxLength: 30 });
  await fc.assert(
    fc.asyncProperty(times, fc.integer({ min: 0, max: 30 }), async (delays, elapsedMs) => {
      const { clock, due } = opened();
      for (const delay of delays) due.add({ runAt: STARTED_AT + delay });
      await clock.advance(elapsedMs);
      const isDue = (delay: number) => delay <= elapsedMs;
      const expected = inOrder(delays.filter(isDue)).map((delay) => STARTED_AT + delay);
      expect(takeAll(due)).toEqual(expected);
    }),
    { numRuns: 50 },
  );
});

test("wakes at each time that something becomes due, with one timer", async () => {
  const delays = fc.array(fc.integer({ min: 1, max: 100 }), { minLength: 1, maxLength: 30 });
  await fc.assert(
    fc.asyncProperty(delays, async (delays) => {
      const clock = fakeClock(STARTED_AT);
      const wokenAt: number[] = [];
      const due = schedule<Due>(clock, () => {
        wokenAt.push(clock.now() - STARTED_AT);
        takeAll(due);
      });
      for (const delay of delays) {
        due.add({ runAt: STARTED_AT + delay });
        expect(clock.pending).toBe(1);
      }
      await clock.advance(100);
      expect(wokenAt).toEqual(inOrder([...new Set(delays)]));
      expect(clock.pending).toBe(0);
    }),
    { numRuns: 50 },
  );
});

test("wakes soon for what is due already", async () => {
  const { clock, wake, due } = opened();
  due.add({ runAt: STARTED_AT - 1 });
  await clock.advance(0);
  expect(wake).toHaveBeenCalledTimes(1);
});

test("does not wake again while nobody takes what is due", async () => {
  const { clock, wake, due } = opened();
  due.add({ runAt: STARTED_AT + 1 });
  await clock.advance(100);
  expect(wake).toHaveBeenCalledTimes(1);
  expect(clock.pending).toBe(0);
});

test("wakes no more once it is stopped, whatever is added", async () => {
  const { clock, wake, due } = opened();
  due.add({ runAt: STARTED_AT + 1 });
  due.stop();
  due.add({ runAt: STARTED_AT + 2 });
  expect(clock.pending).toBe(0);
  await clock.advance(100);
  expect(wake).not.toHaveBeenCalled();
});

test("wakes again after a stop as soon as somebody takes", async () => {
  const { clock, wake, due } = opened();
  due.add({ runAt: STARTED_AT + 50 });
  due.stop();
  expect(due.take()).toBeUndefined();
  await clock.advance(50);
  expect(wake).toHaveBeenCalledTimes(1);
  expect(takeAll(due)).toEqual([STARTED_AT + 50]);
});
