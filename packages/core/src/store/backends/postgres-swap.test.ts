import { expect, test } from "vitest";
import { encodeRecord, headAt } from "../record.ts";
import { planSwap } from "./postgres-swap.ts";
import { rowHead, unwrap, wrap } from "./row-text.ts";

const version = "0123456789abcdef";
const head = headAt(version);
const live = encodeRecord(version, "1");
const deleted = encodeRecord(version, undefined);

test("guarded rows are held, and others written or removed", () => {
  const plan = planSwap(
    new Map([["guarded", head]]),
    new Map([
      ["guarded", live],
      ["free", live],
      ["gone", deleted],
    ]),
  );
  expect([...plan.held]).toEqual([["guarded", rowHead(head)]]);
  expect([...plan.written]).toEqual([
    ["guarded", wrap(live)],
    ["free", wrap(live)],
  ]);
  expect(plan.removed).toEqual(["gone"]);
  expect([...plan.created, ...plan.placeholders]).toEqual([]);
});

test("a row that must be absent is created, never written over", () => {
  const plan = planSwap(new Map([["new", undefined]]), new Map([["new", live]]));
  expect([...plan.created]).toEqual([["new", wrap(live)]]);
  expect([...plan.held, ...plan.written, ...plan.placeholders]).toEqual([]);
});

test.each<[string, ReadonlyMap<string, string>]>([
  ["nothing is written to", new Map([["other", live]])],
  ["is only deleted", new Map([["absent", deleted]])],
])("a row that must be absent, and %s, gets a place held", (_, records) => {
  const { created, placeholders, removed } = planSwap(new Map([["absent", undefined]]), records);
  expect([...created.keys()]).toEqual(["absent"]);
  expect(unwrap(created.get("absent") ?? "")).toMatch(/^1\.[0-9a-f]{16}\.$/);
  expect(created.get("absent")?.startsWith(placeholders.get("absent") ?? "none")).toBe(true);
  expect(removed).toEqual([]);
});
