import type { Clock } from "../clock.ts";
import type { Logger } from "../logger.ts";
import { commitStaged, type Log, type LogParts, openLog, type PageId } from "../store/log.ts";
import { type JobPage, type KeptJob, toKept } from "./kept-job.ts";
import type { Job } from "./queue.ts";

/**
 * A page is old once this many younger ones have come, and four times as many as are open. A log
 * reaches from its oldest page to its youngest, and a start reads all of it: a job that waits for a
 * day must not keep the whole day in reach.
 */
const OLD_AFTER_PAGES = 1_024;
const OLD_AFTER_PAGES_PER_OPEN_PAGE = 4;

/** The log they are on, the time of jobs that name none, and where trouble in tidying up is told. */
export interface JobPagesParts extends LogParts {
  readonly clock: Clock;
  readonly logger: Logger;
}

/** The jobs of this process, and those an earlier one left, on pages of a log. */
export interface JobPages {
  /** Durable when it resolves. @throws {Failure} `store_unavailable`; none of them is kept then. */
  keep(jobs: readonly Job[]): Promise<readonly KeptJob[]>;
  /** In memory only. */
  hold(jobs: readonly Job[]): readonly KeptJob[];
  /** The job is done; its page goes with its last one. */
  release(job: KeptJob): void;
  /** What earlier processes left; nothing the second time. */
  recover(): Promise<readonly KeptJob[]>;
}

interface PagesState extends JobPagesParts {
  readonly log: Log<Job>;
  /** A chain of pages, by age. One whose jobs are done drops out when it has become the oldest. */
  oldest: JobPage | undefined;
  youngest: JobPage | undefined;
  linked: number;
  /** How many pages have jobs that are not done. */
  open: number;
  unremoved: readonly PageId[];
  recovered: boolean;
}

/** Opens the one object a process has for them. */
export function openJobPages(parts: JobPagesParts): JobPages {
  const pages: PagesState = {
    ...parts,
    log: openLog<Job>(parts, "jobs"),
    oldest: undefined,
    youngest: undefined,
    linked: 0,
    open: 0,
    unremoved: [],
    recovered: false,
  };
  return {
    keep: (jobs) => keep(pages, jobs),
    hold: (jobs) => toKept(jobs, pages.clock.now(), undefined),
    release: (job) => release(pages, job),
    recover: () => recover(pages),
  };
}

async function keep(pages: PagesState, jobs: readonly Job[]): Promise<readonly KeptJob[]> {
  await pages.log.join();
  for (let old = takeOld(pages); old; old = takeOld(pages)) void carry(pages, old);
  const id = await write(pages, jobs);
  return put(pages, openPage(pages, id), jobs);
}

async function write(pages: PagesState, jobs: readonly Job[]): Promise<PageId> {
  const staged = pages.log.stage(jobs);
  try {
    await commitStaged(pages.store, { guards: [], writes: [] }, [staged]);
  } catch (error) {
    remove(pages, [staged.page]); // nobody knows whether it has landed
    throw error;
  }
  return staged.page;
}

/** Our own pages are in memory already, as far as their jobs are not done. */
async function recover(pages: PagesState): Promise<readonly KeptJob[]> {
  if (pages.recovered) return [];
  const left = new Map<PageId, readonly Job[]>();
  for (const id of await pages.log.pages()) {
    if (id.startsWith(`${pages.writer}.`)) continue;
    left.set(id, (await pages.log.read(id))?.value ?? []);
  }
  pages.recovered = true;
  return [...left].flatMap(([id, jobs]) => {
    if (jobs.length > 0) return put(pages, openPage(pages, id), jobs);
    remove(pages, [id]);
    return [];
  });
}

function openPage(pages: PagesState, id: PageId): JobPage {
  const page: JobPage = { id, jobs: new Set(), ordinal: 0, next: undefined };
  link(pages, page);
  pages.open += 1;
  return page;
}

function link(pages: PagesState, page: JobPage): void {
  page.next = undefined;
  page.ordinal = pages.linked;
  if (pages.oldest && pages.youngest) pages.youngest.next = page;
  else pages.oldest = page;
  pages.youngest = page;
  pages.linked += 1;
}

function put(pages: PagesState, page: JobPage, jobs: readonly Job[]): readonly KeptJob[] {
  const kept = toKept(jobs, pages.clock.now(), page);
  for (const job of kept) page.jobs.add(job);
  return kept;
}

/** Unlinks the oldest page if it is old. */
function takeOld(pages: PagesState): JobPage | undefined {
  while (pages.oldest?.jobs.size === 0) pages.oldest = pages.oldest.next;
  const { oldest, linked, open } = pages;
  const oldAfter = Math.max(OLD_AFTER_PAGES, OLD_AFTER_PAGES_PER_OPEN_PAGE * open);
  if (!oldest || linked - oldest.ordinal <= oldAfter) return undefined;
  pages.oldest = oldest.next;
  return oldest;
}

/** Moves the jobs of an old page to a new one. */
async function carry(pages: PagesState, old: JobPage): Promise<void> {
  try {
    const jobs = [...old.jobs].map(({ kind, id, runAt }) => ({ kind, id, runAt }));
    const page = openPage(pages, await write(pages, jobs));
    for (const job of old.jobs) move(pages, job, page);
    if (page.jobs.size === 0) close(pages, page);
  } catch (error) {
    link(pages, old);
    pages.logger.warn({ error, page: old.id }, "an old page of jobs could not be carried on");
  }
}

function move(pages: PagesState, job: KeptJob, page: JobPage): void {
  release(pages, job);
  job.page = page;
  page.jobs.add(job);
}

function release(pages: PagesState, job: KeptJob): void {
  const { page } = job;
  if (!page) return;
  page.jobs.delete(job);
  if (page.jobs.size === 0) close(pages, page);
}

function close(pages: PagesState, page: JobPage): void {
  pages.open -= 1;
  remove(pages, [page.id]);
}

/** Only tidying up: what fails is tried again after the next removal that works. */
function remove(pages: PagesState, ids: readonly PageId[]): void {
  const writes = ids.flatMap((id) => pages.log.removing(id));
  pages.store.commit({ guards: [], writes }).then(
    () => {
      const again = pages.unremoved;
      pages.unremoved = [];
      if (again.length > 0) remove(pages, again);
    },
    (error) => {
      pages.unremoved = [...pages.unremoved, ...ids];
      pages.logger.warn({ error, pages: ids }, "finished pages of jobs could not be removed");
    },
  );
}
