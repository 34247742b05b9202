import { expect, test } from "vitest";
import { encodeRecord, headOf, versionOf } from "../record.ts";
import type { EncodedChange, SharedRows } from "./backend.ts";
import { clusterBackend } from "./cluster-backend.ts";

const version = (n: number) => String(n).padStart(16, "0");
const text = (n: number, json = String(n)) => encodeRecord(version(n), json);
const guard = (key: string, n?: number) => ({ key, version: n === undefined ? n : version(n) });

/** Rows in memory; `meanwhile` is what others do right before each swap. */
function rowsWith(
  start: Readonly<Record<string, string>>,
  meanwhile: readonly (() => void)[] = [],
) {
  const texts = new Map(Object.entries(start));
  let swaps = 0;
  const rows: SharedRows = {
    start: async () => ({ backend: "test", version: null, durable: "no", settings: {} }),
    stop: async () => {},
    read: async (keys) => keys.map((key) => texts.get(key)),
    async swap(expected, records) {
      meanwhile[swaps]?.();
      swaps += 1;
      for (const [key, head] of expected) {
        const present = texts.get(key);
        if ((present && headOf(present)) !== head) return false;
      }
      for (const [key, record] of records) {
        if (versionOf(record) === undefined) texts.delete(key);
        else texts.set(key, record);
      }
      return true;
    },
  };
  return { texts, rows, swaps: () => swaps, land: clusterBackend(rows).land };
}

const increment: EncodedChange = { guards: [guard("a", 1)], records: [["a", text(2)]] };

test("asks once where nobody interferes", async () => {
  const { land, swaps, texts } = rowsWith({ a: text(1) });
  expect(await land([increment, { guards: [guard("b")], records: [["b", text(3)]] }])).toEqual([
    true,
    true,
  ]);
  expect(swaps()).toBe(1);
  expect([...texts.values()]).toEqual([text(2), text(3)]);
});

test("decides anew when somebody was first, for each change by itself", async () => {
  const meanwhile = () => texts.set("a", text(9));
  const { land, texts } = rowsWith({ a: text(1) }, [meanwhile]);
  const other: EncodedChange = { guards: [guard("b")], records: [["b", text(3)]] };
  expect(await land([increment, other])).toEqual([false, true]);
  expect(texts.get("a")).toBe(text(9));
  expect(texts.get("b")).toBe(text(3));
});

test("a round decided by what was read is checked again when something is to be written", async () => {
  const meanwhile = [
    () => texts.set("a", text(9)),
    () => texts.set("b", text(8)), // after the reading of the second round
  ];
  const { land, texts } = rowsWith({ a: text(1) }, meanwhile);
  const other: EncodedChange = { guards: [guard("b")], records: [["b", text(3)]] };
  expect(await land([increment, other])).toEqual([false, false]);
  expect(texts.get("b")).toBe(text(8));
});

test("of two changes that guard different versions of a record one wins at most", async () => {
  const changes: readonly EncodedChange[] = [
    { guards: [guard("a", 7)], records: [["x", text(4)]] },
    { guards: [guard("a", 1)], records: [["y", text(5)]] },
  ];
  const { land, texts } = rowsWith({ a: text(1) });
  expect(await land(changes)).toEqual([false, true]);
  expect([...texts.keys()]).toEqual(["a", "y"]);
});

test("a deleted record that still has a row counts as absent, and is guarded by that row", async () => {
  const { land, texts } = rowsWith({ a: encodeRecord(version(6), undefined) });
  expect(await land([{ guards: [guard("a")], records: [["a", text(2)]] }])).toEqual([true]);
  expect(texts.get("a")).toBe(text(2));
});

test("guards alone are checked too", async () => {
  const { land } = rowsWith({ a: text(1) });
  expect(await land([{ guards: [guard("a", 1)], records: [] }])).toEqual([true]);
  expect(await land([{ guards: [guard("a", 2)], records: [] }])).toEqual([false]);
});

test("gives up on rows that never hold still", async () => {
  const { land } = clusterBackend({ ...rowsWith({ a: text(1) }).rows, swap: async () => false });
  await expect(land([increment])).rejects.toThrow("1000 times in a row");
});
