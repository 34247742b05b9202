import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import KeyvSqlite from "@keyv/sqlite";
import { keyvStore, newWriter, type Store } from "@wabakit/core";
import { Keyv } from "keyv";
import { expect, onTestFinished, test } from "vitest";
import { openHistory } from "../../packages/core/src/store/history.ts";
import { openIndex } from "../../packages/core/src/store/index-pages.ts";
import { commitStaged, type Log, openLog } from "../../packages/core/src/store/log.ts";
import { churn, openThings } from "./index-churn.ts";
import { expectExactly, fill, idAt, walkMeanwhile } from "./large-index.ts";

const LONG = process.env.WABAKIT_TEST_LONG === "1";
const SIZE = LONG ? 1_000_000 : 10_000;
const CHURN = LONG ? 2_000 : 100;
const timeout = LONG ? 600_000 : 60_000;
/** On a page of a log, and in a commit. */
const TOGETHER = LONG ? 100 : 10;
const PAGES = SIZE / TOGETHER;

/** A database file; `reopen` is the next process on it. */
async function sqlite() {
  const folder = await mkdtemp(join(tmpdir(), "wabakit-size-"));
  let close = async () => {};
  async function open(): Promise<Store> {
    const uri = `sqlite://${join(folder, "store.db")}`;
    const keyv = new Keyv({ store: new KeyvSqlite({ uri, wal: true }) });
    const store = keyvStore(keyv);
    await store.start();
    close = async () => {
      await store.stop();
      await keyv.disconnect();
    };
    return store;
  }
  onTestFinished(async () => {
    await close();
    await rm(folder, { recursive: true });
  });
  return {
    open,
    async reopen() {
      await close();
      return open();
    },
  };
}

/** Runs a task for every number, some at a time. */
async function each(count: number, task: (number: number) => Promise<void>): Promise<void> {
  let next = 0;
  const lane = async () => {
    for (let number = next++; number < count; number = next++) await task(number);
  };
  await Promise.all(Array.from({ length: 32 }, lane));
}

test("an index is filled by these tests as additions fill it", async () => {
  const store = await (await sqlite()).open();
  const index = openIndex(store, "added");
  for (let place = 0; place < 300; place += 1) {
    const { guards, writes } = await index.adding(idAt(place));
    await store.commit({ guards, writes });
  }
  await fill(store, "filled", 300);
  const records = (name: string) =>
    store.getMany(["", ":counts:0", ":0", ":1", ":2"].map((rest) => `index:${name}${rest}`));
  const [added, filled] = [await records("added"), await records("filled")];
  expect(filled.map((record) => record?.value)).toEqual(added.map((record) => record?.value));
});

test("an index is walked in order while it changes, and counts right", { timeout }, async () => {
  const store = await (await sqlite()).open();
  await fill(store, "things", SIZE);
  const churning = Promise.all(["a", "b"].map((owner) => churn(store, owner, CHURN)));
  await walkMeanwhile(openThings(store), SIZE, churning);
  await expectExactly(openThings(store), SIZE, (await churning).flat());
});

test("a change and a list of an index cost the same at a million entries", async () => {
  const store = await (await sqlite()).open();
  const costs = [];
  for (const count of [1_000, 1_000_040]) {
    const name = `with-${count}`;
    await fill(store, name, count);
    let [questions, bytes] = [0, 0];
    const counting: Store = {
      ...store,
      async get<Value>(key: string) {
        questions += 1;
        const stored = await store.get<Value>(key);
        bytes += JSON.stringify(stored ?? null).length;
        return stored;
      },
    };
    const index = openIndex(counting, name);
    const { writes } = await index.adding("one_more");
    await index.list(50);
    costs.push({ questions, bytes: bytes + JSON.stringify(writes).length });
  }
  const [small, large] = costs;
  expect(large?.questions).toBe(small?.questions);
  expect((large?.bytes ?? 0) / (small?.bytes ?? 1)).toBeLessThan(1.3);
});

test("a log hands the next process exactly what is left of it", { timeout }, async () => {
  const file = await sqlite();
  const store = await file.open();
  const log = await filledLog(store);
  const pages = await log.pages();
  expect(pages).toHaveLength(PAGES);
  // Every other page: the worst that can happen to what a process keeps in mind.
  await each(PAGES / 2, async (number) => {
    const page = pages[number * 2] ?? "";
    await store.commit({ guards: [], writes: log.removing(page) });
  });

  const next = await file.reopen();
  const found = openLog<string>({ store: next, writer: newWriter() }, "things");
  const entries = new Set<string>();
  for (let left = await found.oldest(64); left.length > 0; left = await found.oldest(64)) {
    for (const entry of left.flatMap(({ stored }) => stored.value)) entries.add(entry);
    const writes = left.flatMap(({ page }) => found.removing(page));
    await next.commit({ guards: [], writes });
  }
  expect(entries.size).toBe(SIZE / 2);
  expect(await next.get("log:things")).toBeUndefined();
});

async function filledLog(store: Store): Promise<Log<string>> {
  const log = openLog<string>({ store, writer: newWriter() }, "things");
  await log.join();
  await each(PAGES, async (number) => {
    const entries = Array.from({ length: TOGETHER }, (_, index) => `${number}.${index}`);
    await commitStaged(store, { guards: [], writes: [] }, [log.stage(entries)]);
  });
  return log;
}

test("a purge by age deletes exactly what is old", { timeout }, async () => {
  const file = await sqlite();
  const store = await file.open();
  const history = openHistory({ store, writer: newWriter() }, "things");
  await history.join();
  const keysOf = (number: number) =>
    Array.from({ length: TOGETHER }, (_, index) => `thing:org_1:${number}.${index}`);
  // Written in order, as time passes.
  for (let start = 0; start < PAGES; start += 32) {
    const numbers = Array.from({ length: Math.min(32, PAGES - start) }, (_, one) => start + one);
    const commits = numbers.map((number) => {
      const keys = keysOf(number);
      const writes = keys.map((key) => ({ key, value: {} }));
      return commitStaged(store, { guards: [], writes }, [history.stage({ thing: keys }, number)]);
    });
    await Promise.all(commits);
  }

  const next = await file.reopen();
  const before = PAGES / 4;
  const purged = await openHistory({ store: next, writer: newWriter() }, "things").purge(
    { thing: before },
    () => true,
  );
  expect(purged).toEqual({ records: before * TOGETHER, isComplete: true });
  let left = 0;
  for (let number = 0; number < PAGES; number += 1) {
    left += (await next.getMany(keysOf(number))).filter((record) => record !== undefined).length;
  }
  expect(left).toBe(SIZE - before * TOGETHER);
});
