const BUCKET_MS = 30_000;
const BUCKETS = 10;
const FEWEST_ATTEMPTS = 10;
const FAILED_PART = 0.7;
const PAUSE_MS = 30_000;

/**
 * Spares a target that fails, and us the waiting. It opens when of at least 10 attempts in five minutes
 * 70 % have failed; after 30 s one attempt shows whether it closes. What waits is kept meanwhile.
 */
export interface Breaker {
  /** `half_open` while one attempt may be made. */
  readonly state: (now: number) => "closed" | "open" | "half_open";
  /** When the next attempt may be made (epoch ms): not after `now` unless it is open. */
  readonly opensUntil: () => number;
  /** Notes how an attempt went. @returns Whether that opened it. */
  readonly note: (now: number, isFailure: boolean) => boolean;
  /** Whether the newest attempt failed. */
  readonly isSuspect: () => boolean;
}

interface Bucket {
  readonly number: number;
  attempts: number;
  failures: number;
}

/** Closed, with nothing noted. A restart begins like this; at most 10 attempts find out again. */
export function createBreaker(): Breaker {
  let buckets: Bucket[] = [];
  let pausedUntil: number | undefined;
  let isSuspect = false;

  const state = (now: number) => {
    if (pausedUntil === undefined) return "closed";
    return now < pausedUntil ? "open" : "half_open";
  };
  const open = (now: number) => {
    pausedUntil = now + PAUSE_MS;
    return true;
  };
  const close = () => {
    pausedUntil = undefined;
    buckets = [];
    return false;
  };
  return {
    state,
    opensUntil: () => pausedUntil ?? Number.NEGATIVE_INFINITY,
    isSuspect: () => isSuspect,
    note(now, isFailure) {
      isSuspect = isFailure;
      const before = state(now);
      // What was under way when it opened says nothing about now.
      if (before === "open") return false;
      if (before === "half_open") return isFailure ? open(now) : close();
      buckets = counted(buckets, Math.floor(now / BUCKET_MS), isFailure);
      return isFailure && isBad(buckets) && open(now);
    },
  };
}

function counted(buckets: readonly Bucket[], number: number, isFailure: boolean): Bucket[] {
  const kept = buckets.filter((bucket) => bucket.number > number - BUCKETS);
  const last = kept.at(-1);
  const current = last?.number === number ? last : { number, attempts: 0, failures: 0 };
  current.attempts += 1;
  current.failures += isFailure ? 1 : 0;
  return current === last ? kept : [...kept, current];
}

function isBad(buckets: readonly Bucket[]): boolean {
  const attempts = buckets.reduce((sum, bucket) => sum + bucket.attempts, 0);
  const failures = buckets.reduce((sum, bucket) => sum + bucket.failures, 0);
  return attempts >= FEWEST_ATTEMPTS && failures / attempts >= FAILED_PART;
}
