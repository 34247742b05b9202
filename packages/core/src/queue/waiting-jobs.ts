import type { Clock } from "../clock.ts";
import type { JobPages } from "./job-pages.ts";
import { type FilledPage, type KeptJob, type TimedJob, toKept } from "./kept-job.ts";
import type { ParkedJobs } from "./parked-jobs.ts";
import type { QueueBacklog } from "./queue.ts";
import { earliestOf, type Schedule, schedule } from "./schedule.ts";
import type { Tidying } from "./tidying.ts";

/** So many jobs wait in memory, at some 300 bytes; the others are parked, at some 30. */
const JOBS_IN_MEMORY = 32_768;
/** A job that is due this soon comes into memory with the others of its page. */
const NEAR_MS = 5_000;

export interface WaitingJobsParts {
  readonly clock: Clock;
  readonly pages: JobPages;
  readonly parked: ParkedJobs;
  readonly tidying: Tidying;
  /** Something of that kind has become due. */
  readonly wake: (kind: string) => void;
}

/** Which jobs wait, and which run: one of a name at most of each. */
export interface WaitingJobs {
  /** Whether a job of that name waits, and is due no later. */
  has(job: TimedJob): boolean;
  /** Whether there is room in memory for a job, and `more` of them. */
  hasRoom(job: TimedJob, more: number): boolean;
  /** Takes in a job: of two with one name the earlier one waits, the other is as good as done. */
  wait(job: KeptJob): void;
  /** Takes in the jobs of a page, into memory if there is room. */
  place(filled: FilledPage): void;
  /** The earliest that is due runs now. */
  take(kind: string): KeptJob | undefined;
  /** It runs no longer. */
  ended(job: KeptJob): void;
  /** It is done. */
  release(job: KeptJob): void;
  backlog(): QueueBacklog;
  /** Brings what is due from parked pages into memory. Resolves to whether there was something. */
  load(kind: string): Promise<boolean>;
  stop(): void;
}

interface WaitingState extends WaitingJobsParts {
  readonly waiting: Map<string, KeptJob>;
  readonly running: Set<string>;
  readonly lanes: Map<string, Schedule<KeptJob>>;
}

/** Nothing waits yet. */
export function waitingJobs(parts: WaitingJobsParts): WaitingJobs {
  const jobs: WaitingState = {
    ...parts,
    waiting: new Map(),
    running: new Set(),
    lanes: new Map(),
  };
  return {
    has: (job) => has(jobs, job),
    hasRoom: (job, more) => hasRoom(jobs, job, more),
    wait: (job) => wait(jobs, job),
    place: (filled) => place(jobs, filled),
    take: (kind) => take(jobs, kind),
    ended(job) {
      jobs.running.delete(job.name);
      const next = jobs.waiting.get(job.name);
      if (next) laneOf(jobs, next.kind).add(next);
    },
    release: (job) => release(jobs, job),
    backlog: () => backlog(jobs),
    load: (kind) => load(jobs, kind),
    stop() {
      for (const lane of jobs.lanes.values()) lane.stop();
      parts.parked.stop();
    },
  };
}

function backlog({ waiting, parked, lanes }: WaitingState): QueueBacklog {
  const elsewhere = parked.backlog();
  const earliestAt = Math.min(earliestOf(lanes.values()), elsewhere.earliest);
  return {
    waiting: waiting.size + elsewhere.waiting,
    earliestAt: Number.isFinite(earliestAt) ? earliestAt : null,
  };
}

function has({ waiting, parked }: WaitingState, job: TimedJob): boolean {
  const same = waiting.get(job.name) ?? parked.find(job.name);
  return isAsEarly(same, job);
}

function isAsEarly(same: { readonly runAt: number } | undefined, job: TimedJob): boolean {
  return same !== undefined && same.runAt <= job.runAt;
}

/** Whatever is due later than something parked has to wait behind it, or that would never come. */
function hasRoom({ waiting, parked }: WaitingState, job: TimedJob, more: number): boolean {
  return waiting.size + more < JOBS_IN_MEMORY && job.runAt < parked.next(job.kind);
}

function place(jobs: WaitingState, filled: FilledPage): void {
  const [first] = filled.jobs;
  if (first && hasRoom(jobs, first, filled.jobs.length)) enter(jobs, filled);
  else park(jobs, filled);
}

/** Equal names on one page meet as well, so all of them belong to it before the first waits. */
function enter(jobs: WaitingState, { page, jobs: entering }: FilledPage): void {
  const kept = entering.map((job) => toKept(job, page));
  for (const job of kept) page.jobs.add(job);
  for (const job of kept) wait(jobs, job);
}

function park(jobs: WaitingState, { page, jobs: arriving }: FilledPage): void {
  const parking = new Map<string, TimedJob>();
  for (const job of arriving) {
    const { name } = job;
    if (parking.has(name) || has(jobs, job)) continue;
    parking.set(name, job);
    jobs.parked.forget(name);
    const same = jobs.waiting.get(name);
    if (same) withdraw(jobs, same);
  }
  jobs.parked.park({ page, jobs: [...parking.values()] });
  if (parking.size < arriving.length) jobs.tidying.touch(page);
}

function wait(jobs: WaitingState, job: KeptJob): void {
  const { name } = job;
  const same = jobs.waiting.get(name);
  const parked = jobs.parked.find(name);
  if (isAsEarly(same ?? parked, job)) {
    release(jobs, job);
    return;
  }
  if (parked) jobs.parked.forget(name);
  if (same) withdraw(jobs, same);
  jobs.waiting.set(name, job);
  // Of one that runs, the turn comes when that has ended.
  if (!jobs.running.has(name)) laneOf(jobs, job.kind).add(job);
}

function withdraw(jobs: WaitingState, job: KeptJob): void {
  jobs.waiting.delete(job.name);
  if (!jobs.running.has(job.name)) laneOf(jobs, job.kind).remove(job);
  release(jobs, job);
}

function release({ pages, tidying }: WaitingState, job: KeptJob): void {
  if (!job.page) return;
  pages.release(job);
  if (!job.page.closed) tidying.touch(job.page);
}

function laneOf(jobs: WaitingState, kind: string): Schedule<KeptJob> {
  const known = jobs.lanes.get(kind);
  if (known) return known;
  const lane = schedule<KeptJob>(jobs.clock, () => jobs.wake(kind));
  jobs.lanes.set(kind, lane);
  return lane;
}

function take(jobs: WaitingState, kind: string): KeptJob | undefined {
  const job = laneOf(jobs, kind).take();
  if (!job) return undefined;
  jobs.waiting.delete(job.name);
  jobs.running.add(job.name);
  return job;
}

/** Pages with jobs that are due later are split, unless there is room for all. */
async function load(jobs: WaitingState, kind: string): Promise<boolean> {
  const loaded = await jobs.parked.load(kind);
  const nearUntil = jobs.clock.now() + NEAR_MS;
  const entersWhole = ({ jobs: [...all] }: FilledPage) =>
    jobs.waiting.size + all.length <= JOBS_IN_MEMORY || (all.at(-1)?.runAt ?? 0) <= nearUntil;
  const split: FilledPage[] = [];
  for (const filled of loaded) {
    if (entersWhole(filled)) enter(jobs, { ...filled, jobs: jobs.parked.unpark(filled) });
    else split.push(filled);
  }
  if (split.length > 0) await jobs.parked.merge(split, nearUntil);
  return loaded.length > 0;
}
