import type { App } from "../../app.ts";
import { setTimers } from "../../connections/timers/timers.ts";
import { Failure } from "../../failure.ts";
import { key } from "../../store/key.ts";
import { isRunning, type Session } from "../sessions/session.ts";

/**
 * Whether a session is still where whoever works on it has left it: a process that was paused may find
 * that another one has gone on with it.
 *
 * @throws {Failure} `connection_busy` when it is not
 */
export function requireUntouched(now: Session, before: Session): void {
  if (isRunning(now) && now.step === before.step) return;
  throw new Failure("connection_busy", UNDER_WAY, { retryAfterMs: 5_000 });
}

/** What to tell somebody who comes while a session is worked on. */
const UNDER_WAY = "This sign-up is under way: ask in a few seconds what has become of it.";

/** How long after somebody has begun to work on a session it is looked at, in case they have died. */
const LOOK_AFTER_MS = 60_000;

/** Sees to it that a session is gone on with, whatever becomes of who begins now. @throws {Failure} `store_unavailable` */
export function watchSession(
  { store, clock }: Pick<App, "store" | "clock">,
  sessionId: string,
): Promise<void> {
  return setTimers(store, [{ kind: "session", id: sessionId, dueAt: clock.now() + LOOK_AFTER_MS }]);
}

/**
 * Works on a session alone, over all nodes.
 *
 * @throws {Failure} `connection_busy` when somebody else is at it for longer than 10 seconds; what `use`
 *   throws
 */
export async function holdSession<Result>(
  { leases }: Pick<App, "leases">,
  sessionId: string,
  use: () => Promise<Result>,
): Promise<Result> {
  let isHeld = false;
  try {
    return await leases.hold(key("session-run", sessionId), () => {
      isHeld = true;
      return use();
    });
  } catch (error) {
    if (isHeld || !(error instanceof Failure) || error.code !== "connection_busy") throw error;
    throw new Failure("connection_busy", UNDER_WAY, { retryAfterMs: error.retryAfterMs ?? 0 });
  }
}
