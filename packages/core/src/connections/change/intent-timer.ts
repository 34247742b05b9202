import type { Timer } from "../timers/timers.ts";
import type { WabaRef } from "../waba.ts";

/** After this long whoever began a change is taken to have ended, unless it holds the lease. */
export const RESUME_AFTER_MS = 30_000;

/** Sees to it that a change that is begun at `startedAt` (epoch ms) is finished. */
export function intentTimer({ appId, wabaId }: WabaRef, startedAt: number): Timer {
  return { kind: "intent", id: `${appId}.${wabaId}`, dueAt: startedAt + RESUME_AFTER_MS };
}
