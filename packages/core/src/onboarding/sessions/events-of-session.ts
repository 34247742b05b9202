import type { Connection } from "../../connections/connection.ts";
import type { EventData, EventDraft } from "../../events.ts";
import type { Session } from "./session.ts";

/** Whose session an event is about, and of which number, as far as that is known. */
function subjectOfSession(session: Session) {
  const { sessionId, tenantId, connectionId, metadata, signup } = session;
  const { wabaId = null, phoneNumberId = null } = signup?.chosen ?? {};
  return { sessionId, tenantId, connectionId, wabaId, phoneNumberId, metadata };
}

/** Somebody has begun. */
export function startedDraft(session: Session): EventDraft {
  const { organizationId } = session;
  return { type: "onboarding.started", organizationId, data: subjectOfSession(session) };
}

/** It has come to an end that is none, or to one that can still be mended. */
export function failedDraft(
  session: Session,
  reason: EventData["onboarding.failed"]["reason"],
): EventDraft {
  const { organizationId, errorCategory, errorMessage } = session;
  const data = { ...subjectOfSession(session), reason, errorCategory, errorMessage };
  return { type: "onboarding.failed", organizationId, data };
}

/** The number works. */
export function completedDraft(session: Session, connection: Connection): EventDraft {
  const { organizationId, sessionId } = session;
  const data = { ...connection, sessionId };
  return { type: "onboarding.completed", organizationId, data };
}
