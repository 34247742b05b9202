import { z } from "zod";

const SECOND_MS = 1_000;
const MINUTE_MS = 60 * SECOND_MS;
const HOUR_MS = 60 * MINUTE_MS;

/** 17 h 36 m 11 s in all. */
const SCHEDULE_MS = [
  0,
  SECOND_MS,
  10 * SECOND_MS,
  MINUTE_MS,
  5 * MINUTE_MS,
  30 * MINUTE_MS,
  2 * HOUR_MS,
  5 * HOUR_MS,
  10 * HOUR_MS,
];

/** The events of a page end together, so this is what a page of them may hold. */
const CONCURRENCY = 128;
const MOST_AT_ONCE = 1_024;

/** Longer than whatever a listener does that will end. */
const TIMEOUT_MS = 5 * MINUTE_MS;

/** How the host's listeners are treated, as options of a hub. */
export interface ListenerOptions {
  /**
   * Waiting times before listeners are tried for the 1st, 2nd, 3rd … time, in milliseconds, ±20 %; the
   * first try is made at once. After the last one the event is a dead letter. Left out: 0, 1 s, 10 s,
   * 1 min, 5 min, 30 min, 2 h, 5 h, 10 h.
   */
  readonly listenerScheduleMs?: readonly number[] | undefined;
  /** How many events listeners hear at once in this process: 128 when left out. Others wait. */
  readonly listenerConcurrency?: number | undefined;
  /**
   * After how long a try counts as failed, in milliseconds: 300,000 when left out. What runs goes on
   * running, and the event is heard again.
   */
  readonly listenerTimeoutMs?: number | undefined;
}

/** The same as a part of the schema of all options. */
export const LISTENER_OPTIONS = {
  listenerScheduleMs: z.array(z.int().min(0)).min(1).default(SCHEDULE_MS),
  listenerConcurrency: z.int().min(1).max(MOST_AT_ONCE).default(CONCURRENCY),
  listenerTimeoutMs: z.int().min(1).default(TIMEOUT_MS),
};
