import { expect, test } from "vitest";
import { encodeRecord } from "../record.ts";
import type { EncodedChange } from "./backend.ts";
import { guardedKeys, merge } from "./merge.ts";

const version = (n: number) => String(n).padStart(16, "0");
const text = (n: number, json?: string) => encodeRecord(version(n), json);
const change = (
  guards: Readonly<Record<string, string | undefined>>,
  records: Readonly<Record<string, string>>,
): EncodedChange => ({
  guards: Object.entries(guards).map(([key, at]) => ({ key, version: at })),
  records: Object.entries(records),
});
const stored = (key: string) => (key === "a" ? version(1) : undefined);

test("changes whose guards hold are written, the last of equal keys counts", () => {
  const changes = [
    change({ a: version(1) }, { a: text(2, "2"), b: text(2, "2") }),
    change({ b: version(2) }, { b: text(3, "3") }),
  ];
  const { landed, records } = merge(changes, stored);
  expect(landed).toEqual([true, true]);
  expect([...records]).toEqual([
    ["a", text(2, "2")],
    ["b", text(3, "3")],
  ]);
});

test("a change with one guard that does not hold leaves nothing", () => {
  const wrong = change({ a: version(1), b: version(9) }, { a: text(2, "2") });
  expect(merge([wrong], stored)).toEqual({ landed: [false], records: new Map() });
});

test("a guard is held against what the changes before it wrote and deleted", () => {
  const changes = [
    change({}, { a: text(2) }),
    change({ a: version(1) }, { b: text(3, "3") }),
    change({ a: undefined }, { a: text(4, "4") }),
  ];
  const { landed, records } = merge(changes, stored);
  expect(landed).toEqual([true, false, true]);
  expect([...records]).toEqual([["a", text(4, "4")]]);
});

test("guarded keys are named once each", () => {
  const changes = [change({ a: undefined, b: undefined }, {}), change({ a: version(1) }, {})];
  expect(guardedKeys(changes)).toEqual(["a", "b"]);
});
