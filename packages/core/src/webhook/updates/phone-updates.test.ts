import { expect, test } from "vitest";
import {
  readPhoneName,
  readPhoneQuality,
  readPhoneSettings,
  readPhoneUsername,
} from "./phone-updates.ts";

test.each([
  [
    { event: "ONBOARDING", current_limit: "TIER_2K" },
    { currentLimit: "TIER_2K", oldLimit: null },
  ],
  [
    { event: "UPGRADE", old_limit: 1000, current_limit: "10000" },
    { oldLimit: 1000, currentLimit: 10000 },
  ],
  [
    { event: "FLAGGED", current_limit: {} },
    { event: "FLAGGED", currentLimit: null },
  ],
  [
    { event: "BRAND_NEW", max_daily_conversations_per_business: "TIER_50" },
    { event: "BRAND_NEW", maxDailyConversationsPerBusiness: "TIER_50" },
  ],
])(
  "the quality of a number keeps its words, of today's model and the one before: %j",
  (value, expected) => {
    expect(readPhoneQuality({ display_phone_number: 15550100142, ...value })).toMatchObject({
      displayPhoneNumber: "15550100142",
      ...expected,
    });
  },
);

test("settings keep what we do not know", () => {
  const calling = { status: "ENABLED", call_hours: { timezone_id: "Europe/Berlin" } };
  const phone_number_settings = { phone_number_id: 110200345501442, calling, voice_mail: true };
  const value = { type: "PHONE_NUMBER_SETTINGS", timestamp: "1795219200", phone_number_settings };
  expect(readPhoneSettings(value)).toEqual({
    type: "PHONE_NUMBER_SETTINGS",
    timestamp: "2026-11-21T00:00:00.000Z",
    phoneNumberSettings: {
      phoneNumberId: "110200345501442",
      calling: { status: "ENABLED", callHours: { timezoneId: "Europe/Berlin" } },
      voiceMail: true,
    },
  });
});

test("what lacks the word it is about is none", () => {
  expect(readPhoneQuality({ current_limit: "TIER_50" })).toBeUndefined();
  expect(readPhoneName({ requested_verified_name: "Bob" })).toBeUndefined();
  expect(readPhoneUsername({ username: "bob" })).toBeUndefined();
  expect(readPhoneSettings({ type: "PHONE_NUMBER_SETTINGS" })).toBeUndefined();
});
