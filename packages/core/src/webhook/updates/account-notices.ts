import { z } from "zod";
import { isObject, type JsonObject } from "../lenient.ts";
import { limit, text, word } from "./loose.ts";
import { reader } from "./reader.ts";

const AccountReview = z.object({ decision: word });

/** `APPROVED`, `REJECTED`, `PENDING`, `DEFERRED`. Source: WhatsApp webhooks reference, `account_review_update`. */
export type AccountReview = z.infer<typeof AccountReview>;

/** Types the value of `account_review_update`. */
export const readAccountReview = reader(AccountReview);

const AccountAlert = z.object({
  /** What the alert is about: `BUSINESS`, `PHONE_NUMBER`, `CURRENT_STATUS_ID`. */
  entityType: text,
  entityId: text,
  alertInfo: z.looseObject({
    alertSeverity: text,
    alertStatus: text,
    alertType: word,
    alertDescription: text,
  }),
});

/** A limit not raised, a picture lost, an official account. Source: WhatsApp webhooks reference, `account_alerts`. */
export type AccountAlert = z.infer<typeof AccountAlert>;

const readAlert = reader(AccountAlert);

/** Types the value of `account_alerts`, whose older shape has no `alert_info` around its words. */
export function readAccountAlert(value: JsonObject): AccountAlert | undefined {
  return readAlert(isObject(value.alert_info) ? value : { ...value, alert_info: value });
}

const AccountCapability = z.object({
  maxDailyConversationsPerBusiness: limit,
  /** Of the model before; -1 is no limit. */
  maxDailyConversationPerPhone: limit,
  maxPhoneNumbersPerBusiness: limit,
  maxPhoneNumbersPerWaba: limit,
});

/**
 * What an account may do, as a number or the name of a tier.
 *
 * Source: WhatsApp webhooks reference, `business_capability_update`.
 */
export type AccountCapability = z.infer<typeof AccountCapability>;

const readCapability = reader(AccountCapability);

/** Types the value of `business_capability_update`; one without any limit is none. */
export function readAccountCapability(value: JsonObject): AccountCapability | undefined {
  const capability = readCapability(value);
  const says = capability && Object.values(capability).some((max) => max !== null);
  return says ? capability : undefined;
}

const AccountSecurity = z.object({
  displayPhoneNumber: text,
  /** `PIN_CHANGED`, `PIN_RESET_REQUEST` or `PIN_REQUEST_SUCCESS`. */
  event: word,
  /** Who asked for a reset. */
  requester: text,
});

/** The PIN of a number. Source: WhatsApp webhooks reference, `security`. */
export type AccountSecurity = z.infer<typeof AccountSecurity>;

/** Types the value of `security`. */
export const readAccountSecurity = reader(AccountSecurity);
