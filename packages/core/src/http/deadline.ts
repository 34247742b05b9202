import { type Clock, systemClock } from "../clock.ts";
import { Failure } from "../failure.ts";

/** How patiently an adapter reads bodies. */
export interface BodyOptions {
  /** Milliseconds a whole body may take to arrive; 10,000 unless told otherwise. */
  readonly bodyTimeoutMs?: number;
  /** The machine's clock unless told otherwise. */
  readonly clock?: Clock;
}

const BODY_TIMEOUT_MS = 10_000;

/**
 * The outcome of `reading`, if it comes in time. The work itself goes on: who started it stops it.
 *
 * @throws {Failure} `request_timeout` when it does not.
 */
export function withinDeadline<Value>(
  reading: Promise<Value>,
  { bodyTimeoutMs = BODY_TIMEOUT_MS, clock = systemClock }: BodyOptions,
): Promise<Value> {
  return new Promise((resolve, reject) => {
    const expire = () => reject(new Failure("request_timeout"));
    const cancel = clock.schedule(clock.now() + bodyTimeoutMs, expire);
    reading.then(resolve, reject).finally(cancel);
  });
}
