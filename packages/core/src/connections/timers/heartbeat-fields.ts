import type { App } from "../../app.ts";
import type { HeartbeatFields } from "../../events.ts";
import { instant } from "../instant.ts";
import type { ConnectedNumber } from "../waba.ts";

const DAY_MS = 24 * 60 * 60 * 1000;

/** Meta disconnects a coexistence number whose phone was not used for about two weeks. */
export const HEARTBEAT_PERIOD_MS = 13 * DAY_MS;

/** How long before it is due a heartbeat counts as due soon, where the host does not say. */
export const DUE_SOON_LEAD_MS = 3 * DAY_MS;

/** When a heartbeat is looked at, and how early it is called due soon. */
export interface Moment {
  /** Milliseconds since the epoch. */
  readonly now: number;
  readonly dueSoonLeadMs: number;
}

/** Now, by the host's settings. */
export function momentOf({ clock, heartbeat }: Pick<App, "clock" | "heartbeat">): Moment {
  return { now: clock.now(), ...heartbeat };
}

/** What of a number its heartbeat is made of. */
export type Heartbeat = Pick<
  ConnectedNumber,
  "connectionMode" | "heartbeatLastConfirmedAt" | "heartbeatReminderSentAt"
>;

export type HeartbeatStatus = "OK" | "DUE_SOON" | "OVERDUE";

/** When the phone has to have been used, in milliseconds since the epoch; `null` where it need not. */
export function heartbeatDueAt({
  connectionMode,
  heartbeatLastConfirmedAt: confirmedAt,
}: Heartbeat): number | null {
  if (connectionMode === "cloud_api" || confirmedAt === null) return null;
  return confirmedAt + HEARTBEAT_PERIOD_MS;
}

/** `null` where no heartbeat applies. */
export function heartbeatStatus(
  heartbeat: Heartbeat,
  { now, dueSoonLeadMs }: Moment,
): HeartbeatStatus | null {
  const dueAt = heartbeatDueAt(heartbeat);
  if (dueAt === null) return null;
  if (now >= dueAt) return "OVERDUE";
  return now >= dueAt - dueSoonLeadMs ? "DUE_SOON" : "OK";
}

/** As the API and events show them: all `null` where no heartbeat applies. */
export function heartbeatFields(heartbeat: Heartbeat, moment: Moment): HeartbeatFields {
  const dueAt = heartbeatDueAt(heartbeat);
  return {
    heartbeatStatus: heartbeatStatus(heartbeat, moment),
    heartbeatLastConfirmedAt: dueAt === null ? null : instant(heartbeat.heartbeatLastConfirmedAt),
    heartbeatNextDueAt: instant(dueAt),
    heartbeatReminderSentAt: dueAt === null ? null : instant(heartbeat.heartbeatReminderSentAt),
  };
}

/** A period that begins at `at`: nothing of it was told yet. The timer that is set stays set. */
export function confirmedAt(at: number) {
  return {
    heartbeatLastConfirmedAt: at,
    heartbeatAnnounced: null,
    heartbeatReminderSentAt: null,
  } as const;
}

/** Of a number that is not shared with an app: its timer finds nothing to do. */
export const NO_HEARTBEAT = {
  heartbeatLastConfirmedAt: null,
  heartbeatAnnounced: null,
  heartbeatReminderSentAt: null,
  heartbeatTimerAt: null,
} as const;
