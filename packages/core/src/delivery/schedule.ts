const SECOND_MS = 1_000;
const MINUTE_MS = 60 * SECOND_MS;
const HOUR_MS = 60 * MINUTE_MS;

/** Waiting times before attempts 1, 2, 3 …; 75 h 35 m 5 s in all. */
export const DEFAULT_SCHEDULE_MS: readonly number[] = [
  0,
  5 * SECOND_MS,
  5 * MINUTE_MS,
  30 * MINUTE_MS,
  2 * HOUR_MS,
  5 * HOUR_MS,
  10 * HOUR_MS,
  14 * HOUR_MS,
  20 * HOUR_MS,
  24 * HOUR_MS,
];

/** Spreads retries, so that a recovering endpoint is not hit by all of them at once. */
const JITTER = 0.2;
/** What an endpoint that is overloaded gets at least. */
const OVERLOAD_PAUSE_MS = MINUTE_MS;

/** What the failed attempt asks of the next one. */
export interface Plea {
  /** The endpoint said 429, 502 or 504, or did not answer in time. */
  readonly overloaded: boolean;
  /** Its `Retry-After`, in milliseconds. */
  readonly retryAfterMs?: number | undefined;
}

/**
 * How long to wait before a delivery attempt: the schedule's time ±20 %. `Retry-After` is honoured
 * between that time and twice of it; an overloaded endpoint gets at least 60 seconds, up to 20 % more.
 *
 * @param attempt The one to come, counted from 1.
 * @param random A number in [0, 1).
 * @returns Milliseconds, or `undefined` when the delivery should be given up.
 */
export function delayBefore(
  attempt: number,
  { overloaded, retryAfterMs }: Plea,
  { scheduleMs = DEFAULT_SCHEDULE_MS, random = Math.random() } = {},
): number | undefined {
  const base = scheduleMs[attempt - 1];
  if (base === undefined) return undefined;

  const jittered = base * (1 - JITTER + 2 * JITTER * random);
  const asked = Math.min(Math.max(retryAfterMs ?? 0, jittered), 2 * base);
  const waitMs = retryAfterMs === undefined ? jittered : Math.max(asked, base);
  const pauseMs = overloaded ? OVERLOAD_PAUSE_MS * (1 + JITTER * random) : 0;
  return Math.round(Math.max(waitMs, pauseMs));
}

/** Reads a `Retry-After` header: seconds, or a date. @returns Milliseconds from `now`. */
export function readRetryAfter(header: string | undefined, now: number): number | undefined {
  if (header === undefined) return undefined;
  if (/^\d{1,9}$/.test(header.trim())) return Number(header) * SECOND_MS;
  // A date begins with the day of the week; `Date.parse` would also take "-5" for one.
  const at = /^\s*[a-z]{3}/i.test(header) ? Date.parse(header) : Number.NaN;
  return Number.isNaN(at) ? undefined : Math.max(0, at - now);
}
