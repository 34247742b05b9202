import { describe, expect, it } from "vitest";
import { DEFAULT_SCHEDULE_MS, delayBefore, readRetryAfter } from "./schedule.ts";

const CALM = { overloaded: false };
const MINUTE_MS = 60_000;
const HOUR_MS = 60 * MINUTE_MS;
const ATTEMPTS = [2, 3, 4, 5, 6, 7, 8, 9, 10];

/** A fixed sequence of numbers in [0, 1), so that every run draws the same. */
function draws(count: number): readonly number[] {
  let state = 1;
  return Array.from({ length: count }, () => {
    state = (state * 48_271) % 2_147_483_647;
    return state / 2_147_483_647;
  });
}

function baseOf(attempt: number): number {
  return DEFAULT_SCHEDULE_MS[attempt - 1] ?? Number.NaN;
}

describe("the schedule", () => {
  it("is ten attempts over 75 hours, 35 minutes and 5 seconds", () => {
    const total = DEFAULT_SCHEDULE_MS.reduce((sum, waitMs) => sum + waitMs, 0);
    expect(DEFAULT_SCHEDULE_MS).toHaveLength(10);
    expect(total).toBe(75 * HOUR_MS + 35 * MINUTE_MS + 5_000);
  });

  it("ends after the last attempt", () => {
    expect(delayBefore(10, CALM)).toBeDefined();
    expect(delayBefore(11, CALM)).toBeUndefined();
  });

  it("can be another one", () => {
    expect(delayBefore(2, CALM, { scheduleMs: [0, 1_000], random: 0.5 })).toBe(1_000);
    expect(delayBefore(3, CALM, { scheduleMs: [0, 1_000] })).toBeUndefined();
  });
});

describe("jitter", () => {
  it.each(ATTEMPTS)("keeps attempt %i within a fifth of its time, evenly spread", (attempt) => {
    const base = baseOf(attempt);
    const delays = draws(10_000).map((random) => delayBefore(attempt, CALM, { random }) ?? 0);
    expect(Math.min(...delays)).toBeGreaterThanOrEqual(0.8 * base);
    expect(Math.max(...delays)).toBeLessThanOrEqual(1.2 * base);

    const tenths = delays.map((delay) => Math.floor(((delay / base - 0.8) / 0.4) * 10));
    for (const tenth of [0, 1, 2, 3, 4, 5, 6, 7, 8, 9]) {
      const share = tenths.filter((one) => one === tenth).length / delays.length;
      expect(share).toBeCloseTo(0.1, 1.5);
    }
  });
});

describe("Retry-After", () => {
  it.each(ATTEMPTS)("is honoured before attempt %i within [base, 2 x base]", (attempt) => {
    const base = baseOf(attempt);
    const delay = (retryAfterMs: number, random: number) =>
      delayBefore(attempt, { overloaded: false, retryAfterMs }, { random });
    expect(delay(1.5 * base, 0.5)).toBe(1.5 * base);
    expect(delay(1_000 * base, 0.5)).toBe(2 * base);
    expect(delay(1_000 * base, 0.999)).toBe(2 * base);
    expect(delay(1, 0)).toBe(base);
  });

  it("of little still spreads the retries", () => {
    const plea = { overloaded: false, retryAfterMs: 1 };
    expect(delayBefore(3, plea, { random: 0.75 })).toBe(1.1 * baseOf(3));
  });
});

describe("an overloaded endpoint", () => {
  const overloaded = { overloaded: true };

  it("gets a minute at least, however short the schedule", () => {
    for (const random of draws(1_000)) {
      expect(delayBefore(2, overloaded, { random })).toBeGreaterThanOrEqual(MINUTE_MS);
    }
    expect(delayBefore(2, { ...overloaded, retryAfterMs: 1_000 })).toBeGreaterThanOrEqual(
      MINUTE_MS,
    );
  });

  it("is not hit by all retries at once after that minute", () => {
    const delays = draws(100).map((random) => delayBefore(2, overloaded, { random }));
    expect(new Set(delays).size).toBeGreaterThan(90);
  });

  it("gets the schedule's time where that is longer", () => {
    expect(delayBefore(5, overloaded, { random: 0.5 })).toBe(2 * HOUR_MS);
  });
});

describe("a Retry-After header", () => {
  const now = Date.parse("2026-11-21T10:00:00Z");

  it.each([
    ["120", 120_000],
    [" 7 ", 7_000],
    ["0", 0],
    ["Sat, 21 Nov 2026 10:02:00 GMT", 120_000],
    ["Sat, 21 Nov 2026 09:00:00 GMT", 0],
  ])("%j is %i ms", (header, ms) => {
    expect(readRetryAfter(header, now)).toBe(ms);
  });

  it.each([undefined, "", "soon", "-5", "1e9", "9999999999", "NaN"])(
    "%j says nothing",
    (header) => {
      expect(readRetryAfter(header, now)).toBeUndefined();
    },
  );
});
