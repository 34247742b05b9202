import { byDeadline } from "../by-deadline.ts";
import type { Clock } from "../clock.ts";
import type { AnyEvent } from "../events.ts";
import { Failure } from "../failure.ts";
import type { Logger } from "../logger.ts";
import type { JobHandler, Queue } from "../queue/queue.ts";
import type { Store } from "../store/store.ts";
import { describeError } from "../telemetry/discreet-text.ts";
import { countDeadLetter } from "../telemetry/measure.ts";
import { measuredHearing } from "../telemetry/measured-hearing.ts";
import type { ErrorContext } from "../telemetry/on-error.ts";
import type { Graveyard } from "./dead-letters/graveyard.ts";
import { eventKey } from "./emit.ts";
import type { Listeners } from "./listeners.ts";
import type { Outbox } from "./outbox.ts";
import { type EntryId, type EventEntry, hearing } from "./outbox-entry.ts";
import type { RecentEvents } from "./recent-events.ts";
import { delayBefore } from "./schedule.ts";

export interface HearParts {
  readonly store: Store;
  readonly clock: Clock;
  readonly logger: Logger;
  readonly queue: Pick<Queue, "add">;
  readonly outbox: Outbox;
  readonly listeners: Listeners;
  readonly recent: RecentEvents;
  readonly graveyard: Pick<Graveyard, "bury">;
  readonly random: () => number;
  /** Waiting times before attempts 1, 2, 3 …, in milliseconds. */
  readonly listenerScheduleMs: readonly number[];
  /** An attempt that takes longer counts as failed. */
  readonly listenerTimeoutMs: number;
  readonly onError: (error: unknown, context: ErrorContext) => void;
}

/** An attempt that failed: what of, which one it was, and why. */
interface Failed {
  readonly id: EntryId;
  readonly entry: EventEntry;
  readonly attempt: number;
  readonly error: unknown;
}

/**
 * The job that has the host's listeners hear one event. One at which they fail is heard again by the
 * schedule, whatever becomes of the process meanwhile; after the last time it is a dead letter.
 */
export function hear(parts: HearParts): JobHandler {
  return async (id) => {
    const entry = await parts.outbox.find(id);
    if (!entry) return undefined;
    // A wake-up may come early, from who did not know of the last failure.
    if (entry.dueAt !== undefined && parts.clock.now() < entry.dueAt) return { again: entry.dueAt };
    const failed = await tryOnce(parts, id, entry);
    if (failed) await settleFailed(parts, failed);
    else await parts.outbox.finish(id);
    return undefined;
  };
}

/** What nobody listens for, or is not kept any more, is heard. */
async function tryOnce(
  parts: HearParts,
  id: EntryId,
  entry: EventEntry,
): Promise<Failed | undefined> {
  const known = parts.recent.take(entry.id);
  if (!parts.listeners.hears(entry.event)) return undefined;
  const event = known ?? (await readEvent(parts.store, entry));
  if (!event) return undefined;
  const attempt = (entry.failures ?? 0) + 1;
  const of = { type: entry.event, id: entry.id, attempt };
  const failed = await measuredHearing(of, () => runInTime(parts, event));
  return failed && { id, entry, attempt, error: failed.error };
}

async function readEvent(store: Store, { organizationId, id }: EventEntry) {
  return (await store.get<AnyEvent>(eventKey(organizationId, id)))?.value;
}

/** Nobody can end a listener: one that takes too long goes on, and its place is another event's. */
async function runInTime(
  { clock, listeners, listenerTimeoutMs }: HearParts,
  event: AnyEvent,
): Promise<void> {
  let hasEnded = false;
  const running = listeners.run(event).finally(() => {
    hasEnded = true;
  });
  await byDeadline(clock, clock.now() + listenerTimeoutMs, running);
  if (!hasEnded) {
    const message = `A listener did not end within ${listenerTimeoutMs} ms.`;
    throw new Failure("internal_error", message);
  }
}

async function settleFailed(parts: HearParts, failed: Failed): Promise<void> {
  const { clock, random, listenerScheduleMs: scheduleMs, outbox, queue } = parts;
  const { id, entry, attempt } = failed;
  const pauseMs = delayBefore(attempt + 1, { overloaded: false }, { scheduleMs, random: random() });
  if (pauseMs === undefined) {
    await parts.graveyard.bury(id, entry, { attempts: attempt, error: failed.error });
    return report(parts, failed, undefined);
  }
  const later = { ...entry, failures: attempt, dueAt: clock.now() + pauseMs };
  await outbox.postpone(id, later);
  report(parts, failed, later.dueAt);
  // A job of its own, so that many of them need not wait in memory.
  await queue.add([hearing(later, id)]);
}

/** `dueAt` is absent for an event that was given up. */
function report(
  { logger, onError }: HearParts,
  { entry, attempt, error }: Failed,
  dueAt: number | undefined,
): void {
  const nextAttemptAt = dueAt === undefined ? null : new Date(dueAt).toISOString();
  const event = { id: entry.id, type: entry.event };
  const told = { event, attempt, nextAttemptAt, reason: describeError(error) };
  if (dueAt === undefined) {
    countDeadLetter(entry.event);
    logger.error(told, "listeners have failed for the last time");
  } else {
    logger.warn(told, "a listener failed");
  }
  onError(error, { kind: "listener", event, attempt, nextAttemptAt, dead: dueAt === undefined });
}
