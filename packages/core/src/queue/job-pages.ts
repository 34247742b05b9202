import type { Clock } from "../clock.ts";
import type { Logger } from "../logger.ts";
import { NO_CHANGE } from "../store/joined.ts";
import { commitStaged, type Log, type LogParts, openLog, type PageId } from "../store/log.ts";
import {
  byTime,
  type FilledPage,
  type JobPage,
  type KeptJob,
  type StoredJob,
  type TimedJob,
  toStored,
  toTimed,
} from "./kept-job.ts";
import { type PageChain, pageChain } from "./page-chain.ts";
import { type PageRemoval, pageRemoval } from "./page-removal.ts";

/** A page of jobs is read back, and written anew, as a whole. */
const JOBS_PER_PAGE = 256;
/** Pages that are read together share a question to the store. */
const PAGES_PER_READ = 16;

/** The log they are on, and where trouble in tidying up is told. */
export interface JobPagesParts extends LogParts {
  readonly clock: Clock;
  readonly logger: Logger;
}

/** The jobs of this process, and those an earlier one left, on pages of a log. */
export interface JobPages {
  /**
   * Durable when it resolves. Jobs up to the instant `splitAt` share no page with later ones.
   *
   * @throws {Failure} `store_unavailable`; none of them is kept then.
   */
  keep(jobs: readonly TimedJob[], splitAt?: number): Promise<readonly FilledPage[]>;
  /** A page as it stands in the store, its finished jobs included as long as it is not trimmed. */
  read(page: JobPage): Promise<FilledPage>;
  /** The job is done; its page goes with its last one. */
  release(job: KeptJob): void;
  /** No job of the page waits any more. */
  close(page: JobPage): void;
  /** Writes pages without their finished jobs, all in one commit. Only for pages in memory. */
  trim(pages: readonly JobPage[]): Promise<void>;
  /** A page that has waited behind so many younger ones that it has to be written anew. */
  takeOld(): JobPage | undefined;
  /** Moves the jobs of a page in memory to a new one. */
  carry(old: JobPage): Promise<void>;
  /** Resolves when nothing is being removed. */
  settle(): Promise<void>;
  /** Hands over what earlier processes left; nothing twice, also when an attempt has failed. */
  recover(each: (filled: FilledPage) => void): Promise<void>;
}

interface PagesState extends JobPagesParts {
  readonly log: Log<StoredJob>;
  readonly chain: PageChain;
  readonly removal: PageRemoval;
  /** Pages of earlier processes that are not handed over yet; unknown before the first attempt. */
  former: readonly PageId[] | undefined;
}

/** Opens the one object a process has for them. */
export function openJobPages(parts: JobPagesParts): JobPages {
  const log = openLog<StoredJob>(parts, "jobs");
  const removal = pageRemoval({ ...parts, log });
  const pages: PagesState = { ...parts, log, removal, chain: pageChain(), former: undefined };
  return {
    keep: (jobs, splitAt = 0) => keep(pages, jobs, splitAt),
    read: (page) => read(pages, page),
    release: (job) => release(pages, job),
    close: (page) => close(pages, page),
    trim: (dirty) => trim(pages, dirty),
    takeOld: pages.chain.takeOld,
    carry: (old) => carry(pages, old),
    settle: removal.settle,
    recover: (each) => recover(pages, each),
  };
}

async function keep(
  pages: PagesState,
  jobs: readonly TimedJob[],
  splitAt: number,
): Promise<readonly FilledPage[]> {
  await pages.log.join();
  const filled = chunksOf(jobs, splitAt);
  const staged = filled.map((chunk) => pages.log.stage(chunk.map(toStored)));
  try {
    await commitStaged(pages.store, NO_CHANGE, staged);
  } catch (error) {
    pages.removal.remove(staged.map(({ page }) => page)); // nobody knows whether they have landed
    throw error;
  }
  return staged.map(({ page }, index) => ({
    page: pages.chain.link(page),
    jobs: filled[index] ?? [],
  }));
}

/** By kind, since a kind may have to wait alone, and by time, so that a page is read once. */
function chunksOf(jobs: readonly TimedJob[], splitAt: number): readonly (readonly TimedJob[])[] {
  if (jobs.length === 1) return [jobs];
  const groups = Map.groupBy(jobs, ({ kind, runAt }) => `${kind}:${runAt <= splitAt}`).values();
  return [...groups].flatMap((alike) => {
    const inOrder = alike.toSorted(byTime);
    const length = Math.ceil(inOrder.length / JOBS_PER_PAGE);
    const chunk = (_: unknown, index: number) =>
      inOrder.slice(index * JOBS_PER_PAGE, (index + 1) * JOBS_PER_PAGE);
    return Array.from({ length }, chunk);
  });
}

async function read(pages: PagesState, page: JobPage): Promise<FilledPage> {
  return { page, jobs: timed((await pages.log.read(page.id))?.value ?? []) };
}

function timed(jobs: readonly StoredJob[]): readonly TimedJob[] {
  return jobs.map((job) => toTimed(job, 0));
}

function release(pages: PagesState, job: KeptJob): void {
  const { page } = job;
  if (!page) return;
  page.jobs.delete(job);
  if (page.jobs.size === 0) close(pages, page);
}

function close(pages: PagesState, page: JobPage): void {
  if (page.closed) return;
  pages.chain.close(page);
  pages.removal.remove([page.id]);
}

async function trim({ store, log }: PagesState, dirty: readonly JobPage[]): Promise<void> {
  const open = dirty.filter(({ closed }) => !closed);
  if (open.length === 0) return;
  const writes = open.map(({ id, jobs }) =>
    log.replacing(id, [...jobs].sort(byTime).map(toStored)),
  );
  await store.commit({ guards: [], writes });
}

async function carry(pages: PagesState, old: JobPage): Promise<void> {
  const moving = [...old.jobs];
  try {
    const [filled] = await keep(pages, moving, 0);
    if (!filled) return;
    for (const job of moving.filter((each) => old.jobs.has(each))) move(pages, job, filled.page);
    if (filled.page.jobs.size === 0) close(pages, filled.page);
  } catch (error) {
    pages.chain.relink(old);
    pages.logger.warn({ error, page: old.id }, "an old page of jobs could not be carried on");
  }
}

function move(pages: PagesState, job: KeptJob, page: JobPage): void {
  release(pages, job);
  job.page = page;
  page.jobs.add(job);
}

/** Our own pages are known already. */
async function recover(pages: PagesState, each: (filled: FilledPage) => void): Promise<void> {
  pages.former ??= (await pages.log.pages()).filter((id) => !pages.log.isOwn(id));
  while (pages.former.length > 0) {
    const ids = pages.former.slice(0, PAGES_PER_READ);
    const found = await pages.log.readAll(ids);
    pages.former = pages.former.slice(ids.length);
    const existing = new Set(found.map(({ page }) => page));
    pages.removal.remove(ids.filter((id) => !existing.has(id)));
    for (const { page, stored } of found) {
      each({ page: pages.chain.link(page), jobs: timed(stored.value) });
    }
  }
}
