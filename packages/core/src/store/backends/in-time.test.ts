import { afterEach, beforeEach, expect, test, vi } from "vitest";
import { inTime, isLate } from "./in-time.ts";
import { unreachable } from "./unreachable.ts";

beforeEach(() => void vi.useFakeTimers());
afterEach(() => void vi.useRealTimers());

test("what comes in time is passed on, good or bad, and leaves no timer", async () => {
  await expect(inTime(Promise.resolve(1), 100)).resolves.toBe(1);
  const refused = new Error("refused");
  const error: unknown = await inTime(Promise.reject(refused), 100).catch((thrown) => thrown);
  expect(error).toBe(refused);
  expect(isLate(error)).toBe(false);
  expect(vi.getTimerCount()).toBe(0);
});

test("what takes longer is late, and what comes of it then is nobody's", async () => {
  const { promise, reject } = Promise.withResolvers<never>();
  const answer = inTime(promise, 100).catch((thrown: unknown) => thrown);
  await vi.advanceTimersByTimeAsync(100);
  const error = await answer;
  expect(isLate(error)).toBe(true);
  expect(String(error)).toContain("100 ms");
  reject(new Error("too late"));
});

test("a back end that is away is told with a reason, also where Node gives no message", () => {
  expect(unreachable("Redis", new Error("no route")).message).toBe(
    "Redis cannot be reached: no route",
  );
  const both = Object.assign(new AggregateError([]), { code: "ECONNREFUSED" });
  expect(unreachable("Redis", both)).toMatchObject({
    message: "Redis cannot be reached: ECONNREFUSED",
    cause: both,
  });
  expect(unreachable("Redis", "gone").message).toBe("Redis cannot be reached: gone");
});
