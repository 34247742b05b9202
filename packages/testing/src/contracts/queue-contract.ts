import { setImmediate as nextTurn } from "node:timers/promises";
import type { Job, JobHandler, JobHandlers, Queue } from "@wabakit/core";
import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import type { FakeClock } from "../fake-clock.ts";

/** A queue on a backend of its own, as a contract suite uses it. */
export interface OpenQueue {
  /** Not started yet, and empty. */
  readonly queue: Queue;
  /** The time the queue goes by, before and after `reopen`. */
  readonly clock: Pick<FakeClock, "now" | "advance">;
  /** Lets the process in use die, and opens another one on the same data, not started yet. */
  readonly reopen: () => Promise<Queue>;
  /** While it is down the backend refuses everything. */
  readonly setDown: (isDown: boolean) => void;
  /** How many records the backend holds, without those that are deleted and not swept yet. */
  readonly countRecords: () => Promise<number>;
  /** Ends the process in use and throws the data away. */
  readonly close: () => Promise<void>;
}

/** What `queueContract` is run over; every case opens a queue of its own. */
export interface QueueUnderTest {
  readonly name: string;
  readonly open: () => Promise<OpenQueue>;
}

type Use = () => OpenQueue;

/** Waiting for what must happen; generous, since only a failure takes that long. */
const POLLING = { interval: 5, timeout: 10_000 };

/** What a queue may keep for itself, however many jobs it has run. */
const BOOKKEEPING_RECORDS = 8;

const SECOND_MS = 1_000;
const HOUR_MS = 60 * 60 * SECOND_MS;
const DAY_MS = 24 * HOUR_MS;

/** What every queue must get right, one vitest suite. A queue is finished when this passes. */
export function queueContract({ name, open }: QueueUnderTest): void {
  describe(`${name} queue`, () => {
    let opened: OpenQueue | undefined;
    beforeEach(async () => {
      opened = await open();
    });
    afterEach(async () => {
      await opened?.close();
      opened = undefined;
    });
    const use = () => {
      if (!opened) throw new Error("No queue is open.");
      return opened;
    };
    const everyday = [runs, counts, times, repeats, pauses, sameness, overlaps, kinds, ids];
    for (const part of [...everyday, restarts, remains, quantities, faults, ends]) part(use);
  });
}

function counts(use: Use): void {
  it("tells how much waits, and since when the first of it is due", async () => {
    const { queue, clock } = use();
    expect(await queue.backlog()).toEqual({ waiting: 0, earliestAt: null });
    const soon = clock.now() + HOUR_MS;
    await queue.add([
      { ...job("later"), runAt: soon + HOUR_MS },
      { ...job("soon"), runAt: soon },
    ]);
    expect(await queue.backlog()).toEqual({ waiting: 2, earliestAt: soon });
    await queue.add([{ ...job("soon"), runAt: soon }]);
    expect(await queue.backlog()).toMatchObject({ waiting: 2 });

    const { ran, start } = worker();
    await start(queue);
    await clock.advance(HOUR_MS);
    await eventually(() => expect(ran).toEqual(["soon"]));
    await eventually(async () =>
      expect(await queue.backlog()).toEqual({ waiting: 1, earliestAt: soon + HOUR_MS }),
    );
  });
}

function runs(use: Use): void {
  it("runs a job, once, with its id", async () => {
    const { queue } = use();
    const { ran, start, pass } = worker();
    await start(queue);
    await queue.add([{ kind: "work", id: "a" }]);
    await eventually(() => expect(ran).toEqual(["a"]));
    await pass();
    expect(ran).toEqual(["a"]);
  });

  it("runs what was added before it was started", async () => {
    const { queue } = use();
    const { ran, start } = worker();
    await queue.add([job("a"), job("b")]);
    await queue.add([job("c")]);
    await start(queue);
    await eventually(() => expect(ran.toSorted()).toEqual(["a", "b", "c"]));
  });

  it("runs what is added while it starts, once", async () => {
    const { queue } = use();
    const { ran, start, pass } = worker();
    const jobs = jobsOf(40);
    const adding = jobs.slice(0, 20).map((each) => queue.add([each]));
    const starting = start(queue);
    for (const each of jobs.slice(20)) {
      adding.push(queue.add([each]));
      await nextTurn();
    }
    await Promise.all([...adding, starting]);
    await eventually(() => expect(ran).toHaveLength(jobs.length));
    await pass();
    expect(ran.toSorted()).toEqual(idsOf(jobs));
  });

  it("takes an empty list, at any time", async () => {
    const { queue, clock, setDown } = use();
    const { ran, start, pass } = worker();
    await queue.add([]);
    await start(queue);
    await Promise.all([queue.add([]), queue.add([job("a")]), queue.add([])]);
    setDown(true);
    await queue.add([]);
    setDown(false);
    await pass();
    await queue.stop(clock.now() + HOUR_MS);
    await queue.add([]);
    expect(ran).toEqual(["a"]);
  });
}

function times(use: Use): void {
  it("runs a job at its `runAt`, not before", async () => {
    const { queue, clock } = use();
    const { ran, start, pass } = worker();
    await start(queue);
    await queue.add([job("a", clock.now() + HOUR_MS)]);
    await clock.advance(HOUR_MS - 1);
    await pass();
    expect(ran).toEqual([]);
    await clock.advance(1);
    await eventually(() => expect(ran).toEqual(["a"]));
  });

  it.each([
    ["three days", 3 * DAY_MS],
    ["longer than a timer of Node holds", 2 ** 31 + DAY_MS],
  ])(
    "runs a job that is due in %s at its time, not before, also after a restart",
    async (_, ms) => {
      const { queue, clock, reopen } = use();
      const { ran, start, pass } = worker();
      await start(queue);
      const runAt = clock.now() + ms;
      await queue.add([job("a", runAt)]);
      await clock.advance(ms / 2);
      await start(await reopen());
      await clock.advance(runAt - clock.now() - 1);
      await pass();
      expect(ran).toEqual([]);
      await clock.advance(1);
      await eventually(() => expect(ran).toEqual(["a"]));
    },
  );

  it("runs a job whose time has passed already", async () => {
    const { queue, clock } = use();
    const { ran, start } = worker();
    await start(queue);
    await queue.add([job("a", clock.now() - HOUR_MS)]);
    await eventually(() => expect(ran).toEqual(["a"]));
  });

  it("runs delayed jobs by their times, not in the order in which they were added", async () => {
    const { queue, clock } = use();
    const { ran, start } = worker();
    await start(queue);
    const at = (id: string, seconds: number) => job(id, clock.now() + seconds * SECOND_MS);
    await queue.add([at("b", 20), at("d", 40)]);
    await queue.add([at("c", 30), at("a", 10)]);
    for (const last of ["a", "b", "c", "d"]) {
      await clock.advance(10 * SECOND_MS);
      await eventually(() => expect(ran.at(-1)).toBe(last));
    }
    expect(ran).toEqual(["a", "b", "c", "d"]);
  });
}

function repeats(use: Use): void {
  it("runs a job again when its handler says so, at that time, until it does not", async () => {
    const { queue, clock } = use();
    const pausesMs = [60 * SECOND_MS, 5 * SECOND_MS];
    const { ran, start, pass } = worker(async () => {
      const pauseMs = pausesMs[ran.length - 1];
      return pauseMs === undefined ? undefined : { again: clock.now() + pauseMs };
    });
    await start(queue);
    await queue.add([job("a")]);
    await eventually(() => expect(ran).toHaveLength(1));
    for (const [index, pauseMs] of pausesMs.entries()) {
      await pass();
      await clock.advance(pauseMs - 1);
      await pass();
      expect(ran).toHaveLength(index + 1);
      await clock.advance(1);
      await eventually(() => expect(ran).toHaveLength(index + 2));
    }
    await pass();
    await clock.advance(HOUR_MS);
    await pass();
    expect(ran).toHaveLength(3);
  });

  it("runs a job again at once when its handler asks for now", async () => {
    const { queue, clock } = use();
    let left = 3;
    const { ran, start, pass } = worker(async () => {
      left -= 1;
      return left > 0 ? { again: clock.now() } : undefined;
    });
    await start(queue);
    await queue.add([job("a")]);
    await eventually(() => expect(ran).toEqual(["a", "a", "a"]));
    await pass();
    expect(ran).toEqual(["a", "a", "a"]);
  });
}

function pauses(use: Use): void {
  it("runs a job again after it failed, pausing 1 s, 2 s, 4 s … up to a minute", async () => {
    const { queue, clock } = use();
    const { ran, start, pass } = worker(async () => {
      throw new Error("Not today.");
    });
    await start(queue);
    await queue.add([job("a")]);
    await eventually(() => expect(ran).toHaveLength(1));
    for (const [index, seconds] of [1, 2, 4, 8, 16, 32, 60, 60, 60].entries()) {
      await pass();
      await clock.advance(seconds * SECOND_MS - 1);
      await pass();
      expect(ran, `before the pause of ${seconds} s is over`).toHaveLength(index + 1);
      await clock.advance(1);
      await eventually(() => expect(ran).toHaveLength(index + 2));
    }
  });

  it("pauses for a second again once a run has not failed", async () => {
    const { queue, clock } = use();
    const { ran, start, pass } = worker(async () => {
      if ([1, 2, 4].includes(ran.length)) throw new Error("Not today.");
      return ran.length === 3 ? { again: clock.now() + SECOND_MS } : undefined;
    });
    await start(queue);
    await queue.add([job("a")]);
    await eventually(() => expect(ran).toHaveLength(1));
    for (const [index, seconds] of [1, 2, 1, 1].entries()) {
      await pass();
      await clock.advance(seconds * SECOND_MS);
      await eventually(() => expect(ran).toHaveLength(index + 2));
    }
    await pass();
    await clock.advance(HOUR_MS);
    await pass();
    expect(ran).toHaveLength(5);
  });

  it("runs other jobs while a failed one pauses", async () => {
    const { queue } = use();
    const { ran, start } = worker(async (id) => {
      if (id === "bad") throw new Error("Not today.");
      return undefined;
    });
    await start(queue);
    await queue.add([job("bad"), job("good")]);
    await eventually(() => expect(ran).toContain("good"));
    await queue.add([job("better")]);
    await eventually(() => expect(ran.toSorted()).toEqual(["bad", "better", "good"]));
  });
}

function sameness(use: Use): void {
  it("takes a job for the same while it waits: added thrice, it runs once", async () => {
    const { queue, clock } = use();
    const { ran, start, pass } = worker();
    await start(queue);
    const later = clock.now() + SECOND_MS;
    for (let count = 0; count < 3; count += 1) await queue.add([job("a", later)]);
    await Promise.all([1, 2, 3].map(() => queue.add([job("b", later)])));
    await queue.add([job("c", later), job("c", later), job("c", later)]);
    await clock.advance(SECOND_MS);
    await eventually(() => expect(ran.toSorted()).toEqual(["a", "b", "c"]));
    await pass();
    expect(ran).toHaveLength(3);
  });

  it("takes a job for the same before the start, too", async () => {
    const { queue } = use();
    const { ran, start, pass } = worker();
    await Promise.all([1, 2, 3].map(() => queue.add([job("a")])));
    await queue.add([job("a")]);
    await start(queue);
    await pass();
    await eventually(() => expect(ran).toEqual(["a"]));
  });

  it("runs a job again that is added after it has run", async () => {
    const { queue } = use();
    const { ran, start, pass } = worker();
    await start(queue);
    for (let count = 1; count <= 3; count += 1) {
      await queue.add([job("a")]);
      await eventually(() => expect(ran).toHaveLength(count));
      await pass();
    }
    expect(ran).toHaveLength(3);
  });

  it("keeps jobs of two kinds apart that have the same id", async () => {
    const { queue } = use();
    const { ran, work, start } = worker();
    await start(queue, { play: async (id) => work(`${id}!`) });
    await queue.add([job("a"), { kind: "play", id: "a" }]);
    await eventually(() => expect(ran.toSorted()).toEqual(["a", "a!"]));
  });

  it.each([
    ["first", [1, 3]],
    ["last", [3, 1]],
    ["in the middle", [3, 1, 2]],
  ])("lets the earlier time count, added %s", async (_, hours) => {
    const { queue, clock } = use();
    const { ran, start, pass } = worker();
    await start(queue);
    const startedAt = clock.now();
    for (const hour of hours) await queue.add([job("a", startedAt + hour * HOUR_MS)]);
    await clock.advance(HOUR_MS - 1);
    await pass();
    expect(ran).toEqual([]);
    await clock.advance(1);
    await eventually(() => expect(ran).toEqual(["a"]));
    await clock.advance(5 * HOUR_MS);
    await pass();
    expect(ran).toEqual(["a"]);
  });

  it("lets the earlier time count for jobs added together", async () => {
    const { queue, clock } = use();
    const { ran, start, pass } = worker();
    await start(queue);
    const later = clock.now() + HOUR_MS;
    await queue.add([job("a", later), job("a"), job("a", later)]);
    await Promise.all([queue.add([job("b", later)]), queue.add([job("b")])]);
    await eventually(() => expect(ran.toSorted()).toEqual(["a", "b"]));
    await clock.advance(2 * HOUR_MS);
    await pass();
    expect(ran).toHaveLength(2);
  });
}

function overlaps(use: Use): void {
  it("runs a job once more that was added while it ran, and never twice at a time", async () => {
    const { queue } = use();
    const { ran, start, pass, peak, gate } = gatedWorker();
    await start(queue);
    await queue.add([job("a")]);
    await eventually(() => expect(ran).toEqual(["a"]));
    for (let count = 0; count < 3; count += 1) await queue.add([job("a")]);
    await Promise.all([1, 2, 3].map(() => queue.add([job("a")])));
    await pass();
    expect(ran).toEqual(["a"]);
    gate.resolve();
    await eventually(() => expect(ran).toEqual(["a", "a"]));
    await pass();
    expect(ran).toEqual(["a", "a"]);
    expect(peak("a")).toBe(1);
  });

  it("runs a job once more at its time that was added while it ran", async () => {
    const { queue, clock } = use();
    const { ran, start, pass, gate } = gatedWorker();
    await start(queue);
    await queue.add([job("a")]);
    await eventually(() => expect(ran).toEqual(["a"]));
    await queue.add([job("a", clock.now() + HOUR_MS)]);
    gate.resolve();
    await pass();
    expect(ran).toEqual(["a"]);
    await clock.advance(HOUR_MS);
    await eventually(() => expect(ran).toEqual(["a", "a"]));
  });

  it("never runs a job twice at a time, however it is added, fails and repeats", async () => {
    const { queue, clock } = use();
    const { ran, start, pass, peak } = countedWorker(async () => {
      await nextTurn();
      if (ran.length % 3 === 0) throw new Error("Not today.");
      return ran.length % 3 === 1 && ran.length < 60 ? { again: clock.now() + 2 } : undefined;
    });
    await start(queue);
    for (let count = 0; count < 60; count += 1) {
      const adding = [queue.add([job("a")]), queue.add([job("a", clock.now() + 1)])];
      await clock.advance(count % 4);
      await Promise.all(adding);
    }
    await pass();
    expect(ran.length).toBeGreaterThan(3);
    expect(peak("a")).toBe(1);
  });

  it("runs different jobs at the same time", async () => {
    const { queue } = use();
    const { ran, start, gate } = gatedWorker();
    await start(queue);
    await queue.add([job("a"), job("b")]);
    await queue.add([job("c")]);
    await eventually(() => expect(ran.toSorted()).toEqual(["a", "b", "c"]));
    gate.resolve();
  });
}

function kinds(use: Use): void {
  it("runs one kind although another one is flooded", async () => {
    const { queue } = use();
    const { ran, start, gate } = gatedWorker();
    const quick: string[] = [];
    const note = async (id: string) => void quick.push(id);
    await start(queue, { quick: async (id) => note(id).then(() => undefined) });
    await queue.add(jobsOf(2_000));
    await eventually(() => expect(ran.length).toBeGreaterThan(0));
    await queue.add([{ kind: "quick", id: "a" }]);
    await eventually(() => expect(quick).toEqual(["a"]));
    gate.resolve();
  });

  it("runs no more of a kind at once than the start allows, and more of them as others end", async () => {
    const { queue, clock } = use();
    const { ran, work, gate } = gatedWorker();
    const jobs = jobsOf(12);
    await queue.add(jobs);
    await queue.start({ work }, { work: 3 });
    await eventually(() => expect(ran).toHaveLength(3));
    await queue.add([job("more")]);
    for (let turn = 0; turn < 20; turn += 1) await nextTurn();
    expect(ran).toHaveLength(3);
    gate.resolve();
    await eventually(() => expect(ran.toSorted()).toEqual([...idsOf(jobs), "more"]));
    await queue.stop(clock.now() + HOUR_MS);
  });

  it("keeps jobs of a kind without a handler for a process that has one", async () => {
    const { queue, reopen } = use();
    const { ran, start, pass } = worker();
    await start(queue);
    await queue.add([{ kind: "play", id: "a" }, job("b")]);
    await eventually(() => expect(ran).toEqual(["b"]));
    await pass();

    const played: string[] = [];
    const play: JobHandler = async (id) => {
      played.push(id);
      return undefined;
    };
    await (await reopen()).start({ play });
    await eventually(() => expect(played).toEqual(["a"]));
  });
}

/** Every character an id may have, and ids that a backend could take for something else. */
const AWKWARD_IDS = [
  "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789_.-",
  ...["a", "A", "0", "42", "007", "1e3", "-1", "0.5", "NaN"],
  ...[".", "..", "-", "--", "_", "a.b", "a-b", "a_b", "a.", ".a", "-a"],
  ...["null", "true", "undefined", "constructor", "__proto__", "toString", "length"],
  "x".repeat(200),
];

function ids(use: Use): void {
  it("runs jobs with every character an id may have, also after a restart", async () => {
    const { queue, reopen } = use();
    const { ran, start, pass } = worker();
    await start(queue);
    await queue.add(AWKWARD_IDS.map((id) => job(id)));
    await eventually(() => expect(ran.toSorted()).toEqual(AWKWARD_IDS.toSorted()));
    await pass();

    const playing = AWKWARD_IDS.map((id) => ({ kind: "play", id }));
    for (const each of playing) await queue.add([each]);
    const played: string[] = [];
    const play: JobHandler = async (id) => {
      played.push(id);
      return undefined;
    };
    await (await reopen()).start({ play });
    await eventually(() => expect(played.toSorted()).toEqual(AWKWARD_IDS.toSorted()));
  });
}

function restarts(use: Use): void {
  it("runs what waited when the process died, once", async () => {
    const { queue, reopen } = use();
    const { ran, start, pass } = worker();
    await queue.add([job("a"), job("b")]);
    await queue.add([job("b"), job("c")]);
    await start(await reopen());
    await eventually(() => expect(ran.toSorted()).toEqual(["a", "b", "c"]));
    await pass();
    expect(ran).toHaveLength(3);
  });

  it("runs delayed jobs at their times after a restart", async () => {
    const { queue, clock, reopen } = use();
    const { ran, start, pass } = worker();
    await start(queue);
    await queue.add([job("a", clock.now() + HOUR_MS)]);
    await queue.add([job("b", clock.now() + 2 * HOUR_MS)]);
    await start(await reopen());
    await clock.advance(HOUR_MS - 1);
    await pass();
    expect(ran).toEqual([]);
    await clock.advance(1);
    await eventually(() => expect(ran).toEqual(["a"]));
    await clock.advance(HOUR_MS);
    await eventually(() => expect(ran).toEqual(["a", "b"]));
  });

  it("lets the earlier time count after a restart", async () => {
    const { queue, clock, reopen } = use();
    const { ran, start, pass } = worker();
    const startedAt = clock.now();
    for (const hour of [2, 1, 3]) await queue.add([job("a", startedAt + hour * HOUR_MS)]);
    await start(await reopen());
    await clock.advance(HOUR_MS);
    await eventually(() => expect(ran).toEqual(["a"]));
    await clock.advance(5 * HOUR_MS);
    await pass();
    expect(ran).toEqual(["a"]);
  });

  it("runs what was running when the process died, and what was added meanwhile", async () => {
    const { queue, reopen } = use();
    const { ran, start, gate } = gatedWorker();
    await start(queue);
    await queue.add([job("a")]);
    await eventually(() => expect(ran).toEqual(["a"]));
    await queue.add([job("a"), job("b")]);

    const next = worker();
    await next.start(await reopen());
    await eventually(() => expect(next.ran.toSorted()).toEqual(["a", "b"]));
    gate.resolve();
  });

  it("runs what paused or was to run again when the process died", async () => {
    const { queue, clock, reopen } = use();
    const { ran, start, pass } = worker(async (id) => {
      if (id === "failed") throw new Error("Not today.");
      return { again: clock.now() + HOUR_MS };
    });
    await start(queue);
    await queue.add([job("failed"), job("repeated")]);
    await eventually(() => expect(ran).toHaveLength(2));
    await pass();

    const next = worker();
    await next.start(await reopen());
    await clock.advance(HOUR_MS);
    await eventually(() => expect(next.ran.toSorted()).toEqual(["failed", "repeated"]));
  });

  it("takes a job it was left for the same as one that is added", async () => {
    const { queue, clock, reopen } = use();
    const { ran, start, pass } = worker();
    await queue.add([job("a", clock.now() + HOUR_MS)]);
    const next = await reopen();
    await start(next);
    await next.add([job("a", clock.now() + 2 * HOUR_MS)]);
    await clock.advance(HOUR_MS);
    await eventually(() => expect(ran).toEqual(["a"]));
    await clock.advance(2 * HOUR_MS);
    await pass();
    expect(ran).toEqual(["a"]);
  });
}

function remains(use: Use): void {
  it("does not run again after a stop what had ended before, beside others that wait", async () => {
    const { queue, clock, reopen } = use();
    const { ran, start } = worker();
    const later = clock.now() + HOUR_MS;
    await queue.add([job("a"), job("b", later), job("c"), job("d", later)]);
    await start(queue);
    await eventually(() => expect(ran.toSorted()).toEqual(["a", "c"]));
    await queue.stop(clock.now() + HOUR_MS);

    const next = worker();
    await next.start(await reopen());
    await next.pass();
    expect(next.ran).toEqual([]);
    await clock.advance(HOUR_MS);
    await eventually(() => expect(next.ran.toSorted()).toEqual(["b", "d"]));
  });

  it("does not run again after a restart what had ended before", async () => {
    const { queue, countRecords, reopen } = use();
    const { ran, start } = worker();
    await start(queue);
    await queue.add(jobsOf(10));
    for (const each of jobsOf(10)) await queue.add([each]);
    await eventually(() => expect(new Set(ran).size).toBe(10));
    await eventually(async () => {
      expect(await countRecords()).toBeLessThanOrEqual(BOOKKEEPING_RECORDS);
    });
    const next = worker();
    await next.start(await reopen());
    await next.pass();
    expect(next.ran).toEqual([]);
  });

  it("keeps no more for itself from one restart to the next", async () => {
    const { queue, countRecords, reopen } = use();
    const { start, pass } = worker();
    await start(queue);
    await pass();
    for (let restart = 0; restart < 10; restart += 1) {
      await start(await reopen());
      await pass();
    }
    await eventually(async () => {
      expect(await countRecords()).toBeLessThanOrEqual(BOOKKEEPING_RECORDS);
    });
  });
}

function quantities(use: Use): void {
  it("runs each of 10,000 jobs exactly once, and nothing is left of them", async () => {
    const { queue, countRecords } = use();
    const { ran, start, pass } = worker(async () => {
      await nextTurn();
      return undefined;
    });
    await start(queue);
    const jobs = jobsOf(10_000);
    await queue.add(jobs.slice(0, 4_000));
    await Promise.all(jobs.slice(4_000, 8_000).map((each) => queue.add([each])));
    for (let from = 8_000; from < 10_000; from += 20) await queue.add(jobs.slice(from, from + 20));
    await eventually(() => expect(ran.length).toBeGreaterThanOrEqual(jobs.length));
    await pass();
    expect(ran.toSorted()).toEqual(idsOf(jobs));
    await eventually(async () => {
      expect(await countRecords()).toBeLessThanOrEqual(BOOKKEEPING_RECORDS);
    });
  });
}

function faults(use: Use): void {
  it("rejects with `store_unavailable` what it cannot keep, and forgets it", async () => {
    const { queue, clock, setDown, reopen } = use();
    const { ran, start, pass } = worker();
    await start(queue);
    await queue.add([job("before", clock.now() + HOUR_MS)]);
    setDown(true);
    await expect(queue.add([job("a"), job("b")])).rejects.toMatchObject({
      code: "store_unavailable",
    });
    setDown(false);
    await clock.advance(SECOND_MS);
    await pass();
    expect(ran).toEqual([]);

    await start(await reopen());
    await pass();
    expect(ran).toEqual([]);
    await clock.advance(HOUR_MS);
    await eventually(() => expect(ran).toEqual(["before"]));
  });

  it("takes a job that it could not keep before", async () => {
    const { queue, setDown } = use();
    const { ran, start, pass } = worker();
    setDown(true);
    const code = "store_unavailable";
    await expect(queue.add([job("a")])).rejects.toMatchObject({ code });
    setDown(false);
    await queue.add([job("a")]);
    await start(queue);
    await eventually(() => expect(ran).toEqual(["a"]));
    setDown(true);
    await expect(queue.add([job("b")])).rejects.toMatchObject({ code });
    setDown(false);
    await queue.add([job("b")]);
    await eventually(() => expect(ran).toEqual(["a", "b"]));
    await pass();
    expect(ran).toEqual(["a", "b"]);
  });

  it("leaves nothing behind of jobs that ended while the backend was down", async () => {
    const { queue, setDown, countRecords } = use();
    const { ran, start, pass, gate } = gatedWorker();
    await start(queue);
    for (const each of jobsOf(20)) await queue.add([each]);
    await eventually(() => expect(ran).toHaveLength(20));
    setDown(true);
    gate.resolve();
    for (let turn = 0; turn < 10; turn += 1) await nextTurn();
    setDown(false);
    await pass();
    await eventually(async () => {
      expect(await countRecords()).toBeLessThanOrEqual(BOOKKEEPING_RECORDS);
    });
  });
}

function ends(use: Use): void {
  it("takes no more jobs once it is stopped, and loses none", async () => {
    const { queue, clock, reopen } = use();
    const { ran, start } = worker();
    await start(queue);
    await queue.add([job("due", clock.now() + SECOND_MS)]);
    await queue.stop(clock.now() + HOUR_MS);
    await queue.add([job("late")]);
    await clock.advance(HOUR_MS);
    for (let turn = 0; turn < 10; turn += 1) await nextTurn();
    expect(ran).toEqual([]);

    await start(await reopen());
    await eventually(() => expect(ran.toSorted()).toEqual(["due", "late"]));
  });

  it("waits for the jobs that run, and starts none in their place", async () => {
    const { queue, clock } = use();
    const { ran, start, gate } = gatedWorker();
    await start(queue);
    await queue.add([job("a"), job("b")]);
    await eventually(() => expect(ran).toHaveLength(2));
    await queue.add([job("a")]);

    const stopped = observe(queue.stop(clock.now() + HOUR_MS));
    await clock.advance(SECOND_MS);
    expect(stopped.isSettled()).toBe(false);
    gate.resolve();
    await eventually(() => expect(stopped.isSettled()).toBe(true));
    await clock.advance(2 * HOUR_MS);
    expect(ran).toHaveLength(2);
  });

  it("gives up waiting at the deadline", async () => {
    const { queue, clock } = use();
    const { ran, start, gate } = gatedWorker();
    await start(queue);
    await queue.add([job("a")]);
    await eventually(() => expect(ran).toEqual(["a"]));

    const stopped = observe(queue.stop(clock.now() + 10 * SECOND_MS));
    await clock.advance(10 * SECOND_MS - 1);
    expect(stopped.isSettled()).toBe(false);
    await clock.advance(1);
    await eventually(() => expect(stopped.isSettled()).toBe(true));
    gate.resolve();
  });

  it("stops at once when nothing runs, started or not", async () => {
    const { queue, clock, reopen } = use();
    await queue.stop(clock.now() + HOUR_MS);
    const next = await reopen();
    const { start, pass } = worker();
    await start(next);
    await pass();
    await next.stop(clock.now() + HOUR_MS);
  });
}

interface Worker {
  /** The ids that have begun to run, in order. */
  readonly ran: readonly string[];
  readonly work: JobHandler;
  /** Starts a queue with a handler for `work`, and others. */
  readonly start: (queue: Queue, others?: JobHandlers) => Promise<void>;
  /** Resolves when a new job of kind `work` has made its way through the queue started last. */
  readonly pass: () => Promise<void>;
}

const MARK = "contract-mark.";

function worker(behave: JobHandler = async () => undefined): Worker {
  const ran: string[] = [];
  const seen = new Set<string>();
  let started: Queue | undefined;
  let marks = 0;

  const work: JobHandler = async (id) => {
    if (id.startsWith(MARK)) {
      seen.add(id);
      return undefined;
    }
    ran.push(id);
    return behave(id);
  };

  return {
    ran,
    work,
    async start(queue, others = {}) {
      started = queue;
      await queue.start({ work, ...others });
    },
    async pass() {
      marks += 1;
      const id = `${MARK}${marks}`;
      await started?.add([job(id)]);
      await eventually(() => expect(seen).toContain(id));
      await nextTurn();
    },
  };
}

/** Also counts how often a job runs at the same time. */
function countedWorker(behave: JobHandler) {
  const running = new Map<string, number>();
  const peaks = new Map<string, number>();
  const count = (id: string, step: number) => {
    const now = (running.get(id) ?? 0) + step;
    running.set(id, now);
    peaks.set(id, Math.max(peaks.get(id) ?? 0, now));
  };
  const counted = worker(async (id) => {
    count(id, 1);
    try {
      return await behave(id);
    } finally {
      count(id, -1);
    }
  });
  return { ...counted, peak: (id: string) => peaks.get(id) ?? 0 };
}

/** Its jobs do not end before the gate is resolved. */
function gatedWorker() {
  const gate = Promise.withResolvers<void>();
  const gated = countedWorker(async () => {
    await gate.promise;
    return undefined;
  });
  return { ...gated, gate };
}

function job(id: string, runAt?: number): Job {
  return { kind: "work", id, ...(runAt !== undefined && { runAt }) };
}

/** Jobs in the order of their ids. */
function jobsOf(count: number): readonly Job[] {
  return Array.from({ length: count }, (_, index) => job(String(index).padStart(6, "0")));
}

function idsOf(jobs: readonly Job[]): readonly string[] {
  return jobs.map(({ id }) => id);
}

function observe(promise: Promise<void>) {
  let settled = false;
  promise.finally(() => {
    settled = true;
  });
  return { isSettled: () => settled };
}

function eventually(check: () => void | Promise<void>): Promise<void> {
  return vi.waitFor(check, POLLING);
}
