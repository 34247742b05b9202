import { describe, expect, it } from "vitest";
import type { ConnectedNumber } from "../waba.ts";
import type { Connect } from "./connect.ts";
import { describeNumber } from "./describe-number.ts";

const NOW = 1_000_000;
const grant = {
  wabaId: "100",
  displayPhoneNumber: "+1555",
  verifiedName: "Lucky",
  connectionMode: "coexistence",
  platformType: "CLOUD_API",
  tokenExpiresAt: null,
} as const;
// What a caller says of a number; the rest of the request is not looked at.
const input = { tenantId: "acme", phoneNumberId: "7" } as Connect;

/** The number as it was before, as far as it matters. */
const before = (fields: Partial<ConnectedNumber>) =>
  ({
    connectionId: "conn_1",
    status: "active",
    statusReason: null,
    historySyncTriggeredAt: 5,
    contactSyncTriggeredAt: 6,
    heartbeatLastConfirmedAt: 7,
    registrationPin: "sealed",
    createdAt: 1,
    ...fields,
  }) as ConnectedNumber;

describe("a number that is connected", () => {
  it("is active, or pending for what Meta has still to do", () => {
    const described = (awaits?: "in_review" | null) =>
      describeNumber({ input, grant, before: undefined, ...(awaits && { awaits }) }, NOW);
    expect(described()).toMatchObject({ status: "active", statusReason: null });
    expect(described("in_review")).toMatchObject({ status: "pending", statusReason: "in_review" });
  });

  it("stays suspended, whatever Meta has still to do", () => {
    const suspended = before({ status: "suspended", statusReason: "billing_suspended" });
    const described = describeNumber({ input, grant, before: suspended, awaits: "in_review" }, NOW);
    expect(described).toMatchObject({ status: "suspended", statusReason: "billing_suspended" });
  });

  it("keeps what was asked of Meta once, and its PIN", () => {
    expect(describeNumber({ input, grant, before: before({}) }, NOW)).toMatchObject({
      connectionId: "conn_1",
      historySyncTriggeredAt: 5,
      contactSyncTriggeredAt: 6,
      registrationPin: "sealed",
      createdAt: 1,
    });
  });

  it("may be asked about its past anew when it comes back", () => {
    const gone = before({ status: "disconnected" });
    expect(describeNumber({ input, grant, before: gone }, NOW)).toMatchObject({
      connectionId: "conn_1",
      status: "active",
      historySyncTriggeredAt: null,
      contactSyncTriggeredAt: null,
      heartbeatLastConfirmedAt: NOW,
    });
  });
});
