import { readFileSync } from "node:fs";
import { describe, expect, it } from "vitest";
import { NUMBER_HEALTH_FIELDS, NumberHealth } from "./number-health.ts";

const SAMPLES = new URL("../../../../test/fixtures/payloads/graph/", import.meta.url);
const sample = (name: string) => JSON.parse(readFileSync(new URL(name, SAMPLES), "utf8"));

describe("the health of a number", () => {
  it("is told by its own fields", () => {
    expect(NumberHealth.parse(sample("phone_number.get.full.json"))).toEqual({
      id: "110200345501442",
      displayPhoneNumber: "+1 555-010-0142",
      verifiedName: "Lucky Shrub",
      qualityRating: "GREEN",
      accountMode: "LIVE",
      messagingTier: "TIER_2K",
      nameStatus: "APPROVED",
      newNameStatus: "NONE",
      codeVerificationStatus: "VERIFIED",
      status: "CONNECTED",
      platformType: "CLOUD_API",
      isOnBizApp: false,
      healthStatus: null,
      entities: [],
    });
  });

  it("is told by what messages need", () => {
    const health = NumberHealth.parse(sample("health_status.blocked.json"));
    expect(health.healthStatus).toBe("BLOCKED");
    expect(health.entities.map(({ type, canSendMessage }) => [type, canSendMessage])).toEqual([
      ["PHONE_NUMBER", "AVAILABLE"],
      ["WABA", "BLOCKED"],
      ["BUSINESS", "AVAILABLE"],
      ["APP", "AVAILABLE"],
    ]);
    expect(health.entities[1]?.errors).toEqual([
      {
        code: 141006,
        description: expect.stringContaining("payment method"),
        possibleSolution: expect.stringContaining("add a new payment method"),
      },
    ]);
    const limited = NumberHealth.parse(sample("health_status.limited.json"));
    expect(limited.entities[0]?.additionalInfo).toEqual([expect.stringContaining("display name")]);
  });

  it("is unknown where Meta says nothing, or something of another kind", () => {
    const odd = [
      { id: "1", health_status: 7 },
      { id: "1", health_status: { entities: "none" } },
    ];
    for (const node of [{ id: "1" }, ...odd]) {
      const health = NumberHealth.parse(node);
      expect(health).toMatchObject({ healthStatus: null, entities: [], isOnBizApp: null });
    }
  });

  it("is asked for by name, without the field that is about to go", () => {
    const names = NUMBER_HEALTH_FIELDS.split(",");
    expect(names).toEqual(expect.arrayContaining(["health_status", "is_on_biz_app", "status"]));
    expect(names).not.toContain("messaging_limit_tier");
  });
});
