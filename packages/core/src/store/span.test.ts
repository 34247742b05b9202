import { expect, test } from "vitest";
import { addToSpan, followHead, headOf, newSpan, numbersOf, removeFromSpan } from "./span.ts";

function filled(count: number) {
  const span = newSpan();
  for (let page = 0; page < count; page += 1) span.pending.delete(addToSpan(span));
  return span;
}

test("knows what is left, whatever the order in which pages go", () => {
  const span = filled(8);
  for (const number of [3, 5, 0, 4, 7, 4, 99]) removeFromSpan(span, number);
  expect([...numbersOf(span)]).toEqual([1, 2, 6]);
  expect([...numbersOf(span, 2)]).toEqual([2, 6]);
  expect(headOf(span)).toEqual({ first: 1, next: 8 });
  for (const number of [1, 2, 6]) removeFromSpan(span, number);
  expect(headOf(span)).toEqual({ first: 8, next: 8 });
});

test("holds a million pages in a few stretches", () => {
  const span = newSpan();
  followHead(span, { first: 0, next: 1_000_000 });
  for (let number = 0; number < 999_000; number += 1) removeFromSpan(span, number);
  removeFromSpan(span, 999_500);
  expect(span.stretches).toEqual([
    { from: 999_000, to: 999_500 },
    { from: 999_501, to: 1_000_000 },
  ]);
});

test("does not name a page that is not committed yet, but keeps its place", () => {
  const span = filled(1);
  const pending = addToSpan(span);
  expect([...numbersOf(span)]).toEqual([0]);
  removeFromSpan(span, 0);
  expect(headOf(span)).toEqual({ first: pending, next: pending + 1 });
});

test("follows a head, and remembers what it knows to be removed", () => {
  const span = newSpan();
  followHead(span, { first: 0, next: 6 });
  for (const number of [0, 1, 4]) removeFromSpan(span, number);
  followHead(span, { first: 0, next: 8 });
  expect([...numbersOf(span)]).toEqual([2, 3, 5, 6, 7]);
  followHead(span, { first: 6, next: 9 });
  expect([...numbersOf(span)]).toEqual([6, 7, 8]);
  followHead(span, { first: 20, next: 22 });
  expect([...numbersOf(span)]).toEqual([20, 21]);
  followHead(span, { first: 3, next: 9 }); // one that was read before
  expect([...numbersOf(span)]).toEqual([20, 21]);
});

test("heeds what is removed or appended while its numbers are gone through", () => {
  const span = filled(4);
  const seen: number[] = [];
  for (const number of numbersOf(span)) {
    seen.push(number);
    removeFromSpan(span, number + 1);
    span.pending.delete(addToSpan(span));
  }
  expect(seen).toEqual([0, 2]);
});
