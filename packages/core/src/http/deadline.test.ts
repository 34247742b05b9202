import { expect, test, vi } from "vitest";
import { withinDeadline } from "./deadline.ts";

function manualClock() {
  const cancel = vi.fn();
  const schedule = vi.fn((_at: number, _task: () => void) => cancel);
  return { clock: { now: () => 1_000, schedule }, schedule, cancel };
}

test("an outcome in time is passed on, and the timer goes", async () => {
  const { clock, schedule, cancel } = manualClock();
  await expect(withinDeadline(Promise.resolve("body"), { clock })).resolves.toBe("body");
  await expect(withinDeadline(Promise.reject(new Error("no")), { clock })).rejects.toThrow("no");
  expect(schedule).toHaveBeenNthCalledWith(1, 11_000, expect.any(Function));
  expect(cancel).toHaveBeenCalledTimes(2);
});

test("what does not come in time is a request_timeout", async () => {
  const { clock, schedule } = manualClock();
  const waiting = withinDeadline(new Promise(() => {}), { clock, bodyTimeoutMs: 5 });
  const [at, expire] = schedule.mock.calls[0] ?? [];
  expect(at).toBe(1_005);
  expire?.();
  await expect(waiting).rejects.toMatchObject({ code: "request_timeout", status: 408 });
});
