import type { PageId } from "../store/log.ts";
import type { Job } from "./queue.ts";

/** A job as it is kept on a page. */
export interface StoredJob {
  readonly kind: string;
  readonly id: string;
  readonly runAt: number;
}

/** A job with its time. */
export interface TimedJob extends StoredJob {
  /** What tells waiting jobs apart. */
  readonly name: string;
}

/** A job in memory, with the page that keeps it across a restart. */
export interface KeptJob {
  readonly kind: string;
  readonly id: string;
  readonly name: string;
  runAt: number;
  /** How often it has failed in a row. */
  failures: number;
  /** `undefined` for one that is in memory only. */
  page: JobPage | undefined;
}

/** A page that stays until its last job is done. Its jobs are of one kind. */
export interface JobPage {
  readonly id: PageId;
  /** A small number of its own in this process. */
  readonly ref: number;
  /** Those of its jobs that are in memory; none of a parked page is. */
  readonly jobs: Set<KeptJob>;
  /** Its jobs wait unread. */
  parked: boolean;
  /** It is removed, or about to be. */
  closed: boolean;
  /** How many pages had been linked when this one was. */
  ordinal: number;
  next: JobPage | undefined;
}

/** A page as it was written or read. */
export interface FilledPage {
  readonly page: JobPage;
  /** The earliest first. */
  readonly jobs: readonly TimedJob[];
}

/** One without a time is due `now`. */
export function toTimed({ kind, id, runAt }: Job, now: number): TimedJob {
  return { kind, id, runAt: runAt ?? now, name: `${kind}:${id}` };
}

/** `page` is absent for a job that is in memory only. */
export function toKept({ kind, id, runAt, name }: TimedJob, page?: JobPage): KeptJob {
  return { kind, id, name, runAt, failures: 0, page };
}

export function toStored({ kind, id, runAt }: StoredJob): StoredJob {
  return { kind, id, runAt };
}

export function byTime(a: { readonly runAt: number }, b: { readonly runAt: number }): number {
  return a.runAt - b.runAt;
}
