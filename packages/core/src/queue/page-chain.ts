import type { PageId } from "../store/log.ts";
import type { JobPage } from "./kept-job.ts";

/**
 * A page is old once this many younger ones have come, and four times as many as are open. A log
 * reaches from its oldest page to its youngest, and a start reads all of it: a job that waits for a
 * day must not keep the whole day in reach.
 */
const OLD_AFTER_PAGES = 1_024;
const OLD_AFTER_PAGES_PER_OPEN_PAGE = 4;

/** The pages that have jobs to do, by age. */
export interface PageChain {
  /** A new page behind all others. */
  link(id: PageId): JobPage;
  /** Makes a page that was taken the youngest again. */
  relink(page: JobPage): void;
  /** It drops out when it has become the oldest. */
  close(page: JobPage): void;
  /** Unlinks the oldest page if it is old. */
  takeOld(): JobPage | undefined;
}

/** Makes an empty one. */
export function pageChain(): PageChain {
  let oldest: JobPage | undefined;
  let youngest: JobPage | undefined;
  let linked = 0;
  let open = 0;

  function relink(page: JobPage): void {
    page.next = undefined;
    page.ordinal = linked;
    if (oldest && youngest) youngest.next = page;
    else oldest = page;
    youngest = page;
    linked += 1;
  }

  return {
    link(id) {
      const state = { parked: false, closed: false, ordinal: linked, next: undefined };
      const page: JobPage = { id, ref: linked + 1, jobs: new Set(), ...state };
      relink(page);
      open += 1;
      return page;
    },
    relink,
    close(page) {
      page.closed = true;
      open -= 1;
    },
    takeOld() {
      while (oldest?.closed) oldest = oldest.next;
      const oldAfter = Math.max(OLD_AFTER_PAGES, OLD_AFTER_PAGES_PER_OPEN_PAGE * open);
      if (!oldest || linked - oldest.ordinal <= oldAfter) return undefined;
      const old = oldest;
      oldest = old.next;
      return old;
    },
  };
}
