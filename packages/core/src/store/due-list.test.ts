import { Keyv } from "keyv";
import { expect, test } from "vitest";
import { type DueList, openDueList, type Timed } from "./due-list.ts";
import { keyvStore } from "./keyv-store.ts";
import type { Store } from "./store.ts";

const MINUTE_MS = 60_000;

interface Task extends Timed {
  readonly id: string;
}

async function startedList() {
  const store = keyvStore(new Keyv());
  await store.start();
  return { store, list: openDueList<Task>(store, "tasks", "org_1") };
}

async function add({ store, list }: { store: Store; list: DueList<Task> }, ...tasks: Task[]) {
  for (const task of tasks) expect(await store.commit(await list.adding(task))).toBe(true);
}

const idsOf = (tasks: readonly Task[] | undefined) => tasks?.map(({ id }) => id);

test("gives the earliest minute once something in it is due", async () => {
  const here = await startedList();
  await add(here, { id: "late", dueAt: 5 * MINUTE_MS }, { id: "soon", dueAt: MINUTE_MS + 7 });

  expect(await here.list.due(MINUTE_MS + 6)).toBeUndefined();
  const bucket = await here.list.due(MINUTE_MS + 7);
  expect(bucket).toEqual({ minute: 1, entries: [{ id: "soon", dueAt: MINUTE_MS + 7 }] });
});

test("knows when the next entry is due, whatever the order of arrival", async () => {
  const here = await startedList();
  expect(await here.list.earliest()).toBeUndefined();
  await add(here, { id: "b", dueAt: 9_000 }, { id: "a", dueAt: 3_000 }, { id: "c", dueAt: 70_000 });
  expect(await here.list.earliest()).toBe(3_000);
});

test("keeps what joined a minute after it was read", async () => {
  const here = await startedList();
  await add(here, { id: "a", dueAt: 1_000 });
  const bucket = await here.list.due(1_000);
  await add(here, { id: "b", dueAt: 2_000 });

  const removal = await here.list.removing(bucket?.minute ?? -1, ({ id }) => id === "a");
  expect(await here.store.commit(removal)).toBe(true);
  expect(idsOf((await here.list.due(2_000))?.entries)).toEqual(["b"]);
  expect(await here.list.earliest()).toBe(2_000);
});

test("lets one of two changes of a minute win", async () => {
  const { store, list } = await startedList();
  const both = [await list.adding({ id: "a", dueAt: 1 }), await list.adding({ id: "b", dueAt: 2 })];
  expect(await Promise.all(both.map(store.commit))).toEqual([true, false]);
});

test("passes what a full minute cannot hold on to the next one, and finds it in time", async () => {
  const here = await startedList();
  const tasks = Array.from({ length: 1_002 }, (_, index) => ({ id: `t${index}`, dueAt: 5 }));
  await add(here, ...tasks);

  const first = await here.list.due(5);
  expect(first?.entries).toHaveLength(1_000);
  await here.store.commit(await here.list.removing(first?.minute ?? -1, () => true));
  expect(idsOf((await here.list.due(5))?.entries)).toEqual(["t1000", "t1001"]);
});

test("leaves nothing behind when the last entry goes", async () => {
  const here = await startedList();
  await add(here, { id: "a", dueAt: 1_000 });
  await here.store.commit(await here.list.removing(0, () => true));
  expect(await here.list.earliest()).toBeUndefined();
  expect(await here.store.getMany(["due:tasks:org_1", "due:tasks:org_1:0"])).toEqual([
    undefined,
    undefined,
  ]);
});

test("does not show one owner's entries to another", async () => {
  const here = await startedList();
  await add(here, { id: "a", dueAt: 1 });
  expect(await openDueList<Task>(here.store, "tasks", "org_2").due(1)).toBeUndefined();
});
