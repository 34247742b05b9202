import { expect, test } from "vitest";
import { readAccountUpdate } from "./account-update.ts";

test("an event without a part of its own has none", () => {
  const update = readAccountUpdate({ event: "ACCOUNT_DELETED" });
  const { event, ...parts } = update ?? {};
  expect(event).toBe("ACCOUNT_DELETED");
  expect(new Set(Object.values(parts))).toEqual(new Set([null]));
});

test.each([
  [
    { violation_info: { violation_type: "SCAM" } },
    { violationInfo: { violationType: "SCAM", remediation: null } },
  ],
  [
    { restriction_info: { restriction_type: "BRAND_NEW", expiration: "1795824000" } },
    { restrictionInfo: [{ restrictionType: "BRAND_NEW", expiration: "2026-11-28T00:00:00.000Z" }] },
  ],
  [
    {
      waba_info: {
        waba_id: 104996122399160,
        ad_account_id: 1,
        solution_partner_business_ids: [7, "8", {}],
      },
    },
    {
      wabaInfo: {
        wabaId: "104996122399160",
        adAccountId: "1",
        solutionPartnerBusinessIds: ["7", "8"],
      },
    },
  ],
  [
    { disconnection_info: { reason: "BRAND_NEW", initiated_by: "USER", brand_new: 1 } },
    { disconnectionInfo: { reason: "BRAND_NEW", initiatedBy: "USER", brandNew: 1 } },
  ],
  [
    {
      partner_client_certification_info: {
        rejection_reasons: ["LEGAL_NAME_NOT_MATCHING", "LEGAL NAME NOT MATCHING"],
      },
    },
    {
      partnerClientCertificationInfo: {
        rejectionReasons: ["LEGAL_NAME_NOT_MATCHING", "LEGAL NAME NOT MATCHING"],
      },
    },
  ],
  [{ ban_info: "DISABLE" }, { banInfo: null }],
  [{ phone_number: 15550100142 }, { phoneNumber: "15550100142" }],
])("its parts are read as Meta's pages spell them: %j", (value, expected) => {
  expect(readAccountUpdate({ event: "BRAND_NEW", ...value })).toMatchObject(expected);
});

test.each([{}, { event: "" }, { event: ["A"] }])("without an event it is none: %j", (value) => {
  expect(readAccountUpdate(value)).toBeUndefined();
});
