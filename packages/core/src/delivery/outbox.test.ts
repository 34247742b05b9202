import { Keyv } from "keyv";
import { expect, test, vi } from "vitest";
import type { Job, Queue } from "../queue/queue.ts";
import { keyvStore } from "../store/keyv-store.ts";
import { commitStaged } from "../store/log.ts";
import type { Store } from "../store/store.ts";
import { newWriter } from "../store/writer.ts";
import { openOutbox } from "./outbox.ts";
import type { OutboxEntry } from "./outbox-entry.ts";

const heard = (id: string): OutboxEntry => ({
  event: "message.received",
  id,
  organizationId: "org_1",
});
const drained: OutboxEntry = { drain: "org_1.whe_1" };

async function startedStore(): Promise<Store> {
  const store = keyvStore(new Keyv());
  await store.start();
  return store;
}

/** An outbox whose jobs go nowhere; a second one on the same store is another process. */
function open(store: Store, atomicity: Queue["atomicity"] = "process") {
  const jobs: Job[] = [];
  const faults: Error[] = [];
  const queue: Queue = {
    atomicity,
    async add(added) {
      const fault = faults.shift();
      if (fault) throw fault;
      jobs.push(...added);
    },
    backlog: async () => ({ waiting: jobs.length, earliestAt: null }),
    start: async () => {},
    stop: async () => {},
  };
  return { jobs, faults, outbox: openOutbox({ store, writer: newWriter(), queue }) };
}

async function emit(
  store: Store,
  { outbox }: ReturnType<typeof open>,
  entries: readonly OutboxEntry[],
) {
  await outbox.join();
  const staged = outbox.stage(entries);
  expect(await commitStaged(store, { guards: [], writes: [] }, [staged])).toBe(true);
  return staged.page;
}

test("adds a job for every event and every endpoint of a page", async () => {
  const store = await startedStore();
  const here = open(store);
  const entries = [heard("evt_1"), heard("evt_2"), drained];
  const page = await emit(store, here, entries);
  await here.outbox.wake(page, entries);
  expect(here.jobs).toEqual([
    { kind: "event", id: `${page}.0`, swept: true },
    { kind: "event", id: `${page}.1`, swept: true },
    { kind: "drain", id: "org_1.whe_1" },
  ]);
});

test("keeps an event until it is finished, and then no more", async () => {
  const store = await startedStore();
  const here = open(store);
  const page = await emit(store, here, [heard("evt_1"), heard("evt_2")]);
  expect(await here.outbox.find(`${page}.0`)).toEqual(heard("evt_1"));
  await here.outbox.finish(`${page}.0`);
  expect(await here.outbox.find(`${page}.0`)).toBeUndefined();

  const next = open(store);
  await next.outbox.sweep();
  expect(next.jobs).toEqual([{ kind: "event", id: `${page}.1`, swept: true }]);
  await next.outbox.finish(`${page}.1`);
  const last = open(store);
  await last.outbox.sweep();
  expect(last.jobs).toEqual([]);
});

test("has nothing left to do for an endpoint once its job is added", async () => {
  const store = await startedStore();
  const here = open(store);
  const page = await emit(store, here, [drained]);
  await here.outbox.wake(page, [drained]);

  const next = open(store);
  await next.outbox.sweep();
  expect(next.jobs).toEqual([]);
});

test.each(["the same process", "the next one"])(
  "finds in a sweep of %s what could not be added",
  async (whose) => {
    const store = await startedStore();
    const here = open(store);
    const entries = [heard("evt_1"), drained];
    const page = await emit(store, here, entries);
    here.faults.push(new Error("down"));
    await expect(here.outbox.wake(page, entries)).rejects.toThrow("down");

    const sweeper = whose === "the same process" ? here : open(store);
    await sweeper.outbox.sweep();
    expect(sweeper.jobs).toEqual([
      { kind: "event", id: `${page}.0`, swept: true },
      { kind: "drain", id: "org_1.whe_1" },
    ]);
  },
);

test("wakes in a sweep what a queue elsewhere may have lost, and not what waits in this process", async () => {
  const store = await startedStore();
  for (const [atomicity, again] of [
    ["process", 0],
    ["cluster", 1],
  ] as const) {
    const here = open(store, atomicity);
    const page = await emit(store, here, [heard("evt_1")]);
    await here.outbox.wake(page);
    here.jobs.length = 0;
    await here.outbox.sweep();
    expect(here.jobs).toHaveLength(again);
    await here.outbox.finish(`${page}.0`);
  }
});

test("lets two processes finish entries of one page", async () => {
  const store = await startedStore();
  const [one, other] = [open(store), open(store)];
  const page = await emit(store, one, [heard("evt_1"), heard("evt_2")]);
  await Promise.all([one.outbox.finish(`${page}.0`), other.outbox.finish(`${page}.1`)]);

  const next = open(store);
  await next.outbox.sweep();
  expect(next.jobs).toEqual([]);
});

test("does not wake again what another node has finished", async () => {
  const store = await startedStore();
  const [here, other] = [open(store, "cluster"), open(store, "cluster")];
  const page = await emit(store, here, [heard("evt_1")]);
  await here.outbox.wake(page, [heard("evt_1")]);
  await other.outbox.finish(`${page}.0`);
  here.jobs.length = 0;
  await here.outbox.sweep();
  expect(here.jobs).toEqual([]);
  expect(await here.outbox.find(`${page}.0`)).toBeUndefined();
});

test("finishes the entries of one turn in one commit", async () => {
  const store = await startedStore();
  const here = open(store);
  const entries = Array.from({ length: 50 }, (_, index) => heard(`evt_${index}`));
  const page = await emit(store, here, entries);

  let commits = 0;
  const counting: Store = {
    ...store,
    commit(change) {
      commits += 1;
      return store.commit(change);
    },
  };
  const { outbox } = open(counting);
  await Promise.all(entries.map((_, index) => outbox.finish(`${page}.${index}`)));
  expect(commits).toBe(1);
});

const failedOnce = { event: "message.received", id: "evt_1", organizationId: "org_1" } as const;
const later = { ...failedOnce, failures: 1, dueAt: 5_000 };

test("keeps an entry that is left for later with its count, and wakes it at its time", async () => {
  const store = await startedStore();
  const here = open(store);
  const page = await emit(store, here, [heard("evt_1"), heard("evt_2")]);
  await Promise.all([
    here.outbox.postpone(`${page}.0`, later),
    here.outbox.finish(`${page}.1`), // in the same turn
  ]);
  const next = open(store);
  await next.outbox.sweep();
  expect(next.jobs).toEqual([{ kind: "event", id: `${page}.0`, swept: true, runAt: 5_000 }]);
  expect(await next.outbox.find(`${page}.0`)).toEqual(later);
});

test("leaves finished what another has finished", async () => {
  const store = await startedStore();
  const [here, other] = [open(store), open(store)];
  const page = await emit(store, here, [heard("evt_1"), heard("evt_2")]);
  await other.outbox.finish(`${page}.0`);
  await here.outbox.postpone(`${page}.0`, later);
  const next = open(store);
  expect(await next.outbox.find(`${page}.0`)).toBeUndefined();
});

test("knows what other nodes have counted, where they share the work", async () => {
  const store = await startedStore();
  const [here, other] = [open(store, "cluster"), open(store, "cluster")];
  const page = await emit(store, here, [heard("evt_1")]);
  await other.outbox.sweep();
  await here.outbox.postpone(`${page}.0`, later);
  expect(await other.outbox.find(`${page}.0`)).toEqual(later);
});

test("finishes an entry together with a change, or neither", async () => {
  const store = await startedStore();
  const here = open(store);
  const page = await emit(store, here, [heard("evt_1")]);
  const writes = [{ key: "record", value: 1 }];
  const stale = { guards: [{ key: "record", version: "9" }], writes };
  expect(await here.outbox.finishWith(`${page}.0`, stale, () => [])).toBe(false);
  expect(await here.outbox.find(`${page}.0`)).toEqual(heard("evt_1"));
  expect(await store.get("record")).toBeUndefined();

  const change = { guards: [{ key: "record", version: undefined }], writes };
  expect(await here.outbox.finishWith(`${page}.0`, change, () => [])).toBe(true);
  expect(await here.outbox.find(`${page}.0`)).toBeUndefined();
  expect(await store.get("record")).toMatchObject({ value: 1 });

  const twice = { guards: [], writes: [{ key: "record", value: 2 }] };
  expect(await here.outbox.finishWith(`${page}.0`, twice, () => [])).toBe(true);
  expect(await store.get("record")).toMatchObject({ value: 1 });
});

test("forgets nothing it has not written: an entry whose end failed is still to be done", async () => {
  const store = await startedStore();
  const here = open(store);
  const page = await emit(store, here, [heard("evt_1"), heard("evt_2")]);
  await here.outbox.wake(page);
  vi.spyOn(store, "commit").mockRejectedValueOnce(new Error("down"));
  await expect(here.outbox.finish(`${page}.0`)).rejects.toThrow("down");
  expect(await here.outbox.find(`${page}.0`)).toEqual(heard("evt_1"));
});

test("remembers only so many pages, and reads the others again", async () => {
  const inner = await startedStore();
  const read = vi.spyOn(inner, "getMany");
  const here = open(inner);
  const first = await emit(inner, here, [heard("evt_1")]);
  await here.outbox.wake(first, [heard("evt_1")]);
  for (let page = 0; page < 4_096; page += 1) await here.outbox.wake(`other.${page}`, [heard("x")]);
  read.mockClear();
  expect(await here.outbox.find(`${first}.0`)).toEqual(heard("evt_1"));
  expect(read).toHaveBeenCalledOnce();
  expect(await here.outbox.find(`${first}.0`)).toEqual(heard("evt_1"));
  expect(read).toHaveBeenCalledOnce();
});
