import { Keyv } from "keyv";
import { describe, expect, test } from "vitest";
import { openHistory } from "./history.ts";
import { keyvStore } from "./keyv-store.ts";
import { commitStaged } from "./log.ts";
import type { Store } from "./store.ts";
import { newWriter } from "./writer.ts";

async function startedStore(): Promise<Store> {
  const store = keyvStore(new Keyv());
  await store.start();
  return store;
}

const open = (store: Store) => openHistory({ store, writer: newWriter() }, "things");
const goOn = () => true;
const keysAt = (at: number, count = 3) =>
  Array.from({ length: count }, (_, index) => `thing:org_1:${at}.${index}`);

async function write(store: Store, keys: readonly string[], at: number) {
  const history = open(store);
  await history.join();
  const writes = keys.map((key) => ({ key, value: { at } }));
  await commitStaged(store, { guards: [], writes }, [history.stage({ thing: keys }, at)]);
  return history;
}

const left = async (store: Store, keys: readonly string[]) =>
  (await store.getMany(keys)).filter((record) => record !== undefined).length;

/** Records of the hours 1 to 10, each by another writer. */
async function tenHours() {
  const store = await startedStore();
  for (let at = 1; at <= 10; at += 1) await write(store, keysAt(at), at);
  return store;
}

describe("a purge", () => {
  test("deletes what is older, whoever wrote it, and nothing else", async () => {
    const store = await tenHours();
    expect(await open(store).purge({ thing: 5 }, goOn)).toEqual({ records: 12, isComplete: true });
    for (let at = 1; at <= 10; at += 1) expect(await left(store, keysAt(at))).toBe(at < 5 ? 0 : 3);
    expect(await open(store).purge({ thing: 5 }, goOn)).toEqual({ records: 0, isComplete: true });
  });

  test("leaves nothing of what it deleted, not even the names", async () => {
    const entries = new Map();
    const store = keyvStore(new Keyv({ store: entries }));
    await store.start();
    await write(store, keysAt(1), 1);
    await open(store).purge({ thing: 2 }, goOn);
    await store.stop();
    expect([...entries.keys()]).toEqual([]);
  });

  test("knows keys of any shape by name", async () => {
    const store = await startedStore();
    const keys = ["a", "a:b", "a:b:c", "~~hash", "a:", ":b", "a:b%3Ac"];
    await write(store, keys, 1);
    expect((await open(store).purge({ thing: 2 }, goOn)).records).toBe(keys.length);
    expect(await left(store, keys)).toBe(0);
  });

  test("never writes more than 1,000 records and some pages at a time", async () => {
    const store = await startedStore();
    for (const [at, count] of [
      [1, 2_500],
      [2, 600],
      [3, 300],
      [4, 300],
    ] as const) {
      await write(store, keysAt(at, count), at);
    }
    const sizes: number[] = [];
    const counting: Store = {
      ...store,
      commit(change) {
        sizes.push(change.writes.length);
        return store.commit(change);
      },
    };
    expect((await open(counting).purge({ thing: 9 }, goOn)).records).toBe(3_700);
    expect(Math.max(...sizes)).toBeLessThanOrEqual(1_010);
    expect(sizes.length).toBeLessThan(10);
  });

  test("that has to stop says so, and the next one goes on", async () => {
    const store = await startedStore();
    for (let at = 1; at <= 4; at += 1) await write(store, keysAt(at, 900), at);
    let rounds = 0;
    const once = () => rounds++ < 2;
    const history = open(store);
    const first = await history.purge({ thing: 9 }, once);
    expect(first).toEqual({ records: 900, isComplete: false });
    const next = await history.purge({ thing: 9 }, goOn);
    expect(first.records + next.records).toBe(3_600);
  });

  test("keeps what has a longer life, and the names of it, until that is over", async () => {
    const entries = new Map();
    const store = keyvStore(new Keyv({ store: entries }));
    await store.start();
    for (let at = 1; at <= 300; at += 1) {
      const history = open(store);
      await history.join();
      const [short, long] = [[`short:${at}`], [`long:${at}`]];
      const writes = [...short, ...long].map((key) => ({ key, value: {} }));
      await commitStaged(store, { guards: [], writes }, [history.stage({ short, long }, at)]);
    }
    const shorts = Array.from({ length: 300 }, (_, index) => `short:${index + 1}`);
    const longs = shorts.map((key) => key.replace("short", "long"));
    const rounds = [
      [{ short: 101, long: 1 }, 100, 200, 300],
      [{ short: 301, long: 51 }, 200, 0, 300],
      [{ short: 401, long: 301 }, 300, 0, 0],
    ] as const;
    for (const [before, records, short, long] of rounds) {
      expect(await open(store).purge(before, goOn)).toEqual({ records, isComplete: true });
      expect([await left(store, shorts), await left(store, longs)]).toEqual([short, long]);
    }
    await store.stop();
    expect([...entries.keys()]).toEqual([]);
  });

  test("deletes each record once, however many are at it", async () => {
    const store = await tenHours();
    const purges = [open(store), open(store), open(store)].map((one) =>
      one.purge({ thing: 11 }, goOn),
    );
    const records = (await Promise.all(purges)).reduce((sum, purged) => sum + purged.records, 0);
    expect(records).toBe(30);
  });

  test("that dies after any commit leaves nothing that the next one does not find", async () => {
    for (let dieAt = 1; dieAt < 8; dieAt += 1) {
      const store = await startedStore();
      await write(store, keysAt(1, 2_500), 1);
      await write(store, keysAt(2, 900), 2);
      let commits = 0;
      const dying: Store = {
        ...store,
        commit(change) {
          commits += 1;
          return commits > dieAt ? Promise.reject(new Error("dead")) : store.commit(change);
        },
      };
      await open(dying)
        .purge({ thing: 9 }, goOn)
        .catch(() => {});
      await open(store).purge({ thing: 9 }, goOn);
      expect(await left(store, [...keysAt(1, 2_500), ...keysAt(2, 900)])).toBe(0);
    }
  });
});
