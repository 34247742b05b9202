import type { Store } from "@wabakit/core";
import { setTimers } from "../../packages/core/src/connections/timers/timers.ts";
import { connectionKey, wabaKey } from "../../packages/core/src/connections/waba.ts";

const DAY_MS = 24 * 60 * 60 * 1000;
const PER_COMMIT = 500;

/** Connections, each of an account of its own, whose heartbeats are due soon at given instants. */
export interface Seed {
  readonly count: number;
  /** Milliseconds since the epoch. */
  readonly dueAt: (index: number) => number;
}

/** Writes connections as they are once their first timer has come round. */
export async function seedConnections(store: Store, { count, dueAt }: Seed): Promise<void> {
  for (let start = 0; start < count; start += PER_COMMIT) {
    const indexes = Array.from(
      { length: Math.min(PER_COMMIT, count - start) },
      (_, i) => start + i,
    );
    const writes = indexes.flatMap((index) => recordsOf(index, dueAt(index)));
    await store.commit({ guards: [], writes });
    await setTimers(
      store,
      indexes.map((index) => ({ kind: "heartbeat", id: idOf(index), dueAt: dueAt(index) })),
    );
  }
}

function idOf(index: number): string {
  return `conn_${String(index).padStart(26, "0")}`;
}

function recordsOf(index: number, dueSoonAt: number) {
  const ref = { organizationId: "org_1", appId: "1", wabaId: String(1_000_000 + index) };
  const number = {
    connectionId: idOf(index),
    tenantId: `tenant-${index}`,
    phoneNumberId: String(2_000_000 + index),
    displayPhoneNumber: "+15550100142",
    verifiedName: "Acme",
    name: "Acme WhatsApp",
    metadata: null,
    status: "active",
    statusReason: null,
    connectionMode: "coexistence",
    webhook: null,
    historySyncTriggeredAt: null,
    contactSyncTriggeredAt: null,
    heartbeatLastConfirmedAt: dueSoonAt - 10 * DAY_MS,
    heartbeatAnnounced: null,
    heartbeatReminderSentAt: null,
    heartbeatTimerAt: dueSoonAt,
    billingSuspendedAt: null,
    disconnectedAt: null,
    createdAt: 0,
    updatedAt: 0,
  };
  const waba = {
    ...ref,
    accessToken: "sealed".repeat(50),
    tokenExpiresAt: null,
    delivery: "events",
    overrideScope: "waba",
    webhook: null,
    signingSecrets: null,
    forwardManagementEvents: true,
    foreignOverride: null,
    numbers: [number],
    intent: null,
    place: index,
  };
  return [
    { key: wabaKey("1", ref.wabaId), value: waba },
    { key: connectionKey(number.connectionId), value: { ...ref, tenantId: number.tenantId } },
  ];
}
