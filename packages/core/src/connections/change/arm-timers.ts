import { reviewTimer } from "../timers/review.ts";
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
  const numbers = after.numbers.map((number) => {
    return begins(before, number, change) ? timersFor(after, number, now) : { number, timers: [] };
  });
  const begun = numbers.flatMap(({ timers }) => timers);
  const isNewToken = before.tokenExpiresAt !== after.tokenExpiresAt;
  const ofToken = isNewToken && begun.length === 0 ? tokenTimer(after, now) : [];
  const ofReview = after.numbers
    .filter((number) => isMeant(change, number))
    .flatMap((number) => reviewTimer(number, now));
  return {
    waba: { ...after, numbers: numbers.map(({ number }) => number) },
    timers: [...begun, ...ofToken, ...ofReview],
  };
}

function begins(before: Waba, number: ConnectedNumber, change: WabaChange): boolean {
  if (number.status !== "active") return false;
  const former = before.numbers.find(({ connectionId }) => connectionId === number.connectionId);
  return isMeant(change, number) || former?.status !== "active";
}

function isMeant(change: WabaChange, { connectionId }: ConnectedNumber): boolean {
  return change.kind === "connect" && change.number.connectionId === connectionId;
}
