import { z } from "zod";
import { instant, list, object, text, texts, word } from "./loose.ts";
import { reader } from "./reader.ts";

const AccountUpdate = z.object({
  event: word,
  /** Only in the shape of `PARTNER_REMOVED` that is about one number. */
  phoneNumber: text,
  country: text,
  wabaInfo: object({
    wabaId: text,
    ownerBusinessId: text,
    partnerAppId: text,
    solutionId: text,
    solutionPartnerBusinessIds: texts,
    adAccountLinked: text,
    adAccountId: text,
  }),
  /** Why coexistence ended, and by whom: `USER` or `SYSTEM`. */
  disconnectionInfo: object({ reason: text, initiatedBy: text }),
  violationInfo: object({ violationType: text, remediation: text }),
  restrictionInfo: list({ restrictionType: text, expiration: instant, remediation: text }),
  /** The date is English text. */
  banInfo: object({ wabaBanState: text, wabaBanDate: text }),
  authInternationalRateEligibility: object({
    startTime: instant,
    exceptionCountries: list({ countryCode: text, startTime: instant }),
  }),
  partnerClientCertificationInfo: object({
    clientBusinessId: text,
    status: text,
    rejectionReasons: texts,
  }),
  partnerClientCertificationNeededInfo: object({ clientBusinessId: text }),
  volumeTierInfo: object({
    tierUpdateTime: instant,
    pricingCategory: text,
    /** `min:max`. */
    tier: text,
    /** `YYYY-MM`. */
    effectiveMonth: text,
    region: text,
  }),
});

/**
 * Something about an account: shared, removed, restricted, banned, reconnected … `event` is Meta's word, and
 * the part that goes with it is not `null`.
 *
 * Source: WhatsApp webhooks reference, `account_update`.
 */
export type AccountUpdate = z.infer<typeof AccountUpdate>;

/** Types the value of `account_update`. */
export const readAccountUpdate = reader(AccountUpdate);
