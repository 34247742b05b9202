import type { Clock } from "./clock.ts";
import type { Graveyard } from "./delivery/dead-letters/graveyard.ts";
import type { Expiring } from "./store/expiring.ts";
import type { History } from "./store/history.ts";

const DAY_MS = 24 * 60 * 60 * 1000;
const PURGE_EVERY_MS = 5 * 60 * 1000;
/** A purge that has more to do goes on with the next sweep. */
const SLICE_MS = 10_000;

/** For how many days records are kept. */
export interface Retention {
  /** Events, their deliveries with every attempt, and dead letters. */
  readonly events: number;
  /** By what a repeat of an update is known; Meta repeats for up to 7 days. */
  readonly deduplication: number;
}

interface PurgeParts {
  readonly clock: Clock;
  readonly history: History;
  readonly expiring: Expiring;
  readonly graveyard: Pick<Graveyard, "purge">;
  readonly retention: Retention;
  readonly stopping: AbortSignal;
}

/** @returns To be called often; it purges now and then, and a limited time. */
export function createPurge(parts: PurgeParts): () => Promise<void> {
  const { clock, history, expiring, graveyard, retention, stopping } = parts;
  let dueAt = 0;

  return async () => {
    const now = clock.now();
    if (now < dueAt) return;
    dueAt = now + PURGE_EVERY_MS;
    const mayGoOn = () => !stopping.aborted && clock.now() < now + SLICE_MS;
    const before = {
      events: now - retention.events * DAY_MS,
      deduplication: now - retention.deduplication * DAY_MS,
    };
    const purged = [
      // Before their events: no dead letter outlives what it is about.
      await graveyard.purge(before.events, mayGoOn),
      await history.purge(before, mayGoOn),
      await expiring.purge(now, mayGoOn),
    ];
    if (!purged.every(({ isComplete }) => isComplete)) dueAt = now;
  };
}
