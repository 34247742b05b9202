import type { Clock } from "../../clock.ts";
import type { Expiring } from "../../store/expiring.ts";
import type { Store, Stored } from "../../store/store.ts";
import { addTo, type Count, type Counters, currentCount, type Standing } from "./counting.ts";
import type { RequestLimit } from "./limits.ts";

export interface CounterParts {
  readonly store: Store;
  readonly clock: Clock;
  readonly expiring: Expiring;
}

/** A request that waits to be counted. */
interface Waiting {
  readonly limit: RequestLimit;
  readonly requests: 0 | 1;
  readonly resolve: (standing: Standing) => void;
  readonly reject: (error: unknown) => void;
}

/**
 * Counters of all processes on a store: a record for each, changed by guarded commits. What comes to
 * one counter of this process while a commit of it is under way shares the next one, so that it does
 * not race with itself; other processes win or lose against it one commit at a time.
 *
 * A counter nobody has used for an hour or more is removed; see `store/expiring.ts`.
 */
export function storeCounters(parts: CounterParts): Counters {
  const waiting = new Map<string, Waiting[]>();

  async function countAll(name: string): Promise<void> {
    for (;;) {
      const batch = waiting.get(name)?.splice(0) ?? [];
      if (batch.length === 0) break;
      await countTogether(parts, name, batch).then(
        (counted) => counted.forEach(({ one, standing }) => void one.resolve(standing)),
        (error) => batch.forEach(({ reject }) => void reject(error)),
      );
    }
    waiting.delete(name);
  }

  return {
    add(name, limit, requests) {
      return new Promise((resolve, reject) => {
        const line = waiting.get(name);
        const one = { limit, requests, resolve, reject };
        if (line) line.push(one);
        else {
          waiting.set(name, [one]);
          void countAll(name);
        }
      });
    },
  };
}

/** A request, and how it was counted. */
interface Counted {
  readonly one: Waiting;
  readonly standing: Standing;
}

async function countTogether(
  parts: CounterParts,
  name: string,
  batch: readonly Waiting[],
): Promise<readonly Counted[]> {
  for (;;) {
    const stored = await parts.store.get<Count>(name);
    const { counted, count } = addAll(stored?.value, batch, parts.clock.now());
    const hasChanged = counted.some(({ standing }) => standing.grantedNow > 0);
    if (!hasChanged || (await write(parts, { name, stored, count }))) return counted;
  }
}

/** One request after the other: each is told how the ones before it have left the count. */
function addAll(before: Count | undefined, batch: readonly Waiting[], now: number) {
  let count = before;
  const counted = batch.map((one): Counted => {
    const { limit, requests } = one;
    const standing = addTo(currentCount(count, limit, now), limit, requests);
    count = { perMs: standing.perMs, until: standing.until, granted: standing.granted };
    return { one, standing };
  });
  return { counted, count };
}

interface Counting {
  readonly name: string;
  readonly stored: Stored<Count> | undefined;
  readonly count: Count | undefined;
}

function write({ store, clock, expiring }: CounterParts, { name, stored, count }: Counting) {
  const change = {
    guards: [{ key: name, version: stored?.version }],
    writes: [{ key: name, value: count }],
  };
  return stored ? store.commit(change) : expiring.begin(change, [name], clock.now());
}
