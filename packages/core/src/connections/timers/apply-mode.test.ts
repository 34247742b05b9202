import { describe, expect, it } from "vitest";
import type { ConnectionMode } from "../../events.ts";
import type { ConnectedNumber, Waba } from "../waba.ts";
import { applyMode } from "./apply-mode.ts";

const NOW = 1_800_000_000_000;

const waba = { organizationId: "org_1", appId: "1", wabaId: "100" } as Waba;
const numberIn = (connectionMode: ConnectionMode, fields: Partial<ConnectedNumber> = {}) =>
  ({
    connectionId: "conn_1",
    tenantId: "acme",
    phoneNumberId: "7",
    metadata: { plan: "pro" },
    status: "active",
    connectionMode,
    heartbeatLastConfirmedAt: connectionMode === "cloud_api" ? null : 5,
    heartbeatAnnounced: connectionMode === "cloud_api" ? null : "due_soon",
    heartbeatReminderSentAt: connectionMode === "cloud_api" ? null : 6,
    heartbeatTimerAt: connectionMode === "cloud_api" ? null : 7,
    updatedAt: 5,
    ...fields,
  }) as ConnectedNumber;

const turn = (from: ConnectionMode, to: ConnectionMode, fields: Partial<ConnectedNumber> = {}) =>
  applyMode({ waba, number: numberIn(from, fields) }, to, NOW);

describe("a mode that Meta tells", () => {
  it("comes with an event that carries the old one and the new one", () => {
    expect(turn("unknown", "coexistence")?.drafts).toEqual([
      {
        type: "connection.mode_resolved",
        organizationId: "org_1",
        data: {
          tenantId: "acme",
          connectionId: "conn_1",
          wabaId: "100",
          phoneNumberId: "7",
          metadata: { plan: "pro" },
          from: "unknown",
          to: "coexistence",
        },
      },
    ]);
  });

  it("cloud_api ends the heartbeat", () => {
    const turned = turn("unknown", "cloud_api");
    expect(turned?.number).toMatchObject({
      connectionMode: "cloud_api",
      heartbeatLastConfirmedAt: null,
      heartbeatAnnounced: null,
      heartbeatReminderSentAt: null,
      heartbeatTimerAt: null,
      updatedAt: NOW,
    });
    expect(turned?.timers).toEqual([]);
  });

  it("coexistence of an unknown number leaves its heartbeat as it was", () => {
    const turned = turn("unknown", "coexistence");
    expect(turned?.number).toMatchObject({ heartbeatLastConfirmedAt: 5, heartbeatTimerAt: 7 });
    expect(turned?.timers).toEqual([]);
  });

  it("coexistence of a number that had no heartbeat begins one, with its timer", () => {
    const turned = turn("cloud_api", "coexistence");
    expect(turned?.number).toMatchObject({ heartbeatLastConfirmedAt: NOW, heartbeatTimerAt: NOW });
    expect(turned?.timers).toEqual([{ kind: "heartbeat", id: "conn_1", dueAt: NOW }]);
  });

  it("coexistence of a suspended number waits for the resume with its timer", () => {
    const turned = turn("cloud_api", "coexistence", { status: "suspended" });
    expect(turned?.number.heartbeatTimerAt).toBeNull();
    expect(turned?.timers).toEqual([]);
  });
});

describe("nothing changes", () => {
  it.each([
    ["coexistence", "coexistence"],
    ["cloud_api", "unknown"],
    ["unknown", "unknown"],
  ] as const)("for a number in mode %s of which Meta tells %s", (from, to) => {
    expect(turn(from, to)).toBeUndefined();
  });
});
