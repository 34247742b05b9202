import { expect, it } from "vitest";
import { createPace } from "./pace.ts";

/** When attempts start that are always wanted at once, on timers that are late by up to `lateMs`. */
function starts(perSecond: number, seconds: number, lateMs = 0): readonly number[] {
  const pace = createPace();
  const at: number[] = [];
  for (let now = 0, turn = 0; now < seconds * 1_000; turn += 1) {
    const next = pace.next(now);
    pace.take(next, perSecond);
    now = Math.max(now, next + ((turn * 7) % 10) * 0.1 * lateMs);
    at.push(now);
  }
  return at;
}

function mostInASecond(at: readonly number[]): number {
  return Math.max(
    ...at.map((from) => at.filter((one) => one >= from && one < from + 999.999).length),
  );
}

it.each([1, 2, 7, 100, 1_000])(
  "lets %i attempts a second start, and hardly ever one more",
  (rate) => {
    const at = starts(rate, 5);
    expect(at.length).toBeGreaterThanOrEqual(rate * 5);
    expect(mostInASecond(at)).toBeLessThanOrEqual(Math.max(rate, Math.floor(rate * 1.05)));
  },
);

it.each([7, 100])("exceeds %i a second by at most 5 % on late timers", (rate) => {
  expect(mostInASecond(starts(rate, 5, 40))).toBeLessThanOrEqual(Math.floor(rate * 1.05) + 1);
});

it("lets nothing gather while nothing is wanted", () => {
  const pace = createPace();
  pace.take(0, 10);
  expect(pace.next(60_000)).toBe(60_000);
  pace.take(60_000, 10);
  pace.take(pace.next(60_000), 10);
  expect(pace.next(60_000)).toBeGreaterThan(60_000);
});
