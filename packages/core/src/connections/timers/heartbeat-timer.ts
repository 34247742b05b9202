import type { ConnectedNumber } from "../waba.ts";
import { heartbeatDueAt } from "./heartbeat-fields.ts";
import type { Timer } from "./timers.ts";

/** A number that names its timer, and the timers to set before it is committed. */
export interface Armed {
  readonly number: ConnectedNumber;
  readonly timers: readonly Timer[];
}

/** Whether the heartbeat of a number is watched. */
export function hasHeartbeat(number: ConnectedNumber): boolean {
  return number.status === "active" && heartbeatDueAt(number) !== null;
}

/**
 * Begins to watch the heartbeat of a number that has become active: connected, reconnected, resumed.
 * The timer comes round at once; whoever fires it knows when something is to be told, and sets the
 * next. One that was set before is stale from then on.
 *
 * @param now Milliseconds since the epoch.
 */
export function heartbeatTimer(number: ConnectedNumber, now: number): Armed {
  if (!hasHeartbeat(number)) return { number, timers: [] };
  return {
    number: { ...number, heartbeatTimerAt: now },
    timers: [{ kind: "heartbeat", id: number.connectionId, dueAt: now }],
  };
}
