import type { App } from "../../app.ts";
import { Failure } from "../../failure.ts";
import type { JobHandler } from "../../queue/queue.ts";
import { isAwaited } from "../awaited.ts";
import { type HealthParts, refreshHealth } from "../health/refresh-health.ts";
import { findByIds } from "../located.ts";
import type { ConnectedNumber } from "../waba.ts";
import { type Timer, type TimerHandler, tryAgain } from "./timers.ts";

/** The job that asks Meta whether one number can be used by now; its id is the connection's. */
const REVIEW_JOB = "review";

/** When to ask Meta next about a number that waits for it: in a minute, later ever more seldom. */
export function reviewTimer(number: ConnectedNumber, now: number): readonly Timer[] {
  if (!isAwaited(number)) return [];
  return [tryAgain({ kind: "review", id: number.connectionId, dueAt: now }, now)];
}

/** Sees to it that Meta is asked about numbers that wait for it. */
export function reviewTimers({
  store,
  clock,
  queue,
}: Pick<App, "store" | "clock" | "queue">): TimerHandler {
  return async (fired) => {
    const located = await findByIds(store, fired);
    const waiting = located.filter(({ number }) => isAwaited(number));
    return {
      next: waiting.map(({ name }) => tryAgain(name, clock.now())),
      apply: () => queue.add(waiting.map(({ name }) => ({ kind: REVIEW_JOB, id: name.id }))),
    };
  };
}

/** The job that asks Meta. What passes is tried again when the next timer comes round. */
export function reviewNumber(parts: HealthParts & Pick<App, "logger">): JobHandler {
  return async (id) => {
    const [located] = await findByIds(parts.store, [{ id }]);
    if (!located || !isAwaited(located.number)) return undefined;
    try {
      await refreshHealth(parts, located.waba, id);
    } catch (error) {
      if (!(error instanceof Failure) || error.code === "store_unavailable") throw error;
      parts.logger.info({ error, connectionId: id }, "Meta could not be asked about a number");
    }
    return undefined;
  };
}
