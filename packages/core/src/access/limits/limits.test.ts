import { expect, test } from "vitest";
import { LimitsOption } from "./limits.ts";

test("what a host does not say is as documented", () => {
  const defaults = {
    reads: { max: 100, perMs: 60_000 },
    writes: { max: 30, perMs: 60_000 },
    reveal: { max: 60, perMs: 3_600_000 },
    metaLookups: { max: 10, perMs: 60_000 },
    inboxReads: { max: 600, perMs: 60_000 },
    sends: { max: 80, perMs: 1_000 },
  };
  expect(LimitsOption.parse(undefined)).toEqual(defaults);
  const own = { writes: { max: 5, perMs: 1_000 }, reads: false, sends: undefined };
  expect(LimitsOption.parse(own)).toEqual({
    ...defaults,
    writes: { max: 5, perMs: 1_000 },
    reads: false,
  });
});

test.each([
  { writes: true },
  { writes: null },
  { writes: 30 },
  { writes: { max: 0, perMs: 1_000 } },
  { writes: { max: 1.5, perMs: 1_000 } },
  { writes: { max: 1, perMs: 999 } },
  { writes: { max: 1, perMs: 86_400_001 } },
  { writes: { max: 1 } },
  { write: false },
])("%j is no limit", (given) => {
  expect(LimitsOption.safeParse(given).success).toBe(false);
});
