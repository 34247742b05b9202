import { type JobPages, type JobPagesParts, openJobPages } from "./job-pages.ts";
import type { KeptJob } from "./kept-job.ts";
import type { Job, JobHandlers, Queue } from "./queue.ts";
import { type Schedule, schedule } from "./schedule.ts";

/** How many jobs of one kind run at once: delivery mostly waits, and the events of a page end together. */
const CONCURRENCY: Readonly<Record<string, number>> = { drain: 256, event: 128 };
const DEFAULT_CONCURRENCY = 32;
const FIRST_PAUSE_MS = 1_000;
const LONGEST_PAUSE_MS = 60_000;

/** What a local queue is made of; its writer is a new one at each start. */
export type LocalQueueParts = JobPagesParts;

interface QueueState extends LocalQueueParts {
  readonly pages: JobPages;
  readonly waiting: Map<string, KeptJob>;
  readonly running: Map<string, Promise<void>>;
  readonly lanes: Map<string, Lane>;
  handlers: JobHandlers;
}

/** The jobs of one kind. */
interface Lane {
  readonly due: Schedule<KeptJob>;
  running: number;
}

/**
 * A queue for one process, durable on the store: jobs wait in pages, a page goes when its last job
 * is done, and the next start reads what is left. Jobs that are swept wait in memory.
 */
export function localQueue(parts: LocalQueueParts): Queue {
  const queue: QueueState = {
    ...parts,
    pages: openJobPages(parts),
    waiting: new Map(),
    running: new Map(),
    lanes: new Map(),
    handlers: {},
  };
  return {
    atomicity: "process",
    add: (jobs) => add(queue, jobs),
    async start(handlers) {
      queue.handlers = handlers;
      admit(queue, await queue.pages.recover());
      for (const kind of queue.lanes.keys()) pump(queue, kind);
    },
    stop: (deadline) => stop(queue, deadline),
  };
}

async function add(queue: QueueState, jobs: readonly Job[]): Promise<void> {
  const now = queue.clock.now();
  const fresh = jobs.filter((job) => !waitsEarlyEnough(queue, job, job.runAt ?? now));
  if (fresh.length === 0) return;

  const lasting = fresh.filter(({ swept }) => !swept);
  const kept = lasting.length > 0 ? await queue.pages.keep(lasting) : [];
  admit(queue, [...queue.pages.hold(fresh.filter(({ swept }) => swept)), ...kept]);
}

function waitsEarlyEnough({ waiting }: QueueState, job: Job, runAt: number): boolean {
  const same = waiting.get(nameOf(job));
  return same !== undefined && same.runAt <= runAt;
}

/** All of them wait before the first one runs, so that equal ones meet. */
function admit(queue: QueueState, jobs: readonly KeptJob[]): void {
  for (const job of jobs) wait(queue, job);
  for (const kind of new Set(jobs.map((job) => job.kind))) pump(queue, kind);
}

/** One job per name waits: the earlier one. The other is as good as done. */
function wait(queue: QueueState, job: KeptJob): void {
  const name = nameOf(job);
  const same = queue.waiting.get(name);
  if (same && same.runAt <= job.runAt) {
    queue.pages.release(job);
    return;
  }
  if (same) queue.pages.release(same);
  queue.waiting.set(name, job);
  if (queue.running.has(name)) return; // its turn comes when that has ended
  const { due } = laneOf(queue, job.kind);
  if (same) due.remove(same);
  due.add(job);
}

function laneOf(queue: QueueState, kind: string): Lane {
  const known = queue.lanes.get(kind);
  if (known) return known;
  const lane = { due: schedule<KeptJob>(queue.clock, () => pump(queue, kind)), running: 0 };
  queue.lanes.set(kind, lane);
  return lane;
}

/** Starts what is due, as far as the lane is wide. A handler may stop the queue while it does. */
function pump(queue: QueueState, kind: string): void {
  const lane = laneOf(queue, kind);
  const width = CONCURRENCY[kind] ?? DEFAULT_CONCURRENCY;
  while (queue.handlers[kind] && lane.running < width) {
    const job = lane.due.take();
    if (!job) return;
    void run(queue, lane, job);
  }
}

async function run(queue: QueueState, lane: Lane, job: KeptJob): Promise<void> {
  const name = nameOf(job);
  const ended = Promise.withResolvers<void>();
  queue.waiting.delete(name);
  queue.running.set(name, ended.promise);
  lane.running += 1;
  await perform(queue, job);
  lane.running -= 1;
  queue.running.delete(name);
  ended.resolve();
  const next = queue.waiting.get(name);
  if (next) lane.due.add(next);
  pump(queue, job.kind);
}

/** Never rejects: what fails waits again, longer each time. */
async function perform(queue: QueueState, job: KeptJob): Promise<void> {
  try {
    const outcome = await queue.handlers[job.kind]?.(job.id);
    if (!outcome) return queue.pages.release(job);
    job.runAt = outcome.again;
    job.failures = 0;
  } catch (error) {
    const pauseMs = Math.min(FIRST_PAUSE_MS * 2 ** job.failures, LONGEST_PAUSE_MS);
    job.runAt = queue.clock.now() + pauseMs;
    job.failures += 1;
    queue.logger.warn({ error, kind: job.kind, id: job.id, pauseMs }, "a job failed");
  }
  wait(queue, job);
}

async function stop(queue: QueueState, deadline: number): Promise<void> {
  queue.handlers = {};
  for (const lane of queue.lanes.values()) lane.due.stop();
  const ended = Promise.all(queue.running.values());
  await new Promise<void>((resolve) => {
    const cancel = queue.clock.schedule(deadline, resolve);
    void ended.then(cancel).then(resolve);
  });
}

function nameOf({ kind, id }: { readonly kind: string; readonly id: string }): string {
  return `${kind}:${id}`;
}
