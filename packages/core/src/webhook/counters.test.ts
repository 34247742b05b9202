import { expect, test } from "vitest";
import { createCounters } from "./counters.ts";

test("adds up what it is told, each kind for itself", () => {
  const counters = createCounters();
  expect(counters.read()).toEqual({ items: 0, repeats: 0, unrouted: 0 });
  counters.count({ items: 5, repeats: 2, unrouted: 1 });
  counters.count({ items: 1, repeats: 0, unrouted: 1 });
  expect(counters.read()).toEqual({ items: 6, repeats: 2, unrouted: 2 });
});

test("leaves what was read before as it was", () => {
  const counters = createCounters();
  const before = counters.read();
  counters.count({ items: 1, repeats: 1, unrouted: 1 });
  expect(before).toEqual({ items: 0, repeats: 0, unrouted: 0 });
});
