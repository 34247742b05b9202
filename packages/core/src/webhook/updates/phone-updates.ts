import { z } from "zod";
import { instant, limit, object, text, word } from "./loose.ts";
import { reader } from "./reader.ts";

const PhoneQuality = z.object({
  displayPhoneNumber: text,
  event: word,
  maxDailyConversationsPerBusiness: limit,
  oldLimit: limit,
  currentLimit: limit,
});

/**
 * What a number may send has changed: `ONBOARDING`, `THROUGHPUT_UPGRADE`, or a word of the model before
 * (`FLAGGED`, `UPGRADE` …). Limits are names of tiers, sometimes numbers.
 *
 * Source: WhatsApp webhooks reference, `phone_number_quality_update`.
 */
export type PhoneQuality = z.infer<typeof PhoneQuality>;

/** Types the value of `phone_number_quality_update`. */
export const readPhoneQuality = reader(PhoneQuality);

const PhoneName = z.object({
  displayPhoneNumber: text,
  /** `APPROVED`, `REJECTED`, `PENDING` or `DEFERRED`. */
  decision: word,
  requestedVerifiedName: text,
  rejectionReason: text,
});

/** Meta has looked at a display name. Source: WhatsApp webhooks reference, `phone_number_name_update`. */
export type PhoneName = z.infer<typeof PhoneName>;

/** Types the value of `phone_number_name_update`. */
export const readPhoneName = reader(PhoneName);

const PhoneSettings = z.object({
  type: text,
  timestamp: instant,
  phoneNumberSettings: z.looseObject({ phoneNumberId: text, calling: object({}) }),
});

/** Settings of a number, e.g. for calls. Source: WhatsApp calling reference, `account_settings_update`. */
export type PhoneSettings = z.infer<typeof PhoneSettings>;

/** Types the value of `account_settings_update`. */
export const readPhoneSettings = reader(PhoneSettings);

const PhoneUsername = z.object({
  displayPhoneNumber: text,
  /** `null` when it was deleted. */
  username: text,
  /** `approved`, `reserved` or `deleted`. */
  status: word,
});

/** The username of a business number. Source: WhatsApp business usernames, `business_username_updates`. */
export type PhoneUsername = z.infer<typeof PhoneUsername>;

/** Types the value of `business_username_updates`. */
export const readPhoneUsername = reader(PhoneUsername);
