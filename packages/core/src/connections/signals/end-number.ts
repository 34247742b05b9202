import type { EventDraft } from "../../events.ts";
import { isLive } from "../change/apply-change.ts";
import { subjectOf } from "../change-number.ts";
import type { ConnectedNumber, Waba } from "../waba.ts";
import type { EndReason } from "./signal.ts";

/** A number that has ended for a reason of Meta's; it keeps its place and its id. `now` in epoch ms. */
export function endNumber(
  number: ConnectedNumber,
  reason: EndReason,
  now: number,
): ConnectedNumber {
  return {
    ...number,
    status: "disconnected",
    statusReason: reason,
    disconnectedAt: now,
    pendingRequest: null,
    updatedAt: now,
  };
}

/** What is told of a number whose status has turned, if it has. */
export function eventsOfStatus(
  waba: Waba,
  before: ConnectedNumber,
  after: ConnectedNumber,
): readonly EventDraft[] {
  if (before.status === after.status) return [];
  const { organizationId } = waba;
  const subject = subjectOf(waba, after);
  const reason = after.statusReason;
  const turn = { ...subject, from: before.status, to: after.status, reason };
  const changed = { type: "connection.status_changed", organizationId, data: turn } as const;
  if (isLive(after) || reason === null) return [changed];
  return [
    { type: "connection.disconnected", organizationId, data: { ...subject, reason } },
    changed,
  ];
}
