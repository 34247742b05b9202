import type { Clock } from "../../clock.ts";
import { addTo, type Count, type Counters, currentCount } from "./counting.ts";

/** At some 150 bytes each. Of more callers at a time those not seen for longest count anew. */
const MAX_COUNTS = 100_000;

/** Counters of one process: exact where no other serves the same callers. */
export function memoryCounters(clock: Clock, maxCounts = MAX_COUNTS): Counters {
  /** Least recently used first. */
  const counts = new Map<string, Count>();
  return {
    async add(name, limit, requests) {
      const standing = addTo(currentCount(counts.get(name), limit, clock.now()), limit, requests);
      const { perMs, until, granted } = standing;
      counts.delete(name);
      counts.set(name, { perMs, until, granted });
      const [oldest] = counts.keys();
      if (counts.size > maxCounts && oldest !== undefined) counts.delete(oldest);
      return standing;
    },
  };
}
