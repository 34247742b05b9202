import { byDeadline } from "../by-deadline.ts";
import { type JobPages, type JobPagesParts, openJobPages } from "./job-pages.ts";
import { type JobPage, type KeptJob, type TimedJob, toKept, toTimed } from "./kept-job.ts";
import { type ParkedJobs, parkedJobs } from "./parked-jobs.ts";
import type { Job, JobHandlers, Queue } from "./queue.ts";
import { type Tidying, tidying } from "./tidying.ts";
import { type WaitingJobs, waitingJobs } from "./waiting-jobs.ts";

/** How many jobs of one kind run at once, unless the start says so: delivery mostly waits. */
const CONCURRENCY: Readonly<Record<string, number>> = { drain: 1_024 };
const DEFAULT_CONCURRENCY = 32;
const FIRST_PAUSE_MS = 1_000;
const LONGEST_PAUSE_MS = 60_000;

/** What a local queue is made of; its writer is a new one at each start. */
export type LocalQueueParts = JobPagesParts;

interface QueueState extends LocalQueueParts {
  readonly pages: JobPages;
  readonly parked: ParkedJobs;
  readonly tidying: Tidying;
  readonly jobs: WaitingJobs;
  readonly lanes: Map<string, Lane>;
  handlers: JobHandlers;
  running: number;
  /** What waits until nothing runs. */
  whenIdle: (() => void)[];
  /** Changes with each start and stop. */
  phase: number;
}

/** The jobs of one kind. */
interface Lane {
  readonly kind: string;
  width: number;
  running: number;
  isLoading: boolean;
}

/**
 * A queue for one process, durable on the store: jobs wait in pages, a page goes when its last job
 * is done, and the next start reads what is left. Jobs that are swept wait in memory while there is
 * room. Without a crash nothing runs twice. After one, what was running runs again, and what ended in
 * the last second or since the store last took a change.
 */
export function localQueue(parts: LocalQueueParts): Queue {
  const queue = openQueue(parts);
  return {
    atomicity: "process",
    add: (jobs) => add(queue, jobs),
    backlog: async () => queue.jobs.backlog(),
    start: (handlers, atOnce) => start(queue, handlers, atOnce),
    stop: (deadline) => stop(queue, deadline),
  };
}

function openQueue(parts: LocalQueueParts): QueueState {
  const wake = (kind: string) => pump(queue, kind);
  const pages = openJobPages(parts);
  const tidy = tidying(parts, (untidy) => tidyUp(queue, untidy));
  const parked = parkedJobs({ ...parts, pages, wake, touch: tidy.touch });
  const jobs = waitingJobs({ ...parts, pages, parked, tidying: tidy, wake });
  const state = { lanes: new Map<string, Lane>(), handlers: {}, running: 0, phase: 0 };
  const queue: QueueState = {
    ...parts,
    ...state,
    whenIdle: [],
    pages,
    parked,
    jobs,
    tidying: tidy,
  };
  return queue;
}

async function add(queue: QueueState, added: readonly Job[]): Promise<void> {
  const now = queue.clock.now();
  const held: KeptJob[] = [];
  const lasting: TimedJob[] = [];
  for (const each of added) {
    const job = toTimed(each, now);
    if (queue.jobs.has(job)) continue;
    if (each.swept && queue.jobs.hasRoom(job, held.length)) held.push(toKept(job));
    else lasting.push(job);
  }
  const filled = lasting.length > 0 ? await queue.pages.keep(lasting) : [];
  for (const job of held) queue.jobs.wait(job);
  for (const page of filled) queue.jobs.place(page);
  for (const kind of new Set(added.map((job) => job.kind))) pump(queue, kind);
  for (let old = queue.pages.takeOld(); old; old = queue.pages.takeOld()) carry(queue, old);
}

/** What was left is known before the first job runs, so that equal ones meet. */
async function start(
  queue: QueueState,
  handlers: JobHandlers,
  atOnce: Readonly<Record<string, number>> = {},
): Promise<void> {
  queue.phase += 1;
  const { phase } = queue;
  await queue.pages.recover((filled) => {
    queue.jobs.place(filled);
    for (const { kind } of filled.jobs) laneOf(queue, kind);
  });
  if (queue.phase !== phase) return;
  queue.handlers = handlers;
  for (const [kind, width] of Object.entries(atOnce)) laneOf(queue, kind).width = width;
  for (const kind of queue.lanes.keys()) pump(queue, kind);
}

function laneOf(queue: QueueState, kind: string): Lane {
  const known = queue.lanes.get(kind);
  if (known) return known;
  const width = CONCURRENCY[kind] ?? DEFAULT_CONCURRENCY;
  const lane: Lane = { kind, width, running: 0, isLoading: false };
  queue.lanes.set(kind, lane);
  return lane;
}

/** Starts what is due, as far as the lane is wide. A handler may stop the queue while it does. */
function pump(queue: QueueState, kind: string): void {
  const lane = laneOf(queue, kind);
  for (let job = next(queue, lane); job; job = next(queue, lane)) void run(queue, lane, job);
}

function next(queue: QueueState, lane: Lane): KeptJob | undefined {
  if (!queue.handlers[lane.kind] || lane.running >= lane.width) return undefined;
  const job = queue.jobs.take(lane.kind);
  if (!job && queue.parked.has(lane.kind)) void load(queue, lane);
  return job;
}

async function load(queue: QueueState, lane: Lane): Promise<void> {
  if (lane.isLoading) return;
  lane.isLoading = true;
  const found = await queue.jobs.load(lane.kind).catch((error) => {
    queue.logger.warn({ error, kind: lane.kind }, "pages of jobs could not be read");
    return false;
  });
  lane.isLoading = false;
  if (found) pump(queue, lane.kind);
}

async function run(queue: QueueState, lane: Lane, job: KeptJob): Promise<void> {
  queue.running += 1;
  lane.running += 1;
  await perform(queue, job);
  queue.running -= 1;
  lane.running -= 1;
  queue.jobs.ended(job);
  if (queue.running === 0) for (const resolve of queue.whenIdle.splice(0)) resolve();
  pump(queue, job.kind);
}

/** Never rejects: what fails waits again, longer each time. */
async function perform(queue: QueueState, job: KeptJob): Promise<void> {
  try {
    const outcome = await queue.handlers[job.kind]?.(job.id);
    if (!outcome) return queue.jobs.release(job);
    job.runAt = outcome.again;
    job.failures = 0;
  } catch (error) {
    const pauseMs = Math.min(FIRST_PAUSE_MS * 2 ** job.failures, LONGEST_PAUSE_MS);
    job.runAt = queue.clock.now() + pauseMs;
    job.failures += 1;
    queue.logger.warn({ error, kind: job.kind, id: job.id, pauseMs }, "a job failed");
  }
  if (job.page) queue.tidying.touch(job.page);
  queue.jobs.wait(job);
}

function carry(queue: QueueState, old: JobPage): void {
  if (!old.parked) return void queue.pages.carry(old);
  queue.parked.rewrite([old]).catch((error) => {
    queue.logger.warn({ error, page: old.id }, "an old page of jobs could not be carried on");
  });
}

async function tidyUp(queue: QueueState, pages: readonly JobPage[]): Promise<void> {
  await queue.pages.trim(pages.filter(({ parked }) => !parked));
  await queue.parked.rewrite(pages.filter(({ parked }) => parked));
}

async function stop(queue: QueueState, deadline: number): Promise<void> {
  queue.phase += 1;
  queue.handlers = {};
  queue.jobs.stop();
  const ended = idle(queue).then(queue.tidying.now).then(queue.pages.settle);
  await byDeadline(queue.clock, deadline, ended);
}

function idle(queue: QueueState): Promise<void> {
  if (queue.running === 0) return Promise.resolve();
  return new Promise((resolve) => queue.whenIdle.push(resolve));
}
