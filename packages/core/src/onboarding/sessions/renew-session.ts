import { z } from "zod";
import { auditing } from "../../access/audit/audit-log.ts";
import type { App } from "../../app.ts";
import type { Acting } from "../../connections/owned.ts";
import { setTimers } from "../../connections/timers/timers.ts";
import type { RandomBytes } from "../../crypto/random-bytes.ts";
import { Failure } from "../../failure.ts";
import { joined } from "../../store/joined.ts";
import { changeSession, requireSession } from "./change-session.ts";
import { lifetimeMs } from "./describe-session.ts";
import { linking, linkUrl, newToken } from "./link.ts";
import type { Session } from "./session.ts";
import { expiresInSecondsField } from "./session-input.ts";

/** For how long another link is to live. */
export const RenewSession = z.strictObject({ expiresInSeconds: expiresInSecondsField });
export type RenewSession = z.output<typeof RenewSession>;

/** A session with another link, which is shown here only. */
export const RenewedSession = z.strictObject({
  sessionId: z.string(),
  onboardingUrl: z.url(),
  expiresAt: z.iso.datetime(),
});
export type RenewedSession = z.infer<typeof RenewedSession>;

type RenewParts = Pick<
  App,
  "store" | "clock" | "emit" | "rootSecret" | "pagesUrl" | "onboarding"
> & { readonly random: RandomBytes };

/**
 * Gives a session another link, for whichever browser opens it first; the one before leads nowhere from
 * now on. One that had expired is open again.
 *
 * @throws {Failure} `not_found`, `session_closed` when it is completed or cancelled, `invalid_request`,
 *   `store_unavailable`
 */
export async function renewSession(
  parts: RenewParts,
  acting: Acting,
  { sessionId, expiresInSeconds }: RenewSession & { readonly sessionId: string },
): Promise<RenewedSession> {
  const { organizationId, actor, requestId } = acting;
  const link = newToken(parts, parts.random);
  await requireSession(parts.store, acting, sessionId);
  const expiresAt = parts.clock.now() + lifetimeMs(parts, expiresInSeconds);
  await setTimers(parts.store, [{ kind: "session", id: sessionId, dueAt: expiresAt }]);
  const entry = { organizationId, actor, requestId, action: "session.renewed" };
  const session = await changeSession(parts, sessionId, async (before) => {
    if (before.link === link.hash) return undefined;
    const after = renewed(before, { link: link.hash, expiresAt });
    const { tenantId } = before;
    const told = await auditing(parts, { ...entry, subject: { sessionId, tenantId } });
    const leading = linking(before, { before: before.link, now: link.hash });
    return { session: after, with: joined(leading, told) };
  });
  return {
    sessionId,
    onboardingUrl: linkUrl(parts, link.token),
    expiresAt: new Date(session.expiresAt).toISOString(),
  };
}

function renewed(
  session: Session,
  given: { readonly link: string; readonly expiresAt: number },
): Session {
  const { status } = session;
  if (status === "completed" || status === "cancelled") {
    throw new Failure("session_closed", `The session is ${status}: begin another one.`);
  }
  const unused = { browser: null, state: null, signal: null, endedAt: null };
  const open = { ...session, ...given, ...unused };
  if (status !== "expired") return open;
  return { ...open, status: "created", step: null, errorCategory: null, errorMessage: null };
}
