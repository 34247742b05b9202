import type { Timer } from "../timers/timers.ts";
import { timersFor } from "../timers/timers-for.ts";
import { tokenTimer } from "../timers/token-notice.ts";
import type { ConnectedNumber, Waba } from "../waba.ts";
import type { Turn } from "./events-of-change.ts";
import type { WabaChange } from "./intent.ts";

/** An account whose numbers name their timers, and those to set. */
export interface ArmedWaba {
  readonly waba: Waba;
  readonly timers: readonly Timer[];
}

/** The timers of numbers that a change makes active or verifies anew, and of a new token. */
export function armTimers({ before, after }: Turn, change: WabaChange, now: number): ArmedWaba {
  const timers: Timer[] = [];
  const numbers = after.numbers.map((number) => {
    if (!begins(before, number, change)) return number;
    const armed = timersFor(after, number, now);
    timers.push(...armed.timers);
    return armed.number;
  });
  const isNewToken = before.tokenExpiresAt !== after.tokenExpiresAt;
  if (isNewToken && timers.length === 0) timers.push(...tokenTimer(after, now));
  return { waba: { ...after, numbers }, timers };
}

function begins(before: Waba, number: ConnectedNumber, change: WabaChange): boolean {
  if (number.status !== "active") return false;
  const isMeant = change.kind === "connect" && change.number.connectionId === number.connectionId;
  const former = before.numbers.find(({ connectionId }) => connectionId === number.connectionId);
  return isMeant || former?.status !== "active";
}
