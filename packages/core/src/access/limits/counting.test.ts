import fc from "fast-check";
import { expect, test } from "vitest";
import { addTo, type Count, currentCount } from "./counting.ts";

const NOW = 1_000_000;
const limit = { max: 3, perMs: 60_000 };
const count = (fields: Partial<Count> = {}): Count => ({
  ...{ perMs: limit.perMs, until: NOW + 60_000, granted: 2 },
  ...fields,
});

test("a count goes on until its end, not an instant longer", () => {
  const before = count({ until: NOW + 1 });
  expect(currentCount(before, limit, NOW)).toBe(before);
  const fresh = { perMs: 60_000, until: NOW + 1 + 60_000, granted: 0 };
  expect(currentCount(before, limit, NOW + 1)).toEqual(fresh);
});

test("a count under another limit is none of this one", () => {
  expect(currentCount(count({ perMs: 1_000 }), limit, NOW).granted).toBe(0);
});

test("a node whose clock is behind by a minute counts with the others, and one set back anew", () => {
  const ahead = count({ until: NOW + 120_000 });
  expect(currentCount(ahead, limit, NOW)).toBe(ahead);
  expect(currentCount(ahead, limit, NOW - 1).granted).toBe(0);
});

test("what there is room for is granted, and no more", () => {
  fc.assert(
    fc.property(fc.nat(10), fc.array(fc.nat(5)), (max, batches) => {
      let [granted, asked] = [0, 0];
      let standing = currentCount(undefined, { max, perMs: 1_000 }, NOW);
      for (const requests of batches) {
        const next = addTo(standing, { max, perMs: 1_000 }, requests);
        [granted, asked, standing] = [granted + next.grantedNow, asked + requests, next];
      }
      expect(granted).toBe(Math.min(max, asked));
      expect(standing.granted).toBe(granted);
    }),
  );
});

test("a limit that was lowered grants nothing to those beyond it", () => {
  expect(addTo(count({ granted: 5 }), limit, 1)).toMatchObject({ granted: 5, grantedNow: 0 });
});
