import { expect, test } from "vitest";
import { fakeClock } from "./fake-clock.ts";

test("stands still until it is moved", async () => {
  const clock = fakeClock(1_000);
  await clock.advance(250);
  expect(clock.now()).toBe(1_250);
  await clock.advanceTo(2_000);
  expect(clock.now()).toBe(2_000);
});

test("runs tasks at their own instants, in order, equal instants as scheduled", async () => {
  const clock = fakeClock(0);
  const ran: [string, number][] = [];
  for (const [name, at] of [
    ["c", 30],
    ["a", 10],
    ["b1", 20],
    ["b2", 20],
  ] as const) {
    clock.schedule(at, () => ran.push([name, clock.now()]));
  }
  await clock.advance(25);
  expect(ran).toEqual([
    ["a", 10],
    ["b1", 20],
    ["b2", 20],
  ]);
  expect(clock.pending).toBe(1);
  expect(clock.now()).toBe(25);
});

test("lets what a task sets off settle before the next task runs", async () => {
  const clock = fakeClock(0);
  const ran: string[] = [];
  clock.schedule(10, async () => {
    await Promise.resolve();
    await new Promise(setImmediate);
    ran.push(`aftermath at ${clock.now()}`);
  });
  clock.schedule(20, () => ran.push("next"));
  await clock.advance(20);
  expect(ran).toEqual(["aftermath at 10", "next"]);
});

test("runs a task that another one schedules within the same stretch", async () => {
  const clock = fakeClock(0);
  const ran: number[] = [];
  const tick = () => {
    ran.push(clock.now());
    clock.schedule(clock.now() + 10, tick);
  };
  clock.schedule(10, tick);
  await clock.advance(35);
  expect(ran).toEqual([10, 20, 30]);
});

test("runs what is due already without being moved", async () => {
  const clock = fakeClock(1_000);
  await new Promise<void>((resolve) => clock.schedule(500, resolve));
  expect(clock.now()).toBe(1_000);
  expect(clock.pending).toBe(0);
});

test("forgets a cancelled task", async () => {
  const clock = fakeClock(0);
  const cancelFuture = clock.schedule(10, () => expect.unreachable());
  const cancelDue = clock.schedule(0, () => expect.unreachable());
  cancelFuture();
  cancelDue();
  expect(clock.pending).toBe(0);
  await clock.advance(10);
});

test("refuses to run backwards", async () => {
  const clock = fakeClock(100);
  await expect(clock.advanceTo(99)).rejects.toThrow(RangeError);
});
