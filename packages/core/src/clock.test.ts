import { afterEach, beforeEach, expect, test, vi } from "vitest";
import { systemClock } from "./clock.ts";

const HOUR_MS = 3_600_000;
const DAYS_30_MS = 30 * 24 * HOUR_MS;
const START = Date.parse("2026-01-01T00:00:00Z");

beforeEach(() => vi.useFakeTimers({ now: START }));
afterEach(() => vi.useRealTimers());

test("a task runs once, at its instant, however far away that is", () => {
  const task = vi.fn();
  systemClock.schedule(START + DAYS_30_MS, task);
  vi.advanceTimersByTime(DAYS_30_MS - 1);
  expect(task).not.toHaveBeenCalled();
  vi.advanceTimersByTime(1);
  expect(task).toHaveBeenCalledTimes(1);
  vi.advanceTimersByTime(DAYS_30_MS);
  expect(task).toHaveBeenCalledTimes(1);
});

test("a task whose instant has passed runs soon, but not within the call", () => {
  const task = vi.fn();
  systemClock.schedule(START - 1, task);
  expect(task).not.toHaveBeenCalled();
  vi.advanceTimersByTime(0);
  expect(task).toHaveBeenCalledTimes(1);
});

test("a cancelled task never runs", () => {
  const task = vi.fn();
  const cancel = systemClock.schedule(START + HOUR_MS, task);
  vi.advanceTimersByTime(HOUR_MS / 2);
  cancel();
  vi.advanceTimersByTime(HOUR_MS);
  expect(task).not.toHaveBeenCalled();
});

test("a clock that is set forward is noticed within a minute", () => {
  const task = vi.fn();
  systemClock.schedule(START + HOUR_MS, task);
  vi.setSystemTime(START + HOUR_MS);
  vi.advanceTimersByTime(60_000);
  expect(task).toHaveBeenCalledTimes(1);
});

test("a clock that is set back delays a task until its instant comes again", () => {
  const task = vi.fn();
  systemClock.schedule(START + 1_000, task);
  vi.setSystemTime(START - HOUR_MS);
  vi.advanceTimersByTime(HOUR_MS);
  expect(task).not.toHaveBeenCalled();
  vi.advanceTimersByTime(1_000);
  expect(task).toHaveBeenCalledTimes(1);
});
