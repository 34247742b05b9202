import type { Clock } from "../clock.ts";
import type { Logger } from "../logger.ts";
import type { JobPages } from "./job-pages.ts";
import type { FilledPage, JobPage, TimedJob } from "./kept-job.ts";
import { nameIndex, type Place } from "./name-index.ts";
import { earliestOf, type Schedule, schedule } from "./schedule.ts";

/** Pages that are due are read so many at a time. */
const PAGES_PER_LOAD = 4;
/** Pages with fewer jobs are put together, */
const SMALL_PAGE_JOBS = 64;
/** once there are so many of them. */
const SMALL_PAGES = 256;
const RETRY_MS = 1_000;

/** A page that waits for its first job. */
interface Ticket {
  readonly page: JobPage;
  readonly kind: string;
  readonly runAt: number;
}

export interface ParkedJobsParts {
  readonly pages: JobPages;
  readonly clock: Clock;
  readonly logger: Logger;
  /** A page of that kind has become due. */
  readonly wake: (kind: string) => void;
  /** A page holds jobs that do not wait there any more. */
  readonly touch: (page: JobPage) => void;
}

/** Jobs that wait on pages alone: of each we know the hash of its name, its time and its page. */
export interface ParkedJobs {
  find(name: string): Place | undefined;
  /** Whether pages of that kind have ever waited here. */
  has(kind: string): boolean;
  /** How many wait here, and when the first page of all is due. */
  backlog(): { readonly waiting: number; readonly earliest: number };
  /** When the first page of a kind is due. */
  next(kind: string): number;
  park(filled: FilledPage): void;
  /** The job of that name waits somewhere else, or not at all. */
  forget(name: string): void;
  /** Reads pages that are due; they stay parked no longer, whatever becomes of them. */
  load(kind: string): Promise<readonly FilledPage[]>;
  /** The jobs of a loaded page that still wait there; they are in the caller's hands now. */
  unpark(filled: FilledPage): readonly TimedJob[];
  /** Writes loaded pages anew, in order, jobs up to `splitAt` apart from later ones. */
  merge(filled: readonly FilledPage[], splitAt: number): Promise<void>;
  /** Writes parked pages anew, without the jobs that do not wait there. */
  rewrite(pages: readonly JobPage[]): Promise<void>;
  stop(): void;
}

interface ParkedState extends ParkedJobsParts {
  readonly index: ReturnType<typeof nameIndex>;
  readonly lanes: Map<string, Schedule<Ticket>>;
  readonly tickets: Map<number, Ticket>;
  readonly small: Map<string, Set<JobPage>>;
}

/** Opens a place without jobs. */
export function parkedJobs(parts: ParkedJobsParts): ParkedJobs {
  const index = nameIndex(parts.clock.now());
  const state = { ...parts, index, lanes: new Map(), tickets: new Map(), small: new Map() };
  return {
    find: index.find,
    has: (kind) => state.lanes.has(kind),
    backlog: () => ({ waiting: index.size, earliest: earliestOf(state.lanes.values()) }),
    next: (kind) => state.lanes.get(kind)?.next() ?? Number.POSITIVE_INFINITY,
    park: (filled) => park(state, filled),
    forget: (name) => forget(state, name),
    load: (kind) => load(state, kind),
    unpark: (filled) => unpark(state, filled),
    merge: (filled, splitAt) => merge(state, filled, splitAt),
    rewrite: (pages) => rewrite(state, pages),
    stop() {
      for (const lane of state.lanes.values()) lane.stop();
    },
  };
}

function park(state: ParkedState, { page, jobs }: FilledPage): void {
  const [first] = jobs;
  if (!first) {
    state.pages.close(page);
    return;
  }
  for (const job of jobs) state.index.set(job.name, { runAt: job.runAt, ref: page.ref });
  page.parked = true;
  issue(state, { page, kind: first.kind, runAt: first.runAt });
  if (jobs.length < SMALL_PAGE_JOBS) noteSmall(state, first.kind, page);
}

function issue(state: ParkedState, ticket: Ticket): void {
  state.tickets.set(ticket.page.ref, ticket);
  laneOf(state, ticket.kind).add(ticket);
}

function laneOf(state: ParkedState, kind: string): Schedule<Ticket> {
  const known = state.lanes.get(kind);
  if (known) return known;
  const lane = schedule<Ticket>(state.clock, () => state.wake(kind));
  state.lanes.set(kind, lane);
  return lane;
}

function noteSmall(state: ParkedState, kind: string, page: JobPage): void {
  const small = state.small.get(kind) ?? new Set();
  state.small.set(kind, small.add(page));
  if (small.size < SMALL_PAGES) return;
  state.small.delete(kind);
  rewrite(state, [...small]).catch((error) => {
    state.logger.warn({ error, kind }, "small pages of jobs could not be put together");
  });
}

function forget({ index, tickets, touch }: ParkedState, name: string): void {
  const place = index.find(name);
  if (!place) return;
  index.delete(name);
  const ticket = tickets.get(place.ref);
  if (ticket) touch(ticket.page);
}

async function load(state: ParkedState, kind: string): Promise<readonly FilledPage[]> {
  const lane = laneOf(state, kind);
  const claimed: Ticket[] = [];
  for (let ticket = lane.take(); ticket; ticket = lane.take()) {
    state.tickets.delete(ticket.page.ref);
    state.small.get(kind)?.delete(ticket.page);
    claimed.push(ticket);
    if (claimed.length === PAGES_PER_LOAD) break;
  }
  return withTickets(state, claimed, () => readAll(state, claimed));
}

/** Whatever fails, the pages stay parked, for a while at least. */
async function withTickets<Result>(
  state: ParkedState,
  tickets: readonly Ticket[],
  task: () => Promise<Result>,
): Promise<Result> {
  try {
    return await task();
  } catch (error) {
    const retryAt = state.clock.now() + RETRY_MS;
    for (const each of tickets) issue(state, { ...each, runAt: Math.max(each.runAt, retryAt) });
    throw error;
  }
}

function readAll(state: ParkedState, tickets: readonly Ticket[]): Promise<readonly FilledPage[]> {
  return Promise.all(tickets.map(({ page }) => state.pages.read(page)));
}

function waiting({ index }: ParkedState, { page, jobs }: FilledPage): readonly TimedJob[] {
  return jobs.filter((job) => index.find(job.name)?.ref === page.ref);
}

function unpark(state: ParkedState, filled: FilledPage): readonly TimedJob[] {
  const jobs = waiting(state, filled);
  for (const job of jobs) state.index.delete(job.name);
  filled.page.parked = false;
  if (jobs.length === 0) state.pages.close(filled.page);
  else if (jobs.length < filled.jobs.length) state.touch(filled.page);
  return jobs;
}

async function rewrite(state: ParkedState, pages: readonly JobPage[]): Promise<void> {
  const claimed = pages.flatMap(({ ref }) => state.tickets.get(ref) ?? []);
  for (const ticket of claimed) {
    state.tickets.delete(ticket.page.ref);
    state.small.get(ticket.kind)?.delete(ticket.page);
    laneOf(state, ticket.kind).remove(ticket);
  }
  const filled = await withTickets(state, claimed, () => readAll(state, claimed));
  await merge(state, filled, 0);
}

/** What is superseded meanwhile is found by its page in the index, which is another one then. */
async function merge(
  state: ParkedState,
  filled: readonly FilledPage[],
  splitAt: number,
): Promise<void> {
  const former = new Set(filled.map(({ page }) => page.ref));
  const jobs = filled.flatMap((each) => waiting(state, each));
  const tickets = filled.flatMap(({ page, jobs: [first] }) =>
    first ? [{ page, kind: first.kind, runAt: first.runAt }] : [],
  );
  const keep = async () => (jobs.length > 0 ? state.pages.keep(jobs, splitAt) : []);
  for (const { page, jobs } of await withTickets(state, tickets, keep)) {
    const still = jobs.filter((job) => former.has(state.index.find(job.name)?.ref ?? 0));
    park(state, { page, jobs: still });
    if (still.length < jobs.length) state.touch(page);
  }
  for (const { page } of filled) state.pages.close(page);
}
