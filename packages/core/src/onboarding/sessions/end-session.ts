import { auditing } from "../../access/audit/audit-log.ts";
import type { App } from "../../app.ts";
import type { Acting } from "../../connections/owned.ts";
import { Failure } from "../../failure.ts";
import { changeSession, requireSession } from "./change-session.ts";
import { failedDraft } from "./events-of-session.ts";
import { isOver, isRunning, type Session } from "./session.ts";

/** A session that nothing more comes of keeps no token and no PIN. */
export function ended(session: Session, now: number): Session {
  const signup = session.signup && { ...session.signup, accessToken: null, pin: null };
  return { ...session, signup, state: null, endedAt: now };
}

const CANCELLED = "The onboarding was cancelled. Make a new link to begin again.";
const EXPIRED = "The link has expired before the onboarding was done. Renew it to go on.";

/** What a session is once it was cancelled. */
function cancelled(session: Session, now: number): Session {
  const error = { errorCategory: "user_cancelled", errorMessage: CANCELLED } as const;
  return ended({ ...session, status: "cancelled", ...error }, now);
}

type EndParts = Pick<App, "store" | "clock" | "emit" | "rootSecret">;

/**
 * Cancels a session, for the host or for whoever has its link. A number that was connected by then
 * stays connected.
 *
 * @throws {Failure} `not_found`; `session_closed` when it is completed or expired; `connection_busy`
 *   while Meta is asked
 */
export async function cancelSession(
  parts: EndParts,
  acting: Acting,
  sessionId: string,
): Promise<Session> {
  const { organizationId, actor, requestId } = acting;
  await requireSession(parts.store, acting, sessionId);
  return changeSession(parts, sessionId, async (session) => {
    if (session.status === "cancelled") return undefined;
    requireOpen(session);
    if (isRunning(session))
      throw new Failure("connection_busy", UNDER_WAY, { retryAfterMs: 5_000 });
    const { tenantId } = session;
    const entry = { organizationId, actor, requestId, action: "session.cancelled" };
    const after = cancelled(session, parts.clock.now());
    return {
      session: after,
      drafts: [failedDraft(after, "cancelled")],
      with: await auditing(parts, { ...entry, subject: { sessionId, tenantId } }),
    };
  });
}

const UNDER_WAY = "Meta is being asked about this sign-up right now: try again in a few seconds.";

/** @throws {Failure} `session_closed` for one that nothing more comes of */
export function requireOpen(session: Session): void {
  if (!isOver(session)) return;
  throw new Failure("session_closed", `The session is ${session.status}.`);
}

/**
 * Ends a session whose time is over. One that has failed has told so already.
 *
 * @throws {Failure} `store_unavailable`
 */
export async function expireSession(
  parts: Pick<App, "store" | "clock" | "emit">,
  sessionId: string,
): Promise<void> {
  await changeSession(parts, sessionId, (session) => {
    const now = parts.clock.now();
    if (isOver(session) || isRunning(session) || session.expiresAt > now) return undefined;
    if (session.status === "failed") return { session: ended(session, now) };
    const error = { errorCategory: "session_expired", errorMessage: EXPIRED } as const;
    const after = ended({ ...session, status: "expired", ...error }, now);
    return { session: after, drafts: [failedDraft(after, "expired")] };
  });
}
