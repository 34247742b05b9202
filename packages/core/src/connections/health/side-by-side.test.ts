import { setImmediate as nextTurn } from "node:timers/promises";
import { expect, it } from "vitest";
import { sideBySide } from "./side-by-side.ts";

it("works on each entry once, and on no more than so many at a time", async () => {
  const seen: number[] = [];
  let under = 0;
  let most = 0;
  await sideBySide([1, 2, 3, 4, 5, 6, 7], 3, async (entry) => {
    under += 1;
    most = Math.max(most, under);
    seen.push(entry);
    await nextTurn();
    under -= 1;
  });
  expect(seen).toEqual([1, 2, 3, 4, 5, 6, 7]);
  expect(most).toBe(3);
});

it("begins nothing after a failure, and leaves nothing under way", async () => {
  const ended: number[] = [];
  const working = sideBySide([1, 2, 3, 4], 2, async (entry) => {
    if (entry === 1) throw new Error("one");
    await nextTurn();
    ended.push(entry);
  });
  await expect(working).rejects.toThrow("one");
  expect(ended).toEqual([2]);
});

it("has nothing to do for an empty list", async () => {
  await expect(sideBySide([], 3, async () => {})).resolves.toBeUndefined();
});
