import { keyvStore, type Store } from "@wabakit/core";
import pg from "pg";
import { describe, expect, it, onTestFinished } from "vitest";
import {
  POSTGRES,
  postgresConnects,
  postgresPlace,
  redisConnects,
  type SharedPlace,
} from "./places.ts";
import { HAS_REDIS_SERVER, redisServer } from "./redis-server.ts";

const unavailable = { code: "store_unavailable", status: 503 };
const rows = (count: number) => Array.from({ length: count }, (_, index) => `row:${index}`);
const fill = (store: Store, keys: readonly string[], value: unknown) =>
  store.commit({ guards: [], writes: keys.map((key) => ({ key, value })) });
const countOf = async (store: Store, keys: readonly string[]) =>
  (await store.getMany(keys)).filter(Boolean).length;

describe.skipIf(!HAS_REDIS_SERVER)("a Redis that takes no writes", () => {
  async function open(url: string): Promise<Store> {
    const keyv = redisConnects["Redis, Keyv 6"]?.("refused", url) ?? expect.unreachable();
    const store = keyvStore(keyv);
    await store.start();
    onTestFinished(async () => {
      await store.stop();
      await keyv.disconnect();
    });
    return store;
  }

  it.each([200, 5_000])("for want of memory: none of %i rows", async (count) => {
    const server = await redisServer();
    const store = await open(server.url);
    await fill(store, ["before", "gone"], 1);
    const keys = rows(count);
    const change = {
      guards: [],
      writes: [
        { key: "gone", value: undefined },
        ...keys.map((key) => ({ key, value: "x".repeat(5_000) })),
      ],
    };
    await server.send("CONFIG", "SET", "maxmemory", "1mb");
    await expect(store.commit(change)).rejects.toMatchObject(unavailable);
    expect(await countOf(store, keys)).toBe(0);
    expect(await countOf(store, ["before", "gone"])).toBe(2);

    await server.send("CONFIG", "SET", "maxmemory", "0");
    expect(await store.commit(change)).toBe(true);
    expect(await countOf(store, [...keys, "gone"])).toBe(count);
  });

  it("lands a whole change, or none of it, wherever memory runs out", async () => {
    const server = await redisServer();
    const store = await open(server.url);
    const used = Number(/used_memory:(\d+)/.exec(String(await server.send("INFO", "memory")))?.[1]);
    await server.send("CONFIG", "SET", "maxmemory", String(used + 6_000_000));
    const keys = rows(100);
    const counts = new Set<number>();
    let refused = 0;
    for (let change = 0; change < 60; change += 1) {
      const mine = keys.map((key) => `${change}:${key}`);
      const landed = await fill(store, mine, "x".repeat(2_000)).catch((error: unknown) => {
        expect(error).toMatchObject(unavailable);
        refused += 1;
        return false;
      });
      const count = await countOf(store, mine);
      counts.add(count);
      expect(count).toBe(landed ? keys.length : 0);
    }
    expect(refused).toBeGreaterThan(0);
    expect([...counts].sort()).toEqual([0, keys.length]);
  });

  it("since it became a replica", async () => {
    const [server, primary] = await Promise.all([redisServer(), redisServer()]);
    const store = await open(server.url);
    await fill(store, ["a"], 1);
    await server.send("REPLICAOF", "127.0.0.1", String(primary.port));
    await expect(fill(store, ["a"], 2)).rejects.toMatchObject(unavailable);
    await server.send("REPLICAOF", "NO", "ONE");
    expect(await fill(store, ["a"], 3)).toBe(true);
    expect((await store.get("a"))?.value).toBe(3);
  });

  it("while it is busy with a script that does not end", async () => {
    const server = await redisServer({ "busy-reply-threshold": "20" });
    const store = await open(server.url);
    await fill(store, ["a"], 1);
    const endless = server.send("EVAL", "while true do end", "0").catch(() => {});
    await expect
      .poll(() => store.get("a").then(Boolean, (error) => error.code))
      .toBe("store_unavailable");
    await expect(fill(store, ["a"], 2)).rejects.toMatchObject(unavailable);
    await server.send("SCRIPT", "KILL");
    await endless;
    expect((await store.get("a"))?.value).toBe(1);
    expect(await fill(store, ["a"], 3)).toBe(true);
  });
});

describe.skipIf(HAS_REDIS_SERVER)("a Redis that takes no writes", () => {
  it.skip("is not tested: there is no redis-server here to spoil", () => {});
});

describe.skipIf(!POSTGRES).each(["PostgreSQL, Keyv 6", "PostgreSQL, Keyv 5"])(
  "%s that takes no writes",
  (connect) => {
    async function open() {
      const place = postgresPlace(postgresConnects[connect] ?? expect.unreachable());
      const keyv = place.connect();
      const store = keyvStore(keyv);
      await store.start();
      const client = new pg.Client(POSTGRES);
      await client.connect();
      onTestFinished(async () => {
        await store.stop();
        await place.disconnect(keyv);
        await client.end();
        await place.discard();
      });
      return { store, place, client };
    }

    /** What PostgreSQL says of a full disk, from its tenth row on. */
    async function fillDisk(
      client: pg.Client,
      { name }: SharedPlace,
    ): Promise<() => Promise<void>> {
      await client.query(`
        CREATE FUNCTION ${name}_full() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN
          IF (SELECT count(*) FROM ${name}) > 10 THEN
            RAISE 'could not extend file: No space left on device' USING ERRCODE = '53100';
          END IF;
          RETURN NULL;
        END $$`);
      await client.query(`
        CREATE TRIGGER full_disk AFTER INSERT ON ${name}
        FOR EACH ROW EXECUTE FUNCTION ${name}_full()`);
      return async () => void (await client.query(`DROP FUNCTION ${name}_full CASCADE`));
    }

    it.each([200, 5_000])("for want of disk: none of %i rows", async (count) => {
      const { store, place, client } = await open();
      await fill(store, ["before"], 1);
      const clear = await fillDisk(client, place);
      const keys = rows(count);
      await expect(fill(store, keys, "x".repeat(100))).rejects.toMatchObject(unavailable);
      expect(await countOf(store, keys)).toBe(0);
      expect((await store.get("before"))?.value).toBe(1);
      await clear();
      expect(await fill(store, keys, "y")).toBe(true);
      expect(await countOf(store, keys)).toBe(count);
    });

    it("nor answers while its table is gone", async () => {
      const { store, place, client } = await open();
      await fill(store, ["a"], 1);
      await client.query(`ALTER TABLE ${place.name} RENAME TO ${place.name}_elsewhere`);
      await expect(store.get("a")).rejects.toMatchObject(unavailable);
      await expect(fill(store, ["a"], 2)).rejects.toMatchObject(unavailable);
      const guarded = { guards: [{ key: "b", version: undefined }], writes: [] };
      await expect(store.commit(guarded)).rejects.toMatchObject(unavailable);
      await client.query(`ALTER TABLE ${place.name}_elsewhere RENAME TO ${place.name}`);
      expect((await store.get("a"))?.value).toBe(1);
      expect(await fill(store, ["a"], 3)).toBe(true);
    });
  },
);
