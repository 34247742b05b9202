import { fakeClock } from "@wabakit/testing";
import { expect, test } from "vitest";
import { encodeRecord, newVersion } from "../record.ts";
import type { EncodedChange, Rows } from "./backend.ts";
import { processBackend } from "./process-backend.ts";

const put = (key: string, json?: string): EncodedChange => ({
  guards: [],
  records: [[key, encodeRecord(newVersion(), json)]],
});

function backendOn() {
  const clock = fakeClock();
  const texts = new Map<string, string>();
  const removed: (readonly string[])[] = [];
  let isFull = false;
  const rows: Rows = {
    start: async () => ({ backend: "test", version: null, durable: "no", settings: {} }),
    stop: async () => {},
    read: async (keys) => keys.map((key) => texts.get(key)),
    async write(records) {
      if (isFull) throw new Error("no room");
      for (const [key, text] of records) texts.set(key, text);
    },
    async remove(keys) {
      removed.push(keys);
      for (const key of keys) texts.delete(key);
    },
  };
  const backend = processBackend(rows, clock);
  const fill = (full: boolean) => {
    isFull = full;
  };
  return { clock, texts, removed, backend, fill };
}

test("deleted records go for good together, a second later", async () => {
  const { backend, clock, removed, texts } = backendOn();
  await backend.land([put("a", "1"), put("b", "1"), put("c", "1")]);
  await backend.land([put("a"), put("b")]);
  expect([...texts.keys()]).toEqual(["a", "b", "c"]);
  await clock.advance(1_000);
  await backend.land([]);
  expect(removed).toEqual([["a", "b"]]);
  expect([...texts.keys()]).toEqual(["c"]);
});

test("a record that was written again meanwhile stays", async () => {
  const { backend, clock, removed, texts } = backendOn();
  await backend.land([put("a")]);
  await backend.land([put("a", "2")]);
  await clock.advance(1_000);
  await backend.land([]);
  expect(removed).toEqual([]);
  expect([...texts.keys()]).toEqual(["a"]);
});

test("so does one whose writing has failed, since it may have landed", async () => {
  const { backend, clock, removed, fill } = backendOn();
  await backend.land([put("a")]);
  fill(true);
  await expect(backend.land([put("a", "2")])).rejects.toThrow("no room");
  await clock.advance(1_000);
  await backend.stop();
  expect(removed).toEqual([]);
});

test("a thousand of them do not wait for the second", async () => {
  const { backend, removed } = backendOn();
  await backend.land(Array.from({ length: 1_000 }, (_, n) => put(`k${n}`)));
  await backend.land([]);
  expect(removed.map(({ length }) => length)).toEqual([1_000]);
});

test("none is left at the end", async () => {
  const { backend, texts } = backendOn();
  await backend.land([put("a")]);
  await backend.stop();
  expect(texts.size).toBe(0);
});
