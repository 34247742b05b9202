import { z } from "zod";
import type { ConnectedNumber, Waba, Webhook } from "./waba.ts";

const DAY_MS = 24 * 60 * 60 * 1000;
/** Meta disconnects a coexistence number whose phone was not used for about two weeks. */
const HEARTBEAT_PERIOD_MS = 13 * DAY_MS;
const DUE_SOON_LEAD_MS = 3 * DAY_MS;

const Instant = z.iso.datetime().nullable();

/** A connection as the API shows it; never with a secret. */
export const Connection = z.strictObject({
  connectionId: z.string(),
  name: z.string().nullable(),
  wabaId: z.string(),
  phoneNumberId: z.string(),
  displayPhoneNumber: z.string().nullable(),
  verifiedName: z.string().nullable(),
  webhookUrl: z.string().nullable(),
  delivery: z.enum(["direct", "relay", "events"]),
  overrideScope: z.enum(["waba", "number"]),
  webhookState: z.enum(["none", "active", "refused", "removed"]),
  status: z.enum(["pending", "active", "disconnected", "suspended"]),
  statusReason: z.string().nullable(),
  tenantId: z.string(),
  metadata: z.record(z.string(), z.unknown()).nullable(),
  connectionMode: z.enum(["coexistence", "cloud_api", "unknown"]),
  coexistenceStatus: z.enum(["active", "not_applicable", "unknown"]),
  historySyncTriggeredAt: Instant,
  contactSyncTriggeredAt: Instant,
  heartbeatApplies: z.boolean(),
  heartbeatStatus: z.enum(["OK", "DUE_SOON", "OVERDUE"]).nullable(),
  heartbeatLastConfirmedAt: Instant,
  heartbeatNextDueAt: Instant,
  heartbeatReminderSentAt: Instant,
  tokenExpiresAt: Instant,
  billingSuspendedAt: Instant,
  disconnectedAt: Instant,
  createdAt: Instant,
  updatedAt: Instant,
});
export type Connection = z.infer<typeof Connection>;

const COEXISTENCE_STATUS = {
  coexistence: "active",
  cloud_api: "not_applicable",
  unknown: "unknown",
} as const;

/** Presents a number of a WABA. `now` decides the heartbeat's status. */
export function presentConnection(waba: Waba, number: ConnectedNumber, now: number): Connection {
  const { connectionId, name, tenantId, metadata, connectionMode, status } = number;
  const webhook = webhookOf(waba, number);
  return {
    connectionId,
    name,
    wabaId: waba.wabaId,
    phoneNumberId: number.phoneNumberId,
    displayPhoneNumber: number.displayPhoneNumber,
    verifiedName: number.verifiedName,
    webhookUrl: webhook?.url ?? null,
    delivery: waba.delivery,
    overrideScope: waba.overrideScope,
    webhookState: webhook?.state ?? "none",
    status,
    statusReason: number.statusReason ?? (waba.foreignOverride && "override_in_place"),
    tenantId,
    metadata,
    connectionMode,
    coexistenceStatus: COEXISTENCE_STATUS[connectionMode],
    historySyncTriggeredAt: instant(number.historySyncTriggeredAt),
    contactSyncTriggeredAt: instant(number.contactSyncTriggeredAt),
    ...presentHeartbeat(number, now),
    tokenExpiresAt: instant(waba.tokenExpiresAt),
    billingSuspendedAt: instant(number.billingSuspendedAt),
    disconnectedAt: instant(number.disconnectedAt),
    createdAt: instant(number.createdAt),
    updatedAt: instant(number.updatedAt),
  };
}

function presentHeartbeat(
  { connectionMode, heartbeatLastConfirmedAt }: ConnectedNumber,
  now: number,
) {
  const heartbeatReminderSentAt = null;
  if (connectionMode === "cloud_api" || heartbeatLastConfirmedAt === null) {
    return {
      heartbeatApplies: connectionMode !== "cloud_api",
      heartbeatStatus: null,
      heartbeatLastConfirmedAt: null,
      heartbeatNextDueAt: null,
      heartbeatReminderSentAt,
    };
  }
  const dueAt = heartbeatLastConfirmedAt + HEARTBEAT_PERIOD_MS;
  return {
    heartbeatApplies: true,
    heartbeatStatus: heartbeatStatus(dueAt, now),
    heartbeatLastConfirmedAt: instant(heartbeatLastConfirmedAt),
    heartbeatNextDueAt: instant(dueAt),
    heartbeatReminderSentAt,
  };
}

function heartbeatStatus(dueAt: number, now: number): "OK" | "DUE_SOON" | "OVERDUE" {
  if (now >= dueAt) return "OVERDUE";
  return now >= dueAt - DUE_SOON_LEAD_MS ? "DUE_SOON" : "OK";
}

/** The webhook that a number's messages go to. */
export function webhookOf(
  { overrideScope, webhook }: Waba,
  number: ConnectedNumber,
): Webhook | null {
  return overrideScope === "number" ? number.webhook : webhook;
}

/** ISO 8601 in whole seconds. */
export function instant(at: number | null): string | null {
  return at === null ? null : `${new Date(at).toISOString().slice(0, 19)}Z`;
}
