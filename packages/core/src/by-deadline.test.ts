import { fakeClock } from "@wabakit/testing";
import { expect, test } from "vitest";
import { byDeadline } from "./by-deadline.ts";

test("work that ends in time is waited for, and leaves no timer", async () => {
  const clock = fakeClock();
  const work = Promise.withResolvers<void>();
  const waited = byDeadline(clock, clock.now() + 1_000, work.promise);
  work.resolve();
  await waited;
  expect(clock.pending).toBe(0);
});

test("work that fails in time is told", async () => {
  const clock = fakeClock();
  const failing = Promise.reject(new Error("gone"));
  await expect(byDeadline(clock, clock.now() + 1_000, failing)).rejects.toThrow("gone");
});

test("work that takes longer is not waited for, and may fail later", async () => {
  const clock = fakeClock();
  const work = Promise.withResolvers<void>();
  const waited = byDeadline(clock, clock.now() + 1_000, work.promise);
  await clock.advance(1_000);
  await waited;
  work.reject(new Error("too late to matter"));
  await clock.advance(0);
});
