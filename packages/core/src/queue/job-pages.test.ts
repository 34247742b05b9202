import { setImmediate as nextTurn } from "node:timers/promises";
import { fakeClock } from "@wabakit/testing";
import Keyv from "keyv";
import { expect, test, vi } from "vitest";
import { Failure } from "../failure.ts";
import { silentLogger } from "../logger.ts";
import { keyvStore } from "../store/keyv-store.ts";
import { newWriter } from "../store/writer.ts";
import { type JobPages, openJobPages } from "./job-pages.ts";
import { type FilledPage, type KeptJob, type TimedJob, toKept, toTimed } from "./kept-job.ts";

/** Data that outlives the processes on it. */
function place() {
  const entries = new Map<string, unknown>();
  const clock = fakeClock();

  async function begin() {
    const store = { ...keyvStore(new Keyv({ store: entries })) };
    await store.start();
    const logger = { ...silentLogger, warn: vi.fn() };
    const pages = openJobPages({ store, writer: newWriter(), clock, logger });
    return { pages, store, logger, die: store.stop };
  }
  /** A page that is deleted and not swept yet has nothing behind its version. */
  const isPage = ([key, entry]: [string, unknown]) =>
    /:\d+$/.test(key) && /\.\[/.test(JSON.stringify(entry));
  const countPages = () => [...entries].filter(isPage).length;
  return { begin, countPages, clock };
}

const unavailable = new Failure("store_unavailable");

const job = (id: string, runAt = 0): TimedJob => toTimed({ kind: "work", id }, runAt);

const idsOf = (jobs: readonly { readonly id: string }[]) => jobs.map(({ id }) => id);

/** As a queue does that has room for all of them in memory. */
async function keep(pages: JobPages, jobs: readonly TimedJob[]): Promise<readonly KeptJob[]> {
  const kept = (await pages.keep(jobs)).flatMap(enter);
  for (let old = pages.takeOld(); old; old = pages.takeOld()) void pages.carry(old);
  return kept;
}

function enter({ page, jobs }: FilledPage): readonly KeptJob[] {
  const kept = jobs.map((each) => toKept(each, page));
  for (const each of kept) page.jobs.add(each);
  return kept;
}

async function keepOne(pages: JobPages, id: string): Promise<KeptJob> {
  const [kept] = await keep(pages, [job(id)]);
  if (!kept) throw new Error("It was not kept.");
  return kept;
}

async function recover(pages: JobPages): Promise<readonly KeptJob[]> {
  const recovered: KeptJob[] = [];
  await pages.recover((filled) => void recovered.push(...enter(filled)));
  return recovered;
}

async function finishMany(pages: JobPages, count: number): Promise<void> {
  for (let index = 0; index < count; index += 1) pages.release(await keepOne(pages, `q${index}`));
}

async function settle(): Promise<void> {
  for (let turn = 0; turn < 30; turn += 1) await nextTurn();
}

test("recovers the jobs of pages on which not every job is done", async () => {
  const { begin } = place();
  const { pages, die } = await begin();
  const [a] = await keep(pages, [job("a", 1), job("b", 2)]);
  pages.release(await keepOne(pages, "c"));
  if (a) pages.release(a);
  await settle();
  await die();

  const recovered = await recover((await begin()).pages);
  expect(recovered).toMatchObject([
    { kind: "work", id: "a", runAt: 1, failures: 0 },
    { kind: "work", id: "b", runAt: 2, failures: 0 },
  ]);
});

test("recovers of trimmed pages what is not done, at its last time", async () => {
  const { begin } = place();
  const { pages, die } = await begin();
  const [a, b] = await keep(pages, [job("a", 1), job("b", 1), job("c", 3)]);
  if (!a?.page || !b) throw new Error("They were not kept.");
  pages.release(a);
  b.runAt = 4;
  await pages.trim([a.page]);
  await die();
  expect(await recover((await begin()).pages)).toMatchObject([
    { id: "c", runAt: 3 },
    { id: "b", runAt: 4 },
  ]);
});

test("resurrects no page that is trimmed when its last job is done already", async () => {
  const { begin, countPages } = place();
  const { pages } = await begin();
  const kept = await keepOne(pages, "a");
  pages.release(kept);
  if (kept.page) await pages.trim([kept.page]);
  await settle();
  expect(countPages()).toBe(0);
});

test("keeps jobs of one kind on a page, the earliest first, and 256 at most", async () => {
  const { pages } = await place().begin();
  const jobs = Array.from({ length: 300 }, (_, index) => job(`w${index}`, 300 - index));
  const filled = await pages.keep([...jobs, toTimed({ kind: "play", id: "a" }, 7)]);
  expect(filled.map(({ jobs }) => jobs.length)).toEqual([256, 44, 1]);
  expect(filled[0]?.jobs[0]).toMatchObject({ id: "w299", runAt: 1 });
  expect(filled[1]?.jobs[0]).toMatchObject({ runAt: 257 });
});

test("takes the pages away together that are finished in one turn", async () => {
  const { begin, countPages } = place();
  const { pages, store } = await begin();
  const kept: KeptJob[] = [];
  for (let index = 0; index < 3_000; index += 100) {
    const ids = Array.from({ length: 100 }, (_, offset) => `q${index + offset}`);
    kept.push(...(await Promise.all(ids.map((id) => keepOne(pages, id)))));
  }
  const commits = vi.spyOn(store, "commit");
  for (const each of kept) pages.release(each);
  await pages.settle();
  expect(countPages()).toBe(0);
  expect(commits.mock.calls.length).toBeLessThan(5);
});

test("recovers once, and nothing of this process", async () => {
  const { begin } = place();
  const former = await begin();
  await keep(former.pages, [job("former")]);
  await former.die();

  const { pages } = await begin();
  await keepOne(pages, "own");
  expect(idsOf(await recover(pages))).toEqual(["former"]);
  await keepOne(pages, "later");
  expect(await recover(pages)).toEqual([]);
});

test("looks no more for the pages of a process whose jobs are done, gaps or not", async () => {
  const { begin } = place();
  const former = await begin();
  const [, gap] = await Promise.all(["a", "b", "c"].map((id) => keepOne(former.pages, id)));
  if (gap) former.pages.release(gap);
  await former.die();
  const heir = await begin();
  for (const each of await recover(heir.pages)) heir.pages.release(each);
  await heir.pages.settle();
  await heir.die();

  const { pages, store } = await begin();
  const reads = vi.spyOn(store, "get");
  expect(await recover(pages)).toEqual([]);
  expect(reads.mock.calls.filter(([key]) => /:\d+$/.test(key))).toEqual([]);
});

test("recovers in a second attempt when the store fails in the first", async () => {
  const { begin } = place();
  const former = await begin();
  await keep(former.pages, [job("a")]);
  await former.die();

  const { pages, store } = await begin();
  vi.spyOn(store, "get").mockImplementationOnce(store.get).mockRejectedValueOnce(unavailable);
  await expect(recover(pages)).rejects.toBe(unavailable);
  expect(idsOf(await recover(pages))).toEqual(["a"]);
});

test("removes a page with its last job, later if the store fails", async () => {
  const { begin, countPages } = place();
  const { pages, store, logger } = await begin();
  const kept = await keep(pages, [job("a"), job("b")]);
  const other = await keepOne(pages, "c");
  expect(countPages()).toBe(2);

  vi.spyOn(store, "commit").mockRejectedValueOnce(unavailable);
  for (const each of kept) pages.release(each);
  await settle();
  expect(logger.warn).toHaveBeenCalledTimes(1);
  expect(countPages()).toBe(2);
  pages.release(other);
  await settle();
  expect(countPages()).toBe(0);
});

test("keeps nothing of what it rejects, although it was written", async () => {
  const { begin, countPages } = place();
  const { pages, store, die } = await begin();
  const { commit } = store;
  pages.release(await keepOne(pages, "a"));
  vi.spyOn(store, "commit").mockImplementationOnce(async (change) => {
    await commit(change);
    throw unavailable;
  });
  await expect(keep(pages, [job("b")])).rejects.toBe(unavailable);
  await settle();
  expect(countPages()).toBe(0);
  await die();
  expect(await recover((await begin()).pages)).toEqual([]);
});

test("recovers in time after it has rejected a job, and kept many later", async () => {
  const { begin } = place();
  const { pages, store, die } = await begin();
  pages.release(await keepOne(pages, "a"));
  vi.spyOn(store, "commit").mockRejectedValueOnce(unavailable);
  await expect(keep(pages, [job("b")])).rejects.toBe(unavailable);
  await finishMany(pages, 2_000);
  await settle();
  await die();

  const next = await begin();
  const reads = vi.spyOn(next.store, "get");
  expect(await recover(next.pages)).toEqual([]);
  expect(reads.mock.calls.length).toBeLessThan(20);
});

test("recovers in time although a few jobs have waited behind many finished ones", async () => {
  const { begin } = place();
  const { pages, die } = await begin();
  const waiting = Array.from({ length: 400 }, (_, index) => `w${index}`);
  for (const id of waiting) await keepOne(pages, id);
  await finishMany(pages, 6_000);
  await settle();
  await die();

  const next = await begin();
  const reads = vi.spyOn(next.store, "get");
  expect(idsOf(await recover(next.pages)).toSorted()).toEqual(waiting.toSorted());
  expect(reads.mock.calls.length).toBeLessThan(3_000);
});

test("carries jobs on, without those of their page that are done", async () => {
  const { begin, countPages } = place();
  const { pages, die } = await begin();
  const [a] = await keep(pages, [job("a"), job("b", 7)]);
  if (a) pages.release(a);
  await finishMany(pages, 1_100);
  await settle();
  expect(countPages()).toBe(1);
  await die();

  const next = await begin();
  expect(await recover(next.pages)).toMatchObject([{ id: "b", runAt: 7 }]);
});

test("leaves jobs where they are while they cannot be carried on", async () => {
  const { begin } = place();
  const { pages, store, logger, die } = await begin();
  const { commit } = store;
  await keepOne(pages, "patient");
  vi.spyOn(store, "commit").mockImplementation(async (change) => {
    if (JSON.stringify(change).includes("patient")) throw unavailable;
    return commit(change);
  });
  await finishMany(pages, 2_500);
  await settle();
  expect(logger.warn).toHaveBeenCalledTimes(2);
  await die();
  expect(idsOf(await recover((await begin()).pages))).toEqual(["patient"]);
});
