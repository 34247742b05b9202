import type { Store, Write } from "@wabakit/core";
import { afterEach, beforeEach, describe, expect, it } from "vitest";

/** A store on a backend of its own, as a contract suite uses it. */
export interface OpenStore {
  /** Started, and empty. */
  readonly store: Store;
  /** Stops the store in use and starts another on the same data, as a restart does. */
  readonly reopen: () => Promise<Store>;
  /** Stops the store in use and throws the data away. */
  readonly close: () => Promise<void>;
}

/** A kind of store, and how a suite gets one. */
export interface StoreUnderTest {
  readonly name: string;
  /** Called once for every test, and closed at its end. */
  readonly open: () => Promise<OpenStore>;
}

type Use = () => OpenStore;

/** What every store must get right, one vitest suite. A store is finished when this passes. */
export function storeContract({ name, open }: StoreUnderTest): void {
  describe(`${name} store`, () => {
    let opened: OpenStore | undefined;
    beforeEach(async () => {
      opened = await open();
    });
    afterEach(async () => {
      await opened?.close();
      opened = undefined;
    });
    const use = () => opened ?? fail();
    for (const part of [guards, deletes, turns, order, races, wholeness, values, reads, life]) {
      part(use);
    }
  });
}

function guards(use: Use): void {
  it("creates a record only while it is absent", async () => {
    const { store } = use();
    expect(await create(store, "k", "first")).toBe(true);
    expect(await create(store, "k", "second")).toBe(false);
    expect(await readValue(store, "k")).toBe("first");
  });

  it("replaces a record only at the version that was read", async () => {
    const { store } = use();
    await put(store, "k", 1);
    const version = await readVersion(store, "k");
    const change = (value: number) => ({
      guards: [{ key: "k", version }],
      writes: [{ key: "k", value }],
    });
    expect(await store.commit(change(2))).toBe(true);
    expect(await store.commit(change(3))).toBe(false);
    expect(await readValue(store, "k")).toBe(2);
  });

  it("writes nothing when one of several guards fails", async () => {
    const { store } = use();
    await put(store, "a", 1);
    const good = { key: "a", version: await readVersion(store, "a") };
    const stale = { key: "b", version: good.version };
    const writes = [write("a", 2), write("b", 2), write("c", 2)];
    expect(await store.commit({ guards: [good, stale], writes })).toBe(false);
    expect(await readValues(store, ["a", "b", "c"])).toEqual([1, undefined, undefined]);
  });

  it("answers a change without writes by its guards", async () => {
    const { store } = use();
    await put(store, "k", 1);
    const version = await readVersion(store, "k");
    expect(await store.commit({ guards: [], writes: [] })).toBe(true);
    expect(await store.commit({ guards: [{ key: "k", version }], writes: [] })).toBe(true);
    expect(await store.commit({ guards: [absent("k")], writes: [] })).toBe(false);
  });

  it("gives every write of a key another version, also when the value is the same", async () => {
    const { store } = use();
    const versions = new Set<string | undefined>();
    for (let count = 0; count < 20; count += 1) {
      await put(store, "k", "same");
      versions.add(await readVersion(store, "k"));
    }
    expect(versions.size).toBe(20);
  });
}

function deletes(use: Use): void {
  it("reads a deleted record as absent, and guards it as absent", async () => {
    const { store } = use();
    await put(store, "k", 1);
    const old = { key: "k", version: await readVersion(store, "k") };
    await put(store, "k", undefined);
    expect(await store.get("k")).toBeUndefined();
    expect(await store.commit({ guards: [old], writes: [write("k", 2)] })).toBe(false);
    expect(await create(store, "k", 3)).toBe(true);
    expect(await readValue(store, "k")).toBe(3);
  });

  it("keeps the version of a deleted record from coming back", async () => {
    const { store } = use();
    await put(store, "k", 1);
    const old = { key: "k", version: await readVersion(store, "k") };
    await put(store, "k", undefined);
    await create(store, "k", 1);
    expect(await store.commit({ guards: [old], writes: [write("k", 2)] })).toBe(false);
  });

  it("deletes what was never there", async () => {
    const { store } = use();
    expect(await put(store, "k", undefined)).toBe(true);
    expect(await store.get("k")).toBeUndefined();
  });

  it("keeps a record that is written again while deleted ones are being removed", async () => {
    const { store, reopen } = use();
    const keys = names("k", 1_200);
    const all = (value: unknown) => keys.map((key) => write(key, value));
    for (let round = 0; round < 4; round += 1) {
      await store.commit({ guards: [], writes: all(undefined) });
      for (let turn = 0; turn < round; turn += 1) await nextTurn();
      await store.commit({ guards: [], writes: all(round).toReversed() });
      expect(await readValues(store, keys)).toEqual(keys.map(() => round));
    }
    expect(await readValues(await reopen(), keys)).toEqual(keys.map(() => 3));
  });

  it("keeps what is deleted away, and the rest, over removals and a restart", async () => {
    const { store, reopen } = use();
    const keys = names("k", 1_200);
    await store.commit({ guards: [], writes: keys.map((key) => write(key, 1)) });
    const odd = keys.map((_, index) => (index % 2 ? 2 : undefined));
    await store.commit({ guards: [], writes: keys.map((key, index) => write(key, odd[index])) });
    expect(await readValues(store, keys)).toEqual(odd);
    expect(await readValues(await reopen(), keys)).toEqual(odd);
  });
}

function turns(use: Use): void {
  it("lands every change of one turn, each for itself", async () => {
    const { store } = use();
    const keys = names("k", 300);
    const landed = await Promise.all(keys.map((key) => create(store, key, key)));
    expect(landed.every(Boolean)).toBe(true);
    expect(await readValues(store, keys)).toEqual(keys);
  });

  it("checks the guards of one turn in the order of its changes", async () => {
    const { store } = use();
    const landed = await Promise.all([
      create(store, "k", "a"),
      create(store, "k", "b"),
      put(store, "k", undefined),
      create(store, "k", "c"),
      create(store, "k", "d"),
    ]);
    expect(landed).toEqual([true, false, true, true, false]);
    expect(await readValue(store, "k")).toBe("c");
  });

  it("leaves no trace of a change that lost against its own turn", async () => {
    const { store } = use();
    const both = { guards: [absent("a")], writes: [write("a", 2), write("b", 2)] };
    expect(await Promise.all([create(store, "a", 1), store.commit(both)])).toEqual([true, false]);
    expect(await readValues(store, ["a", "b"])).toEqual([1, undefined]);
  });

  it("keeps the last of equal keys in one change", async () => {
    const { store } = use();
    await store.commit({ guards: [], writes: [write("k", 1), write("k", undefined)] });
    expect(await store.get("k")).toBeUndefined();
    await store.commit({ guards: [], writes: [write("k", undefined), write("k", 2)] });
    expect(await readValue(store, "k")).toBe(2);
  });

  it("refuses a value that is not JSON without harm to the other changes of its turn", async () => {
    const { store } = use();
    const bad = store.commit({ guards: [], writes: [write("a", 1), write("b", 1n)] });
    const [refused, landed] = await Promise.allSettled([bad, put(store, "c", 1)]);
    expect([refused.status, landed.status]).toEqual(["rejected", "fulfilled"]);
    expect(await readValues(store, ["a", "b", "c"])).toEqual([undefined, undefined, 1]);
  });
}

function order(use: Use): void {
  it("applies unguarded writes in the order of their commits", async () => {
    const { store } = use();
    const pending: Promise<boolean>[] = [];
    const seen: number[] = [];
    for (let value = 0; value < 100; value += 1) {
      pending.push(put(store, "k", value));
      if (value % 3 === 0) await nextTurn();
      if (value % 10 === 0) seen.push((await readValue<number>(store, "k")) ?? -1);
    }
    await Promise.all(pending);
    expect(seen).toEqual(seen.toSorted((a, b) => a - b));
    expect(await readValue(store, "k")).toBe(99);
  });

  it("settles changes in their order", async () => {
    const { store } = use();
    const settled: number[] = [];
    const commits = Array.from({ length: 30 }, (_, index) =>
      put(store, `k${index % 3}`, index).then(() => settled.push(index)),
    );
    await Promise.all(commits);
    expect(settled).toEqual(settled.toSorted((a, b) => a - b));
  });
}

function races(use: Use): void {
  it("lets exactly one of many racers create a record", async () => {
    const { store } = use();
    for (const key of names("k", 10)) {
      const race = Array.from({ length: 20 }, async (_, racer) => {
        for (let turn = 0; turn < racer % 4; turn += 1) await nextTurn();
        return create(store, key, racer);
      });
      const winners = (await Promise.all(race)).flatMap((won, racer) => (won ? [racer] : []));
      expect(winners).toHaveLength(1);
      expect(await readValue(store, key)).toBe(winners[0]);
    }
  });

  it("counts exactly when many racers increment one record", async () => {
    const { store } = use();
    const racers = Array.from({ length: 12 }, async () => {
      for (let count = 0; count < 20; count += 1) {
        await untilLanded(store, ["counter"], ([value = 0]) => [value + 1]);
      }
    });
    await Promise.all(racers);
    expect(await readValue(store, "counter")).toBe(240);
  });

  it("keeps the sum of records that racers transfer between, for every reader", async () => {
    const { store } = use();
    const accounts = names("account", 4);
    await store.commit({ guards: [], writes: accounts.map((key) => write(key, 100)) });
    const racers = Array.from({ length: 8 }, async (_, racer) => {
      for (let count = 0; count < 15; count += 1) {
        const pair = pairOf(accounts, racer + count);
        await untilLanded(store, pair, ([from = 0, to = 0]) => [from - racer, to + racer]);
        expect(sum(await readValues<number>(store, accounts))).toBe(400);
      }
    });
    await Promise.all(racers);
    expect(sum(await readValues<number>(store, accounts))).toBe(400);
  });
}

function wholeness(use: Use): void {
  it("lands 5,000 records in one change, or none of them", async () => {
    const { store, reopen } = use();
    const keys = names("row", 5_000);
    const writes = keys.map((key, index) => write(key, { index }));
    await put(store, "head", 1);
    expect(await store.commit({ guards: [absent("head")], writes })).toBe(false);
    expect((await store.getMany(keys)).filter(Boolean)).toEqual([]);

    const head = { key: "head", version: await readVersion(store, "head") };
    expect(await store.commit({ guards: [head], writes })).toBe(true);
    const expected = writes.map(({ value }) => value);
    expect(await readValues(store, keys)).toEqual(expected);
    expect(await readValues(await reopen(), keys)).toEqual(expected);
  });

  it("never shows a reader half of a change", async () => {
    const { store } = use();
    const keys = names("row", 25);
    let done = false;
    const reader = (async () => {
      const torn: unknown[] = [];
      while (!done) {
        const seen = await readValues(store, keys.toReversed());
        if (new Set(seen).size > 1) torn.push(seen);
        await nextTurn();
      }
      return torn;
    })();
    for (let round = 0; round < 40; round += 1) {
      await store.commit({ guards: [], writes: keys.map((key) => write(key, round)) });
    }
    done = true;
    expect(await reader).toEqual([]);
  });
}

function values(use: Use): void {
  it("gives back odd values as they were, each from a change of its own", async () => {
    const { store, reopen } = use();
    const odd = Object.entries(ODD_VALUES);
    const keys = names("odd", odd.length);
    for (const [index, key] of keys.entries()) await put(store, key, odd[index]?.[1]);

    const before = await readValues(store, keys);
    const after = await readValues(await reopen(), keys);
    for (const read of [before, after]) {
      const wrong = odd.filter(([, value], index) => !isSameJson(value, read[index]));
      expect(wrong.map(([name]) => name)).toEqual([]);
    }
  });

  it("gives back odd values from a change of many records", async () => {
    const { store } = use();
    const odd = Object.values(ODD_VALUES);
    const writes = names("k", 300).map((key, index) => write(key, odd[index % odd.length]));
    writes.push(...ODD_KEYS.map((key) => write(key, key)));
    await store.commit({ guards: [], writes });
    const read = await readValues(
      store,
      writes.map(({ key }) => key),
    );
    expect(writes.filter(({ value }, index) => !isSameJson(value, read[index]))).toEqual([]);
    expect({}).not.toHaveProperty("polluted");
  });

  it("keeps keys apart that look alike or mean something elsewhere", async () => {
    const { store, reopen } = use();
    for (const key of ODD_KEYS) expect(await create(store, key, key)).toBe(true);
    expect(await readValues(store, ODD_KEYS)).toEqual(ODD_KEYS);
    expect(await readValues(await reopen(), ODD_KEYS)).toEqual(ODD_KEYS);
  });

  it("keeps what was given at the time, and gives every reader a copy", async () => {
    const { store } = use();
    const value = { list: [1] };
    const landed = put(store, "k", value);
    value.list.push(2);
    await landed;
    (await store.get<typeof value>("k"))?.value.list.push(3);
    expect(await readValue(store, "k")).toEqual({ list: [1] });
  });
}

function reads(use: Use): void {
  it("reads many records in the order of the keys, with gaps and repeats", async () => {
    const { store } = use();
    await store.commit({ guards: [], writes: [write("a", 1), write("b", 2), write("c", 3)] });
    const keys = ["c", "missing", "a", "c", "b", "missing", "a"];
    expect(await readValues(store, keys)).toEqual([3, undefined, 1, 3, 2, undefined, 1]);
    expect(await store.getMany([])).toEqual([]);
  });

  it("reads what a commit wrote as soon as the commit has landed", async () => {
    const { store } = use();
    for (let round = 0; round < 20; round += 1) {
      await put(store, "k", round);
      const [one, [many]] = await Promise.all([store.get("k"), store.getMany(["k"])]);
      expect([one?.value, many]).toEqual([round, one]);
    }
  });

  it("reads thousands of records at once", async () => {
    const { store } = use();
    await put(store, "k3999", 1);
    const read = await store.getMany(names("k", 4_000));
    expect(read.flatMap((record, index) => (record ? [index] : []))).toEqual([3_999]);
  });
}

function life(use: Use): void {
  it("keeps records, versions and deletions over a restart", async () => {
    const { store, reopen } = use();
    await store.commit({ guards: [], writes: [write("a", { deep: [1] }), write("gone", 1)] });
    await put(store, "gone", undefined);
    const before = await store.getMany(["a", "gone"]);
    const restarted = await reopen();
    expect(await restarted.getMany(["a", "gone"])).toEqual(before);

    const guard = { key: "a", version: before[0]?.version };
    expect(await restarted.commit({ guards: [guard], writes: [write("a", 2)] })).toBe(true);
    expect(await create(restarted, "gone", 2)).toBe(true);
  });

  it("waits for the commits under way when it stops", async () => {
    const { store, reopen } = use();
    const settled: boolean[] = [];
    const keys = names("k", 50);
    for (const key of keys) void create(store, key, key).then((landed) => settled.push(landed));
    await store.stop();
    expect(settled).toEqual(keys.map(() => true));
    expect(await readValues(await reopen(), keys)).toEqual(keys);
  });

  it("rejects everything once it has stopped, and may be stopped twice", async () => {
    const { store } = use();
    await put(store, "k", 1);
    await store.stop();
    await store.stop();
    const unavailable = { code: "store_unavailable" };
    await expect(store.get("k")).rejects.toMatchObject(unavailable);
    await expect(store.getMany([])).rejects.toMatchObject(unavailable);
    await expect(put(store, "k", 2)).rejects.toMatchObject(unavailable);
  });

  it("starts again after it has stopped", async () => {
    const { store } = use();
    await put(store, "k", 1);
    await store.stop();
    await store.start();
    expect(await readValue(store, "k")).toBe(1);
    expect(await put(store, "k", 2)).toBe(true);
  });
}

/** Made with the alphabet that store keys are built from, up to the 230 characters they have. */
const ODD_KEYS: readonly string[] = [
  ..."a|A|a:|a::b|a:b|ab|a%3Ab|a--b|%00|~x|-|--|=|.|..|_|0|1|01|1e0".split("|"),
  ..."__proto__|constructor|toString|hasOwnProperty|null|undefined|%F0%9F%92%A9".split("|"),
  "x".repeat(230),
  `${"x".repeat(229)}y`,
];

const ODD_VALUES: Readonly<Record<string, unknown>> = {
  "an empty text": "",
  "a text with NULs": "\0before\0after\0",
  "lone surrogates": "\ud800 \udfff \ude00\ud83d",
  "line separators and controls": "\u2028\u2029\r\n\t\u0007\u007f\ufeff",
  "quotes and backslashes": `"'\\\\"\\u0000\\`,
  "what SQL would run": `'; DROP TABLE "keyv"; -- RETURNING ?1`,
  "what serializers take for a tag": [":base64:AAAA", ":bigint:1", ":", "::"],
  "a text that looks like a record": "1.0123456789abcdef.",
  "a text that looks like an envelope": '{"value":"x","expires":1}',
  "an object that looks like an envelope": { value: "x", expires: 1 },
  "a megabyte of text": "é".repeat(2 ** 19),
  "numbers at their limits": [0, -1, 2 ** 53, 5e-324, Number.MAX_VALUE, 0.1 + 0.2],
  null: null,
  false: false,
  "an empty list": [],
  "empty lists and objects inside each other": [[], {}, [[{}]], { a: [] }],
  "keys that reach for prototypes": JSON.parse(
    '{"__proto__":{"polluted":true},"constructor":{"prototype":{"polluted":true}}}',
  ),
  "empty and odd keys": { "": 1, "\0": 2, "\ud800": 3, "a.b": 4, $set: 5 },
  "a deep object": Array.from({ length: 500 }).reduce<unknown>((inner) => ({ inner }), "bottom"),
};

function isSameJson(left: unknown, right: unknown): boolean {
  return JSON.stringify(left) === JSON.stringify(right);
}

function fail(): never {
  throw new Error("The store is not open.");
}

function write(key: string, value: unknown): Write {
  return { key, value };
}

function absent(key: string) {
  return { key, version: undefined };
}

function names(prefix: string, count: number): string[] {
  return Array.from({ length: count }, (_, index) => `${prefix}${index}`);
}

function put(store: Store, key: string, value: unknown): Promise<boolean> {
  return store.commit({ guards: [], writes: [{ key, value }] });
}

function create(store: Store, key: string, value: unknown): Promise<boolean> {
  return store.commit({ guards: [absent(key)], writes: [{ key, value }] });
}

async function readValue<Value>(store: Store, key: string): Promise<Value | undefined> {
  return (await store.get<Value>(key))?.value;
}

async function readValues<Value>(store: Store, keys: readonly string[]) {
  return (await store.getMany<Value>(keys)).map((record) => record?.value);
}

async function readVersion(store: Store, key: string): Promise<string | undefined> {
  return (await store.get(key))?.version;
}

/** Reads, computes and commits until nobody came between. */
async function untilLanded(
  store: Store,
  keys: readonly string[],
  next: (values: readonly (number | undefined)[]) => readonly number[],
): Promise<void> {
  for (let attempt = 0; attempt < 5_000; attempt += 1) {
    const read = await store.getMany<number>(keys);
    const written = next(read.map((record) => record?.value));
    const landed = await store.commit({
      guards: keys.map((key, index) => ({ key, version: read[index]?.version })),
      writes: keys.map((key, index) => write(key, written[index])),
    });
    if (landed) return;
  }
  throw new Error("No attempt has landed.");
}

function pairOf(accounts: readonly string[], turn: number): readonly string[] {
  const others = accounts.toSpliced(turn % accounts.length, 1);
  return [accounts[turn % accounts.length] ?? "", others[turn % others.length] ?? ""];
}

function sum(numbers: readonly (number | undefined)[]): number {
  return numbers.reduce<number>((total, number) => total + (number ?? 0), 0);
}

function nextTurn(): Promise<void> {
  return new Promise((resolve) => setImmediate(resolve));
}
