import fc from "fast-check";
import { expect, test } from "vitest";
import { nameIndex } from "./name-index.ts";

test("knows what a Map would know, whatever is set and deleted", () => {
  const name = fc.integer({ min: 0, max: 3_000 }).map((number) => `work:${number}`);
  const step = fc.record({ name, runAt: fc.nat(), isDelete: fc.boolean() });
  const steps = fc.array(step, { maxLength: 4_000, size: "max" });
  fc.assert(
    fc.property(steps, fc.integer(), (steps, seed) => {
      const index = nameIndex(seed);
      const map = new Map<string, number>();
      for (const { name, runAt, isDelete } of steps) {
        if (isDelete) index.delete(name);
        else index.set(name, { runAt, ref: runAt + 1 });
        if (isDelete) map.delete(name);
        else map.set(name, runAt);
      }
      expect(index.size).toBe(map.size);
      for (const { name } of steps) expect(index.find(name)?.runAt).toBe(map.get(name));
    }),
    { numRuns: 20 },
  );
});

test("takes no two of 300,000 names that are alike for the same", () => {
  const index = nameIndex(7);
  for (let number = 0; number < 300_000; number += 1) {
    index.set(`drain:ep_${number.toString(36)}`, { runAt: number, ref: 1 });
  }
  expect(index.size).toBe(300_000);
});
