import { Keyv } from "keyv";
import { expect, test } from "vitest";
import { appender } from "./appender.ts";
import { keyvStore } from "./keyv-store.ts";
import { commitStaged, type Log, openLog } from "./log.ts";
import type { Store } from "./store.ts";
import { newWriter } from "./writer.ts";

async function startedStore(): Promise<Store> {
  const store = keyvStore(new Keyv());
  await store.start();
  return store;
}

const open = (store: Store) => openLog<string>({ store, writer: newWriter() }, "things");

async function append(store: Store, log: Log<string>, entries: string[]): Promise<string> {
  await log.join();
  const staged = log.stage(entries);
  await commitStaged(store, { guards: [], writes: [] }, [staged]);
  return staged.page;
}

const appenderOn = (store: Store, log: Log<string>, onPage: (page: string) => void = () => {}) =>
  appender<string, string>({ store, log, onPage, pack: (entries) => entries });

const remove = (store: Store, log: Log<string>, page: string) =>
  store.commit({ guards: [], writes: log.removing(page) });

test("finds the pages of a writer that is gone, in order, without the removed ones", async () => {
  const store = await startedStore();
  const former = open(store);
  const pages = [];
  for (const entry of ["a", "b", "c", "d"]) pages.push(await append(store, former, [entry]));
  await remove(store, former, pages[1] ?? "");
  await remove(store, former, pages[0] ?? "");

  const log = open(store);
  expect(await log.pages()).toEqual(pages.slice(2));
  expect((await log.read(pages[2] ?? ""))?.value).toEqual(["c"]);
  expect(await log.read(pages[0] ?? "")).toBeUndefined();
});

test("forgets a former writer once its last page is removed", async () => {
  const store = await startedStore();
  const page = await append(store, open(store), ["a"]);

  const log = open(store);
  expect(await log.pages()).toEqual([page]);
  await remove(store, log, page);
  expect(await log.pages()).toEqual([]);
  expect(await store.get("log:things")).toBeUndefined();
});

test("puts the entries of one turn on one page, and those of the next on another", async () => {
  const store = await startedStore();
  const log = open(store);
  const woken: string[] = [];
  const add = appenderOn(store, log, (page) => woken.push(page));

  const first = await Promise.all([add("a", 1), add("b", 1)]);
  const second = await add("c", 1);
  expect(first[0]).toBe(first[1]);
  expect(second).not.toBe(first[0]);
  expect(woken).toEqual([first[0], second]);
  expect((await log.read(first[0]))?.value).toEqual(["a", "b"]);
});

test("starts another page when one becomes heavy", async () => {
  const store = await startedStore();
  const add = appenderOn(store, open(store));
  const pages = await Promise.all([add("a", 900_000), add("b", 900_000), add("c", 10)]);
  expect(pages[1]).not.toBe(pages[0]);
  expect(pages[2]).toBe(pages[1]);
});

test("does not list a page before its commit has landed, nor one whose commit lost", async () => {
  const store = await startedStore();
  const log = open(store);
  await log.join();
  const lost = commitStaged(store, { guards: [{ key: "x", version: "other" }], writes: [] }, [
    log.stage(["lost"]),
  ]);
  expect(await log.pages()).toEqual([]);
  expect(await lost).toBe(false);

  const page = await append(store, log, ["kept"]);
  expect(await log.pages()).toEqual([page]);
});

test("appends again after a page could not be started", async () => {
  const store = await startedStore();
  let down = true;
  const failing: Store = {
    ...store,
    commit: (change) => (down ? Promise.reject(new Error("down")) : store.commit(change)),
  };
  const add = appenderOn(failing, open(failing));
  await expect(add("a", 1)).rejects.toThrow("down");
  down = false;
  await expect(add("b", 1)).resolves.toBeTypeOf("string");
});

test("does not list for ever a page of which nobody knew whether it had landed", async () => {
  const store = await startedStore();
  const log = open(store);
  await log.join();
  const failing: Store = { ...store, commit: () => Promise.reject(new Error("down")) };
  const add = appenderOn(failing, log);
  await expect(add("a", 1)).rejects.toThrow("down");
  const kept = await append(store, log, ["b"]);
  expect(await log.pages()).toEqual([kept]);
  await remove(store, log, kept);
  expect(await log.pages()).toEqual([]);
});
