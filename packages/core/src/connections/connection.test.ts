import { describe, expect, it } from "vitest";
import { Connection, presentConnection } from "./connection.ts";
import { DUE_SOON_LEAD_MS } from "./timers/heartbeat-fields.ts";
import type { ConnectedNumber, Waba } from "./waba.ts";

const CONNECTED_AT = Date.parse("2026-05-01T10:30:00.999Z");
const DAY_MS = 24 * 60 * 60 * 1000;

const number: ConnectedNumber = {
  connectionId: "conn_1",
  tenantId: "cust_abc123",
  phoneNumberId: "987",
  displayPhoneNumber: "+15550100142",
  verifiedName: "Acme",
  name: "Acme WhatsApp",
  metadata: { plan: "pro" },
  status: "active",
  statusReason: null,
  connectionMode: "coexistence",
  heartbeatLastConfirmedAt: CONNECTED_AT,
  createdAt: CONNECTED_AT,
  updatedAt: CONNECTED_AT,
  webhook: null,
  historySyncTriggeredAt: null,
  contactSyncTriggeredAt: null,
  heartbeatAnnounced: null,
  heartbeatReminderSentAt: null,
  heartbeatTimerAt: null,
  pendingRequest: null,
  registrationPin: null,
  billingSuspendedAt: null,
  disconnectedAt: null,
};

const waba: Waba = {
  appId: "1",
  wabaId: "1253",
  organizationId: "org_1",
  accessToken: "sealed-token",
  tokenExpiresAt: null,
  delivery: "events",
  overrideScope: "waba",
  webhook: null,
  signingSecrets: null,
  forwardManagementEvents: true,
  foreignOverride: null,
  intent: null,
  place: 0,
  numbers: [number],
};

const show = (fields: Partial<ConnectedNumber> = {}, now = CONNECTED_AT) =>
  presentConnection(waba, { ...number, ...fields }, { now, dueSoonLeadMs: DUE_SOON_LEAD_MS });

describe("a connection", () => {
  it("has every field of the API, none of them missing, and no secret", () => {
    const shown = show();
    expect(Connection.parse(shown)).toEqual(shown);
    expect(JSON.stringify(shown)).not.toContain("sealed-token");
  });

  it("shows instants in whole seconds", () => {
    expect(show()).toMatchObject({
      createdAt: "2026-05-01T10:30:00Z",
      heartbeatLastConfirmedAt: "2026-05-01T10:30:00Z",
      heartbeatNextDueAt: "2026-05-14T10:30:00Z",
      tokenExpiresAt: null,
    });
  });

  it("shows when the token of its account expires", () => {
    const shown = presentConnection({ ...waba, tokenExpiresAt: CONNECTED_AT }, number, {
      now: 0,
      dueSoonLeadMs: DUE_SOON_LEAD_MS,
    });
    expect(shown.tokenExpiresAt).toBe("2026-05-01T10:30:00Z");
  });
});

describe("the mode", () => {
  it("coexistence has a heartbeat", () => {
    expect(show()).toMatchObject({
      connectionMode: "coexistence",
      coexistenceStatus: "active",
      heartbeatApplies: true,
      heartbeatStatus: "OK",
    });
  });

  it("cloud_api has none, and all its fields are null", () => {
    const shown = show({ connectionMode: "cloud_api", heartbeatLastConfirmedAt: null });
    expect(shown).toMatchObject({
      coexistenceStatus: "not_applicable",
      heartbeatApplies: false,
      heartbeatStatus: null,
      heartbeatLastConfirmedAt: null,
      heartbeatNextDueAt: null,
      heartbeatReminderSentAt: null,
    });
  });

  it("unknown is tracked like coexistence", () => {
    expect(show({ connectionMode: "unknown" })).toMatchObject({
      coexistenceStatus: "unknown",
      heartbeatApplies: true,
      heartbeatStatus: "OK",
    });
  });
});

describe("the heartbeat", () => {
  it.each([
    ["OK", 0],
    ["OK", 10 * DAY_MS - 1],
    ["DUE_SOON", 10 * DAY_MS],
    ["DUE_SOON", 13 * DAY_MS - 1],
    ["OVERDUE", 13 * DAY_MS],
    ["OVERDUE", 400 * DAY_MS],
  ])("is %s %i ms after it was confirmed", (heartbeatStatus, afterMs) => {
    expect(show({}, CONNECTED_AT + afterMs).heartbeatStatus).toBe(heartbeatStatus);
  });
});
