import type { EventType } from "../events.ts";
import { instruments } from "./instruments.ts";
import { errorType, inSpan } from "./span.ts";

/** Which event, and the how manieth attempt at it. */
export interface HearingOf {
  readonly type: EventType;
  readonly id: string;
  readonly attempt: number;
}

/**
 * Has listeners hear an event in a span, and times it.
 *
 * @returns What they failed with, in a box: it may be anything.
 */
export function measuredHearing(
  { type, id, attempt }: HearingOf,
  hear: () => Promise<void>,
): Promise<{ readonly error: unknown } | undefined> {
  const of = { "wabakit.event.type": type };
  const attributes = { ...of, "messaging.message.id": id, "wabakit.attempt": attempt };
  const startedAt = performance.now();
  return inSpan("hear", { attributes }, async (note) => {
    const failed = await hear().then(
      () => undefined,
      (error: unknown) => ({ error }),
    );
    const { listenerSeconds, listenerFailures } = instruments();
    const outcome = failed ? { "error.type": errorType(failed.error) } : {};
    note(outcome);
    listenerSeconds.record((performance.now() - startedAt) / 1_000, {
      ...of,
      "wabakit.outcome": failed ? "failed" : "heard",
    });
    if (failed) listenerFailures.add(1, of);
    return failed;
  });
}
