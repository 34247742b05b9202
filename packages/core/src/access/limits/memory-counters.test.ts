import { fakeClock } from "@wabakit/testing";
import { expect, test } from "vitest";
import { memoryCounters } from "./memory-counters.ts";

const limit = { max: 2, perMs: 60_000 };

test("counts each caller alone, and anew when the time is over", async () => {
  const clock = fakeClock();
  const counters = memoryCounters(clock);
  const grantedTo = async (name: string) => (await counters.add(name, limit, 1)).grantedNow;
  expect([await grantedTo("a"), await grantedTo("a"), await grantedTo("a")]).toEqual([1, 1, 0]);
  expect(await grantedTo("b")).toBe(1);
  await clock.advance(59_999);
  expect(await grantedTo("a")).toBe(0);
  await clock.advance(1);
  expect(await grantedTo("a")).toBe(1);
});

test("looks without counting", async () => {
  const counters = memoryCounters(fakeClock());
  for (let look = 0; look < 5; look++) {
    expect(await counters.add("a", limit, 0)).toMatchObject({ granted: 0, grantedNow: 0 });
  }
  expect(await counters.add("a", limit, 1)).toMatchObject({ granted: 1 });
});

test("holds so many counts at most, those of late", async () => {
  const counters = memoryCounters(fakeClock(), 2);
  for (const name of ["a", "b", "a", "c"]) await counters.add(name, limit, 1);
  expect(await counters.add("a", limit, 0)).toMatchObject({ granted: 2 });
  expect(await counters.add("b", limit, 0)).toMatchObject({ granted: 0 });
});
