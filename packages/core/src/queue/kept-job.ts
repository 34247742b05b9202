import type { PageId } from "../store/log.ts";
import type { Job } from "./queue.ts";

/** A job in memory, with the page that keeps it across a restart. */
export interface KeptJob {
  readonly kind: string;
  readonly id: string;
  runAt: number;
  /** How often it has failed in a row. */
  failures: number;
  /** `undefined` for one that is in memory only. */
  page: JobPage | undefined;
}

/** A page that stays until its last job is done. */
export interface JobPage {
  readonly id: PageId;
  readonly jobs: Set<KeptJob>;
  /** How many pages had been linked when this one was. */
  ordinal: number;
  next: JobPage | undefined;
}

/** Jobs as they are kept; one without a time is due `now`. */
export function toKept(
  jobs: readonly Job[],
  now: number,
  page: JobPage | undefined,
): readonly KeptJob[] {
  return jobs.map(({ kind, id, runAt = now }) => ({ kind, id, runAt, failures: 0, page }));
}
