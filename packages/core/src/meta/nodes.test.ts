import { readFileSync } from "node:fs";
import { describe, expect, it } from "vitest";
import { GraphId, PhoneNumber, SubscribedApps, TokenInfo, Waba } from "./nodes.ts";

const SAMPLES = new URL("../../../../test/fixtures/payloads/graph/", import.meta.url);
const sample = (name: string) => JSON.parse(readFileSync(new URL(name, SAMPLES), "utf8"));

const appId = "670843887430011";
const wabaId = "104996122399160";

describe("an id", () => {
  it("is digits, also where Meta writes a number", () => {
    expect([GraphId.parse("17"), GraphId.parse(104996122399160)]).toEqual(["17", wabaId]);
  });

  it.each(["", "abc", "-1", -1, 1.5, null])("is not %o", (value) => {
    expect(GraphId.safeParse(value).success).toBe(false);
  });
});

describe("a token's info", () => {
  it("tells whose token it is, until when, and for which WABAs", () => {
    expect(TokenInfo.parse(sample("debug_token.response.json"))).toEqual({
      appId,
      type: "SYSTEM_USER",
      isValid: true,
      issuedAt: 1_795_219_200_000,
      expiresAt: 1_800_403_200_000,
      dataAccessExpiresAt: null,
      scopes: ["whatsapp_business_management", "whatsapp_business_messaging", "public_profile"],
      granularScopes: [
        { scope: "whatsapp_business_management", targetIds: [wabaId] },
        { scope: "whatsapp_business_messaging", targetIds: [wabaId] },
      ],
      userId: "10222270944530014",
      error: null,
    });
  });

  it("tells why a token is dead, without the message that may repeat it", () => {
    const error = { code: 190, subcode: 463, message: "EAAtoken has expired" };
    const info = TokenInfo.parse({ data: { is_valid: false, error, scopes: [] } });
    expect(info).toMatchObject({ isValid: false, appId: null });
    expect(info.error).toEqual({ code: 190, subcode: 463 });
  });

  it("reads instants that are text, and 0 as never", () => {
    const data = { is_valid: true, issued_at: "1795219200", expires_at: 0 };
    const info = TokenInfo.parse({ data });
    expect(info).toMatchObject({ issuedAt: 1_795_219_200_000, expiresAt: null });
  });

  it("tells a scope without limits from one that covers nothing", () => {
    const granular_scopes = [{ scope: "a" }, { scope: "b", target_ids: [] }];
    expect(TokenInfo.parse({ data: { is_valid: true, granular_scopes } }).granularScopes).toEqual([
      { scope: "a", targetIds: null },
      { scope: "b", targetIds: [] },
    ]);
  });
});

describe("a WABA", () => {
  it("has a name, a review and a business that owns it", () => {
    expect(Waba.parse(sample("waba.get.json"))).toEqual({
      id: wabaId,
      name: "Lucky Shrub WABA",
      accountReviewStatus: "APPROVED",
      ownerBusiness: { id: "2729063490580044", name: "Lucky Shrub" },
    });
  });

  it("may be no more than an id", () => {
    const empty = { name: null, accountReviewStatus: null, ownerBusiness: null };
    expect(Waba.parse({ id: wabaId })).toEqual({ id: wabaId, ...empty });
  });
});

describe("a phone number", () => {
  it("tells how it is used", () => {
    expect(PhoneNumber.parse(sample("phone_number.get.full.json"))).toEqual({
      id: "110200345501442",
      displayPhoneNumber: "+1 555-010-0142",
      verifiedName: "Lucky Shrub",
      qualityRating: "GREEN",
      status: "CONNECTED",
      platformType: "CLOUD_API",
      isOnBizApp: false,
    });
  });

  it("says null where Meta says nothing, or something of another kind", () => {
    const number = PhoneNumber.parse({ id: "1", is_on_biz_app: "yes", status: 7 });
    expect(number).toMatchObject({ isOnBizApp: null, status: null, platformType: null });
  });
});

describe("the apps of a WABA", () => {
  const app = { appId, name: "Lucky Platform" };
  const overrideCallbackUri = "https://tenant-a.example.com/webhook";

  it.each([
    ["subscribed_apps.get.override.json", [{ ...app, overrideCallbackUri }]],
    ["subscribed_apps.get.json", [{ ...app, overrideCallbackUri: null }]],
    ["subscribed_apps.get.empty.json", []],
  ])("are listed with their overrides: %s", (name, expected) => {
    expect(SubscribedApps.parse(sample(name))).toEqual(expected);
  });

  it.each([
    [{ app: { id: appId } }],
    [{ whatsapp_business_api_data: { id: appId }, override_callback_uri: { uri: "https://a" } }],
  ])("are never taken for absent, or free of an override, in a new shape: %o", (row) => {
    expect(SubscribedApps.safeParse({ data: [row] }).success).toBe(false);
  });
});
