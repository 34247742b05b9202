import type { RequestLimit } from "./limits.ts";

/** Requests counted in one stretch of time. */
export interface Count {
  /** Of the limit it was begun under; under another one, a new count begins. */
  readonly perMs: number;
  /** When it ends, in epoch milliseconds. */
  readonly until: number;
  readonly granted: number;
}

/** How a count stood before some requests were added to it. */
export interface Standing extends Count {
  /** How many of them there was room for. */
  readonly grantedNow: number;
}

/** Counts requests by the name of whoever makes them. */
export interface Counters {
  /**
   * Adds one request to a count, or none, to see how it stands. Of requests that come together some
   * are granted and others not: never more than the limit until the count ends.
   *
   * @throws {Failure} `store_unavailable`
   */
  readonly add: (name: string, limit: RequestLimit, requests: 0 | 1) => Promise<Standing>;
}

/** Clocks of nodes differ by less; a count that would end later was begun under a clock that was set. */
const MAX_SKEW_MS = 60_000;

/** The count that goes on now: the one there is, or a new one. */
export function currentCount(before: Count | undefined, limit: RequestLimit, now: number): Count {
  const { perMs } = limit;
  const goesOn = before && before.perMs === perMs && now < before.until;
  if (goesOn && before.until <= now + perMs + MAX_SKEW_MS) return before;
  return { perMs, until: now + perMs, granted: 0 };
}

/** Adds requests to a count, as far as there is room. */
export function addTo(count: Count, { max }: RequestLimit, requests: number): Standing {
  const grantedNow = Math.min(requests, Math.max(max - count.granted, 0));
  return { ...count, granted: count.granted + grantedNow, grantedNow };
}
