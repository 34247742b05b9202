import { newId } from "../../crypto/ids.ts";
import type { Awaited } from "../awaited.ts";
import { confirmedAt, NO_HEARTBEAT } from "../timers/heartbeat-fields.ts";
import type { ConnectedNumber } from "../waba.ts";
import type { Connect } from "./connect.ts";
import type { GrantedNumber } from "./grant.ts";

/** What somebody wants, what Meta says, and what was known of a number before. */
export interface NumberClaim {
  readonly input: Connect;
  readonly grant: GrantedNumber;
  readonly before: ConnectedNumber | undefined;
  /** What Meta has still to do about it; nothing when left out. */
  readonly awaits?: Awaited | null;
}

/** What a number is now; the name and metadata it was given before stay when none are given. */
export function describeNumber(
  { input, grant, before, awaits = null }: NumberClaim,
  now: number,
): ConnectedNumber {
  const { tenantId, phoneNumberId, name, metadata } = input;
  const { displayPhoneNumber, verifiedName, connectionMode } = grant;
  return {
    connectionId: before?.connectionId ?? newId("conn_"),
    tenantId,
    phoneNumberId,
    displayPhoneNumber,
    verifiedName,
    name: name ?? before?.name ?? verifiedName,
    metadata: metadata ?? before?.metadata ?? null,
    ...statusOf(before, awaits),
    connectionMode,
    webhook: before?.webhook ?? null,
    ...syncsOf({ input, before }),
    ...heartbeatOf({ input, grant, before }, now),
    pendingRequest: null,
    registrationPin: before?.registrationPin ?? null,
    billingSuspendedAt: before?.billingSuspendedAt ?? null,
    ...(before?.signalAt !== undefined && { signalAt: before.signalAt }),
    disconnectedAt: null,
    createdAt: before?.createdAt ?? now,
    updatedAt: now,
  };
}

/** A suspension outlasts whatever Meta says. */
function statusOf(before: ConnectedNumber | undefined, awaits: Awaited | null) {
  if (before?.status === "suspended") {
    return { status: before.status, statusReason: before.statusReason };
  }
  return { status: awaits ? ("pending" as const) : ("active" as const), statusReason: awaits };
}

/** Meta shares a number's past once for each time it joins. */
function syncsOf({ input, before }: Pick<NumberClaim, "input" | "before">) {
  const known = before?.status === "disconnected" ? undefined : before;
  const { historySyncTriggeredAt: history, contactSyncTriggeredAt: contacts } = input;
  return {
    historySyncTriggeredAt: instantOf(history) ?? known?.historySyncTriggeredAt ?? null,
    contactSyncTriggeredAt: instantOf(contacts) ?? known?.contactSyncTriggeredAt ?? null,
  };
}

/** A number that comes, or comes back, has just been used; one that is verified anew goes on as it was. */
function heartbeatOf({ input, grant, before }: NumberClaim, now: number) {
  if (grant.connectionMode === "cloud_api") return NO_HEARTBEAT;
  const heartbeatTimerAt = before?.heartbeatTimerAt ?? null;
  const given = instantOf(input.heartbeatLastConfirmedAt);
  const known = before?.status === "disconnected" ? null : before?.heartbeatLastConfirmedAt;
  if (given === null && known && before) {
    const { heartbeatAnnounced, heartbeatReminderSentAt } = before;
    const told = { heartbeatAnnounced, heartbeatReminderSentAt };
    return { heartbeatLastConfirmedAt: known, ...told, heartbeatTimerAt };
  }
  return { ...confirmedAt(given ?? now), heartbeatTimerAt };
}

function instantOf(text: string | undefined): number | null {
  return text === undefined ? null : Date.parse(text);
}
