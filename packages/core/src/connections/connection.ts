import { z } from "zod";
import { instant, wholeSeconds } from "./instant.ts";
import { heartbeatFields, type Moment } from "./timers/heartbeat-fields.ts";
import type { ConnectedNumber, Waba, Webhook } from "./waba.ts";

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
  createdAt: z.iso.datetime(),
  updatedAt: z.iso.datetime(),
});
export type Connection = z.infer<typeof Connection>;

const COEXISTENCE_STATUS = {
  coexistence: "active",
  cloud_api: "not_applicable",
  unknown: "unknown",
} as const;

/** Presents a number of a WABA, with its heartbeat as it is at a moment. */
export function presentConnection(waba: Waba, number: ConnectedNumber, moment: Moment): Connection {
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
    webhookState: webhookStateOf(number, webhook),
    status,
    statusReason: number.statusReason ?? reasonOf(waba),
    tenantId,
    metadata,
    connectionMode,
    coexistenceStatus: COEXISTENCE_STATUS[connectionMode],
    historySyncTriggeredAt: instant(number.historySyncTriggeredAt),
    contactSyncTriggeredAt: instant(number.contactSyncTriggeredAt),
    heartbeatApplies: connectionMode !== "cloud_api",
    ...heartbeatFields(number, moment),
    tokenExpiresAt: instant(waba.tokenExpiresAt),
    billingSuspendedAt: instant(number.billingSuspendedAt),
    disconnectedAt: instant(number.disconnectedAt),
    createdAt: wholeSeconds(number.createdAt),
    updatedAt: wholeSeconds(number.updatedAt),
  };
}

/** Meta sends nothing of a number that has ended, and what its webhook is for waits for its return. */
function webhookStateOf({ status }: ConnectedNumber, webhook: Webhook | null) {
  if (!webhook) return "none";
  return status === "disconnected" ? "removed" : webhook.state;
}

/** Why no number of the account is quite as it should be. */
function reasonOf({ tokenDiedAt, foreignOverride }: Waba): string | null {
  if (tokenDiedAt) return "token_expired";
  return foreignOverride && "override_in_place";
}

/** The webhook that a number's messages go to. */
export function webhookOf(
  { overrideScope, webhook }: Waba,
  number: ConnectedNumber,
): Webhook | null {
  return overrideScope === "number" ? number.webhook : webhook;
}
