import { expect, test } from "vitest";
import {
  readAccountAlert,
  readAccountCapability,
  readAccountReview,
  readAccountSecurity,
} from "./account-notices.ts";

test("an alert is read in both of its shapes", () => {
  const words = { alert_severity: "CRITICAL", alert_status: "NONE", alert_type: "OBA_APPROVED" };
  const about = { entity_type: "BUSINESS", entity_id: 506914307650001 };
  const expected = {
    entityType: "BUSINESS",
    entityId: "506914307650001",
    alertInfo: { alertSeverity: "CRITICAL", alertType: "OBA_APPROVED", alertDescription: null },
  };
  expect(readAccountAlert({ ...about, alert_info: words })).toMatchObject(expected);
  expect(readAccountAlert({ ...about, ...words })).toMatchObject(expected);
});

test.each([
  [{ max_daily_conversations_per_business: 2000 }, { maxDailyConversationsPerBusiness: 2000 }],
  [{ max_daily_conversations_per_business: "2000" }, { maxDailyConversationsPerBusiness: 2000 }],
  [
    { max_daily_conversations_per_business: "TIER_2K" },
    { maxDailyConversationsPerBusiness: "TIER_2K" },
  ],
  [{ max_daily_conversation_per_phone: -1 }, { maxDailyConversationPerPhone: -1 }],
])("a limit is a number or a tier: %j", (value, expected) => {
  expect(readAccountCapability(value)).toMatchObject(expected);
});

test("what lacks the word it is about is none", () => {
  expect(readAccountReview({})).toBeUndefined();
  expect(readAccountAlert({ entity_type: "BUSINESS" })).toBeUndefined();
  expect(readAccountCapability({ surprise: 1 })).toBeUndefined();
  expect(readAccountSecurity({ requester: "1" })).toBeUndefined();
});
