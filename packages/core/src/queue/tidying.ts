import type { Clock } from "../clock.ts";
import type { Logger } from "../logger.ts";
import type { JobPage } from "./kept-job.ts";

/** What has ended for longer does not run again after a crash. */
const TIDY_AFTER_MS = 1_000;

/** Pages that hold more, or other times, than what waits. */
export interface Tidying {
  touch(page: JobPage): void;
  /** Never rejects: what fails is tried again after the next touch. */
  now(): Promise<void>;
}

/** Writes such pages anew, together, soon after the first of them is touched. */
export function tidying(
  { clock, logger }: { readonly clock: Clock; readonly logger: Logger },
  tidy: (pages: readonly JobPage[]) => Promise<void>,
): Tidying {
  let untidy = new Set<JobPage>();
  let cancel: (() => void) | undefined;

  async function now(): Promise<void> {
    cancel?.();
    cancel = undefined;
    const pages = [...untidy].filter(({ closed }) => !closed);
    untidy = new Set();
    try {
      await tidy(pages);
    } catch (error) {
      for (const page of pages) untidy.add(page);
      logger.warn({ error, count: pages.length }, "pages of jobs could not be tidied up");
    }
  }

  return {
    touch(page) {
      untidy.add(page);
      cancel ??= clock.schedule(clock.now() + TIDY_AFTER_MS, () => void now());
    },
    now,
  };
}
