import { commitStaged, type LogParts, openLog, type ReadPage, type Staged } from "./log.ts";
import type { Change, Guard, Stored, Write } from "./store.ts";

/** What a record of a limited life holds, whatever else it holds. */
export interface Ending {
  /** When it counts for nothing any more, in epoch milliseconds. */
  readonly until: number;
}

/** Records that were begun at `at`. */
interface Begun {
  readonly at: number;
  readonly keys: readonly string[];
}

/** How long after it was begun, or last looked at, a record is looked at. */
const LOOK_AFTER_MS = 60 * 60 * 1000;
/** Of each writer, at a time. */
const PAGES_PER_READ = 64;

/**
 * Records that end by themselves, and may be given a longer life by being written again. Their names
 * are kept in a log, so that they are removed without being looked for: an hour after they were begun
 * they go if they have ended, and are looked at again an hour later if not.
 */
export interface Expiring {
  /** Commits a change that begins these records: none of them is there. Returns and throws as `commit`. */
  begin(change: Change, keys: readonly string[], now: number): Promise<boolean>;
  /**
   * Removes what has ended. It may be cut short at any point, and others may be at it.
   *
   * @returns Whether it left something because it had to stop.
   */
  purge(now: number, mayGoOn: () => boolean): Promise<{ readonly isComplete: boolean }>;
}

/** The one list of all such records of a store. */
export function openExpiring(parts: LogParts): Expiring {
  const { store } = parts;
  const log = openLog<Begun>(parts, "expiring");

  const name = (keys: readonly string[], at: number): readonly Staged[] =>
    keys.length > 0 ? [log.stage([{ at, keys }])] : [];

  /**
   * First the records, of which none may have been written anew meanwhile; then their names. A commit
   * that could lose for another reason than that the pages are gone must not remove them.
   */
  async function purgePages(pages: readonly ReadPage<Begun>[], now: number): Promise<boolean> {
    const keys = pages.flatMap(({ stored }) => stored.value).flatMap((begun) => begun.keys);
    const records = await store.getMany<Ending>(keys);
    const ended = keys.flatMap((key, index) => ending(key, records[index], now));
    const alive = keys.filter((_, index) => isAlive(records[index], now));
    if (!(await store.commit({ guards: ended, writes: ended.map(gone) }))) return false;
    if (alive.length > 0) await log.join();
    const guards = pages.map(({ page, stored }) => log.guarding(page, stored));
    const writes = pages.flatMap(({ page }) => log.removing(page));
    return commitStaged(store, { guards, writes }, name(alive, now));
  }

  return {
    async begin(change, keys, now) {
      await log.join();
      return commitStaged(store, change, name(keys, now));
    },
    async purge(now, mayGoOn) {
      const isDue = ({ at }: Begun) => at <= now - LOOK_AFTER_MS;
      while (mayGoOn()) {
        const pages = await log.oldest(PAGES_PER_READ);
        const due = pages.filter(({ stored }) => stored.value.every(isDue));
        if (due.length === 0) return { isComplete: true };
        if (!(await purgePages(due, now))) break;
      }
      return { isComplete: false };
    },
  };
}

function isAlive(record: Stored<Ending> | undefined, now: number): boolean {
  return record !== undefined && now < record.value.until;
}

function ending(key: string, record: Stored<Ending> | undefined, now: number): Guard[] {
  return record && !isAlive(record, now) ? [{ key, version: record.version }] : [];
}

function gone({ key }: Guard): Write {
  return { key, value: undefined };
}
