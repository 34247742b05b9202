import type { ConnectedNumber, Waba } from "../waba.ts";
import { type Armed, heartbeatTimer } from "./heartbeat-timer.ts";
import { modeTimer } from "./resolve-mode.ts";
import { tokenTimer } from "./token-notice.ts";

/**
 * Every timer of a number that has become active: its heartbeat's, the one that asks for an unknown
 * mode, and its account's for the end of the token.
 *
 * @param now Milliseconds since the epoch.
 */
export function timersFor(waba: Waba, number: ConnectedNumber, now: number): Armed {
  const heartbeat = heartbeatTimer(number, now);
  return {
    number: heartbeat.number,
    timers: [...heartbeat.timers, ...modeTimer(number, now), ...tokenTimer(waba, now)],
  };
}
