import type { Clock } from "../clock.ts";
import type { ReadPage } from "../store/log.ts";
import type { Store } from "../store/store.ts";
import type { Backlog, Pending } from "./delivery.ts";

/** Deliveries taken together. */
export interface Batch {
  readonly pending: readonly Pending[];
  /** Takes them off the backlog, once each is settled; the retries they led to are on it already. */
  readonly remove: () => Promise<void>;
}

interface BatchParts {
  readonly store: Store;
  readonly clock: Clock;
  readonly backlog: Backlog;
}

/** What to deliver next: retries that are due, then the oldest page of new deliveries. */
export async function nextBatch(parts: BatchParts): Promise<Batch | undefined> {
  return (await dueRetries(parts)) ?? (await freshPage(parts));
}

async function dueRetries({ store, clock, backlog }: BatchParts): Promise<Batch | undefined> {
  const page = await backlog.retries.due(clock.now());
  if (!page) return undefined;
  return {
    pending: page.entries,
    async remove() {
      let removed = false;
      while (!removed) removed = await store.commit(await backlog.retries.removing(page));
    },
  };
}

/** Nodes append side by side; what has waited longest is next. */
async function freshPage({ store, backlog }: BatchParts): Promise<Batch | undefined> {
  const [first, ...others] = await backlog.fresh.oldest(1);
  if (!first) return undefined;

  const { page, stored } = others.reduce(
    (a, b) => (waitingSince(b) < waitingSince(a) ? b : a),
    first,
  );
  return {
    pending: stored.value,
    async remove() {
      await store.commit({ guards: [], writes: backlog.fresh.removing(page) });
    },
  };
}

function waitingSince({ stored }: ReadPage<Pending>): number {
  return stored.value[0]?.dueAt ?? 0;
}
