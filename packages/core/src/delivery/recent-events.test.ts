import { expect, test } from "vitest";
import type { AnyEvent } from "../events.ts";
import { createRecentEvents } from "./recent-events.ts";

const event = (id: number) => ({ id: `evt_${id}` }) as AnyEvent;
const many = (from: number, count: number) =>
  Array.from({ length: count }, (_, index) => event(from + index));

test("gives an event once", () => {
  const recent = createRecentEvents();
  recent.put([event(1)]);
  expect(recent.take("evt_1")).toEqual(event(1));
  expect(recent.take("evt_1")).toBeUndefined();
});

test("keeps 1,000 events and no more", () => {
  const recent = createRecentEvents();
  recent.put(many(0, 999));
  recent.put(many(999, 2));
  recent.put([event(1_001)]);
  expect(recent.take("evt_999")).toEqual(event(999));
  expect(recent.take("evt_1000")).toBeUndefined();
  expect(recent.take("evt_1001")).toBeUndefined();
});
