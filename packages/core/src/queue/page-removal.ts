import type { Logger } from "../logger.ts";
import type { Log, LogParts, PageId } from "../store/log.ts";
import type { Write } from "../store/store.ts";

/** So many pages go in one commit at most. */
const PAGES_PER_COMMIT = 2_000;

interface PageRemovalParts extends LogParts {
  readonly log: Log<unknown>;
  readonly logger: Logger;
}

/** Takes pages away whose jobs are done. */
export interface PageRemoval {
  /** Together with others that come while the store is at work. */
  remove(ids: readonly PageId[]): void;
  /** Resolves when nothing is being removed. */
  settle(): Promise<void>;
}

/**
 * One commit at a time, for all pages that are finished by then. Only tidying up: what fails is
 * tried again with the next page.
 */
export function pageRemoval({ store, log, logger }: PageRemovalParts): PageRemoval {
  let finished: PageId[] = [];
  let running: Promise<void> | undefined;

  async function run(): Promise<void> {
    while (finished.length > 0) {
      const ids = finished.splice(0, PAGES_PER_COMMIT);
      try {
        await store.commit({ guards: [], writes: last(ids.flatMap((id) => log.removing(id))) });
      } catch (error) {
        finished = [...ids, ...finished];
        logger.warn(
          { error, count: finished.length },
          "finished pages of jobs could not be removed",
        );
        break;
      }
    }
    running = undefined;
  }

  return {
    remove(ids) {
      finished.push(...ids);
      if (finished.length > 0) running ??= run();
    },
    settle: async () => running,
  };
}

/** The last write of each key: every page comes with its log's head. */
function last(writes: readonly Write[]): readonly Write[] {
  return [...new Map(writes.map((write) => [write.key, write])).values()];
}
