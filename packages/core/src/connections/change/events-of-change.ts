import type { EventDraft } from "../../events.ts";
import { subjectOf } from "../change-number.ts";
import { webhookOf } from "../connection.ts";
import type { ConnectedNumber, Waba } from "../waba.ts";
import { isLive } from "./apply-change.ts";
import type { WabaChange } from "./intent.ts";

/** An account before a change and after it. */
export interface Turn {
  readonly before: Waba;
  readonly after: Waba;
}

/** What a change has to tell: numbers that left, turned their status or mode, or send elsewhere now. */
export function eventsOfChange(turn: Turn, change: WabaChange): readonly EventDraft[] {
  const kept = turn.after.numbers.flatMap((after) => {
    const before = turn.before.numbers.find(isSameAs(after));
    return before ? [{ before, after }] : [];
  });
  return [
    ...departures(turn),
    ...kept.flatMap(({ before, after }) => turnsOf(turn.after, before, after)),
    ...webhookChanges(turn, change),
  ];
}

function isSameAs({ connectionId }: ConnectedNumber) {
  return (other: ConnectedNumber) => other.connectionId === connectionId;
}

function departures({ before, after }: Turn): readonly EventDraft[] {
  const { organizationId } = before;
  const gone = before.numbers.filter((number) => !after.numbers.some(isSameAs(number)));
  return gone.filter(isLive).map((number) => ({
    type: "connection.disconnected",
    organizationId,
    data: { ...subjectOf(before, number), reason: "partner_initiated" },
  }));
}

function turnsOf(waba: Waba, before: ConnectedNumber, after: ConnectedNumber) {
  const { organizationId } = waba;
  const subject = subjectOf(waba, after);
  const drafts: EventDraft[] = [];
  if (before.status !== after.status) {
    const turn = { from: before.status, to: after.status, reason: after.statusReason };
    const data = { ...subject, ...turn };
    drafts.push({ type: "connection.status_changed", organizationId, data });
  }
  if (before.connectionMode === "unknown" && after.connectionMode !== "unknown") {
    const data = { ...subject, from: before.connectionMode, to: after.connectionMode };
    drafts.push({ type: "connection.mode_resolved", organizationId, data });
  }
  return drafts;
}

/** The connections whose messages a change sends to one place: all, or those of one number. */
export function affectedBy(waba: Waba, connectionId: string | null): readonly ConnectedNumber[] {
  const live = waba.numbers.filter(isLive);
  const isOne = waba.overrideScope === "number" && connectionId !== null;
  return isOne ? live.filter((number) => number.connectionId === connectionId) : live;
}

/** One for each tenant, which learns nothing about the others. */
function webhookChanges(turn: Turn, change: WabaChange): readonly EventDraft[] {
  const moved = turn.after.numbers.filter(isLive).filter((number) => hasMoved(turn, number));
  const named = "connectionId" in change ? change.connectionId : null;
  const byTenant = Map.groupBy(moved, ({ tenantId }) => tenantId);
  return [...byTenant.values()].flatMap((numbers) => {
    const subject = numbers.find(({ connectionId }) => connectionId === named) ?? numbers[0];
    return subject ? [webhookChanged(turn.after, subject, numbers)] : [];
  });
}

function webhookChanged(
  waba: Waba,
  subject: ConnectedNumber,
  numbers: readonly ConnectedNumber[],
): EventDraft {
  const { organizationId, delivery, overrideScope } = waba;
  return {
    type: "connection.webhook_changed",
    organizationId,
    data: {
      ...subjectOf(waba, subject),
      webhookUrl: webhookOf(waba, subject)?.url ?? null,
      delivery,
      overrideScope,
      affectedConnectionIds: numbers.map(({ connectionId }) => connectionId),
    },
  };
}

/** A number that has just joined has moved nowhere. */
function hasMoved({ before, after }: Turn, number: ConnectedNumber): boolean {
  const former = before.numbers.find(isSameAs(number));
  if (!former) return false;
  if (before.delivery !== after.delivery) return true;
  const [from, to] = [webhookOf(before, former), webhookOf(after, number)];
  return from?.url !== to?.url || from?.verifyToken !== to?.verifyToken;
}
