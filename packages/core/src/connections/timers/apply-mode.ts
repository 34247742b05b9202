import type { ConnectionMode } from "../../events.ts";
import { type Decision, subjectOf } from "../change-number.ts";
import type { ConnectedNumber, Waba } from "../waba.ts";
import { confirmedAt, NO_HEARTBEAT } from "./heartbeat-fields.ts";
import { heartbeatTimer } from "./heartbeat-timer.ts";
import type { Timer } from "./timers.ts";

/** What becomes of a number whose mode has turned. */
export interface ModeTurn extends Decision {
  /** To set before the number is committed; see `setTimers`. */
  readonly timers: readonly Timer[];
}

/**
 * What a mode that Meta tells makes of a number: `cloud_api` ends the heartbeat, and a number that is
 * shared with the app from now on begins one.
 *
 * @param now Milliseconds since the epoch.
 * @returns `undefined` when nothing changes, also when Meta does not tell what it told before.
 */
export function applyMode(
  { waba, number }: { readonly waba: Waba; readonly number: ConnectedNumber },
  mode: ConnectionMode,
  now: number,
): ModeTurn | undefined {
  const from = number.connectionMode;
  if (mode === "unknown" || mode === from) return undefined;
  const drafts = [
    {
      type: "connection.mode_resolved",
      organizationId: waba.organizationId,
      data: { ...subjectOf(waba, number), from, to: mode },
    },
  ] as const;
  return { ...turned({ ...number, connectionMode: mode, updatedAt: now }, now), drafts };
}

function turned(number: ConnectedNumber, now: number) {
  if (number.connectionMode === "cloud_api") {
    return { number: { ...number, ...NO_HEARTBEAT }, timers: [] };
  }
  // An unknown number has a heartbeat already, and a timer for it.
  if (number.heartbeatLastConfirmedAt !== null) return { number, timers: [] };
  return heartbeatTimer({ ...number, ...confirmedAt(now) }, now);
}
