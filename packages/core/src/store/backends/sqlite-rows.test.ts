import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import KeyvSqlite from "@keyv/sqlite";
import Keyv from "keyv";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { encodeRecord, newVersion } from "../record.ts";
import { isSqlite, sqliteRows } from "./sqlite-rows.ts";

describe("isSqlite", () => {
  it("knows the adapter by its face", () => {
    expect(isSqlite(new KeyvSqlite("sqlite://:memory:"))).toBe(true);
    for (const store of [new Keyv().store, new Map(), { query: async () => [] }, null, undefined]) {
      expect(isSqlite(store)).toBe(false);
    }
  });
});

describe("sqliteRows", () => {
  let adapter: KeyvSqlite;
  let statements: number;
  beforeEach(() => {
    adapter = new KeyvSqlite("sqlite://:memory:");
    const { query } = adapter;
    statements = 0;
    adapter.query = (...parameters) => {
      statements += 1;
      return query(...parameters);
    };
  });
  afterEach(() => adapter.disconnect());

  /** Around the number of rows from which they travel as JSON. */
  it.each([1, 255, 256, 257, 3_000])("writes %i rows in one statement", async (count) => {
    const backend = sqliteRows(adapter);
    const rows = Array.from(
      { length: count },
      (_, row) => [`k${row}`, `"${row}" \\ é\u0001`] as const,
    );
    await backend.write(new Map(rows));
    expect(statements).toBe(1);
    expect(await backend.read(rows.map(([key]) => key))).toEqual(rows.map(([, text]) => text));
    expect(statements).toBe(2);

    await backend.write(new Map(rows.map(([key]) => [key, "again"])));
    expect(await adapter.query("SELECT count(*) AS count FROM keyv")).toEqual([{ count }]);
    expect(await backend.read(["k0"])).toEqual(["again"]);
  });

  it("gives back records with values text by text, which Keyv reads as objects", async () => {
    const values = [{ a: '"quoted" \\ ","value":', b: [null, 1.5] }, "text", null, 0];
    const records = values.map((value) => encodeRecord(newVersion(), JSON.stringify(value)));
    const backend = sqliteRows(adapter);
    await backend.write(new Map(records.map((text, index) => [`r${index}`, text])));
    expect(await backend.read(["r0", "r1", "r2", "r3"])).toEqual(records);
    const seen = await new Keyv({ store: adapter }).get("r0");
    expect(seen).toEqual({ record: records[0]?.slice(0, 18), value: values[0] });
  });

  it("shares its rows with the host's own Keyv, namespace or not", async () => {
    for (const namespace of [undefined, "shop"]) {
      const keyv = new Keyv({ store: adapter, ...(namespace && { namespace }) });
      const backend = sqliteRows(adapter);
      await backend.write(new Map([["a", "ours"]]));
      expect(await keyv.get("a")).toBe("ours");
      await keyv.set("a", "theirs");
      expect(await backend.read(["a"])).toEqual(["theirs"]);
    }
    expect(await adapter.query("SELECT count(*) AS count FROM keyv")).toEqual([{ count: 2 }]);
  });

  it("removes what it is told to, and nothing else", async () => {
    const backend = sqliteRows(adapter);
    await backend.write(new Map(["a", "b", "c"].map((key) => [key, key])));
    await backend.remove(["a", "c", "missing"]);
    expect(await backend.read(["a", "b", "c"])).toEqual([undefined, "b", undefined]);
  });

  it("takes away the expiry that somebody put on a row", async () => {
    const keyv = new Keyv({ store: adapter });
    await keyv.set("a", "theirs", 60_000);
    await sqliteRows(adapter).write(new Map([["a", "ours"]]));
    expect(await adapter.query("SELECT expires FROM keyv")).toEqual([{ expires: null }]);
  });

  it("uses the table of the adapter", async () => {
    const other = new KeyvSqlite({ uri: "sqlite://:memory:", table: "wabakit_state" });
    const backend = sqliteRows(other);
    await backend.write(new Map([["a", "1"]]));
    expect(await other.query("SELECT key FROM wabakit_state")).toEqual([{ key: "a" }]);
    await other.disconnect();
  });

  it("holds the file from start to stop", async () => {
    const folder = await mkdtemp(join(tmpdir(), "wabakit-backend-"));
    const file = new KeyvSqlite(`sqlite://${join(folder, "store.db")}`);
    const [one, other] = [sqliteRows(file), sqliteRows(file)];
    await one.start();
    await expect(other.start()).rejects.toThrow("Another process uses");
    await one.stop();
    await one.stop();
    await other.start();
    await other.stop();
    await file.disconnect();
    await rm(folder, { recursive: true });
  });
});
