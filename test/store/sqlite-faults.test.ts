import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import KeyvSqlite from "@keyv/sqlite";
import { keyvStore, type Store } from "@wabakit/core";
import Keyv from "keyv";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { crashProcess } from "./crash-process.ts";
import { runScenario, type World } from "./scenario.ts";

const unavailable = { code: "store_unavailable", status: 503 };
const rows = (count: number) => Array.from({ length: count }, (_, index) => `row:${index}`);
const fill = (store: Store, keys: readonly string[], value: unknown) =>
  store.commit({ guards: [], writes: keys.map((key) => ({ key, value })) });

let folder: string;
let uri: string;
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), "wabakit-sqlite-"));
  uri = `sqlite://${join(folder, "store.db")}`;
});
afterEach(() => rm(folder, { recursive: true }));

async function open(listens = true) {
  const adapter = new KeyvSqlite({ uri, wal: true });
  const keyv = new Keyv({ store: adapter });
  if (listens) keyv.on("error", () => {});
  const store = keyvStore(keyv);
  await store.start();
  const close = async () => {
    await store.stop();
    await adapter.disconnect();
  };
  return { adapter, store, close };
}

describe("a store on SQLite", () => {
  it.each([true, false])("rejects while its table is gone (listener: %s)", async (listens) => {
    const { adapter, store, close } = await open(listens);
    await fill(store, ["a"], 1);
    await adapter.query("ALTER TABLE keyv RENAME TO elsewhere");
    await expect(store.get("a")).rejects.toMatchObject(unavailable);
    await expect(store.getMany(["a", "b"])).rejects.toMatchObject(unavailable);
    await expect(fill(store, ["a"], 2)).rejects.toMatchObject(unavailable);
    const guarded = { guards: [{ key: "b", version: undefined }], writes: [] };
    await expect(store.commit(guarded)).rejects.toMatchObject(unavailable);

    await adapter.query("ALTER TABLE elsewhere RENAME TO keyv");
    expect((await store.get("a"))?.value).toBe(1);
    expect(await fill(store, ["a"], 3)).toBe(true);
    await close();
  });

  it.each([200, 600, 5_000])("writes none of %i rows to a full disk", async (count) => {
    const { adapter, store, close } = await open();
    await fill(store, ["before"], 1);
    const [size] = (await adapter.query("PRAGMA page_count")) as { page_count: number }[];
    await adapter.query(`PRAGMA max_page_count = ${(size?.page_count ?? 0) + 3}`);
    const keys = rows(count);
    await expect(fill(store, keys, "x".repeat(500))).rejects.toMatchObject(unavailable);
    expect((await store.getMany(keys)).filter(Boolean)).toEqual([]);
    expect((await store.get("before"))?.value).toBe(1);

    await adapter.query("PRAGMA max_page_count = 1000000");
    expect(await fill(store, keys, "y")).toBe(true);
    expect((await store.getMany(keys)).filter(Boolean)).toHaveLength(count);
    await close();
  });

  it("reads on while the database takes no writes", async () => {
    const { adapter, store, close } = await open();
    await fill(store, ["a"], 1);
    await adapter.query("PRAGMA query_only = 1");
    await expect(fill(store, ["a"], 2)).rejects.toMatchObject(unavailable);
    expect((await store.get("a"))?.value).toBe(1);
    await adapter.query("PRAGMA query_only = 0");
    expect(await fill(store, ["a"], 3)).toBe(true);
    await close();
  });

  it("does not start on a read-only file, and does not keep it locked either", async () => {
    const { store, close } = await open();
    await fill(store, ["a"], 1);
    await close();
    const file = `file:${join(folder, "store.db")}?mode=ro`;
    const readOnly = new KeyvSqlite(`sqlite://${file}`);
    const refused = keyvStore(new Keyv({ store: readOnly }));
    await expect(refused.start()).rejects.toThrow("readonly");
    await expect(refused.get("a")).rejects.toMatchObject(unavailable);
    await readOnly.disconnect();

    const again = await open();
    expect((await again.store.get("a"))?.value).toBe(1);
    await again.close();
  });

  it("waits for the disk before it acknowledges", async () => {
    const { adapter, close } = await open();
    const full = 2;
    expect(await adapter.query("PRAGMA synchronous")).toEqual([{ synchronous: full }]);
    expect(await adapter.query("PRAGMA journal_mode")).toEqual([{ journal_mode: "wal" }]);
    await close();
  });

  it("refuses a file that another process serves, until that one dies", async () => {
    const child = crashProcess("sqlite", join(folder, "store.db"));
    await child.firstAcknowledgement;
    const adapter = new KeyvSqlite({ uri, wal: true, busyTimeout: 5_000 });
    const store = keyvStore(new Keyv({ store: adapter }));
    await expect(store.start()).rejects.toThrow("Another process uses");
    await expect(store.get("a")).rejects.toMatchObject(unavailable);
    child.kill();
    await child.end;
    await store.start();
    expect((await store.get<number>("counter"))?.value).toBeGreaterThan(0);
    await store.stop();
    await adapter.disconnect();
  });
});

describe("a store on SQLite whose statements fail", () => {
  type Mode = "before" | "after";

  /** @returns How many statements there were. */
  async function run(mode: Mode, fails: (n: number) => boolean, heal?: () => void) {
    const adapter = new KeyvSqlite("sqlite://:memory:");
    const { query } = adapter;
    let statements = 0;
    let store: Store | undefined;
    adapter.query = async (sql, ...parameters) => {
      statements += 1;
      const failing = fails(statements);
      const lost = new Error(`Planned fault ${mode}: ${sql}`);
      if (failing && mode === "before") throw lost;
      const result = await query(sql, ...parameters);
      if (failing) throw lost;
      return result;
    };
    const world: World = {
      between: "read, stop",
      async restart() {
        await store?.stop();
        store = keyvStore(new Keyv({ store: adapter }));
        await store.start().catch((error: unknown) => {
          heal?.();
          throw error;
        });
        return store;
      },
      async onRefusal() {
        if (heal) await expect(store?.get("a")).rejects.toMatchObject(unavailable);
        heal?.();
      },
    };
    await runScenario(world);
    await adapter.disconnect();
    return statements;
  }

  it.each(["before", "after"] as const)("heals from any one of them (%s)", async (mode) => {
    const statements = await run(mode, () => false);
    for (let failing = 1; failing <= statements; failing += 1) {
      await run(mode, (n) => n === failing);
    }
  });

  it.each(["before", "after"] as const)("heals from an outage (%s)", async (mode) => {
    const statements = await run(mode, () => false);
    for (let begin = 1; begin <= statements; begin += 1) {
      let over = false;
      const heal = () => {
        over = true;
      };
      await run(mode, (n) => !over && n >= begin, heal);
    }
  });
});
