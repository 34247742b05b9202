import { z } from "zod";
import { flag, text } from "./lenient.ts";
import { GraphId } from "./nodes.ts";

/** Asked for by name; `messaging_limit_tier` is not, for Meta is about to withdraw it. */
export const NUMBER_HEALTH_FIELDS = [
  "id",
  "display_phone_number",
  "verified_name",
  "quality_rating",
  "account_mode",
  "whatsapp_business_manager_messaging_limit",
  "name_status",
  "new_name_status",
  "code_verification_status",
  "status",
  "platform_type",
  "is_on_biz_app",
  "health_status",
].join(",");

/** A list that Meta may leave out, or change the shape of; then there is nothing in it. */
function list<Entry extends z.ZodType>(entry: Entry) {
  return z
    .array(entry)
    .nullish()
    .catch(null)
    .transform((entries) => entries ?? []);
}

const Complaint = z
  .object({ error_code: z.number(), error_description: text, possible_solution: text })
  .transform((error) => ({
    code: error.error_code,
    description: error.error_description,
    possibleSolution: error.possible_solution,
  }));

const Entity = z
  .object({
    entity_type: z.string(),
    can_send_message: text,
    additional_info: list(z.string()),
    errors: list(Complaint),
  })
  .transform((entity) => ({
    /** `PHONE_NUMBER`, `WABA`, `BUSINESS`, `APP`. */
    type: entity.entity_type,
    /** `AVAILABLE`, `LIMITED`, `BLOCKED`. */
    canSendMessage: entity.can_send_message,
    /** Sentences of Meta's, for an entity that is limited. */
    additionalInfo: entity.additional_info,
    /** Why the entity is blocked. */
    errors: entity.errors,
  }));

/**
 * How Meta judges a number, and everything a message of it needs. Enumerations stay text, for Meta
 * extends them; what Meta leaves out is `null`.
 *
 * @see https://developers.facebook.com/documentation/business-messaging/whatsapp/support/health-status
 */
export const NumberHealth = z
  .object({
    id: GraphId,
    display_phone_number: text,
    verified_name: text,
    quality_rating: text,
    account_mode: text,
    whatsapp_business_manager_messaging_limit: text,
    name_status: text,
    new_name_status: text,
    code_verification_status: text,
    status: text,
    platform_type: text,
    is_on_biz_app: flag,
    health_status: z
      .object({ can_send_message: text, entities: list(Entity) })
      .nullish()
      .catch(null),
  })
  .transform((number) => ({
    id: number.id,
    displayPhoneNumber: number.display_phone_number,
    verifiedName: number.verified_name,
    /** `GREEN`, `YELLOW`, `RED`, `UNKNOWN`, `NA`. */
    qualityRating: number.quality_rating,
    /** `LIVE`, `SANDBOX`. */
    accountMode: number.account_mode,
    /** `TIER_250`, `TIER_2K` and others, for the whole portfolio. */
    messagingTier: number.whatsapp_business_manager_messaging_limit,
    nameStatus: number.name_status,
    newNameStatus: number.new_name_status,
    /** `VERIFIED`, `NOT_VERIFIED`, `EXPIRED`. */
    codeVerificationStatus: number.code_verification_status,
    /** `CONNECTED`, `PENDING`, `BANNED` and others. */
    status: number.status,
    /** `CLOUD_API`, `ON_PREMISE`; `NOT_APPLICABLE` while unregistered. */
    platformType: number.platform_type,
    isOnBizApp: number.is_on_biz_app,
    /** The worst of all entities: `AVAILABLE`, `LIMITED`, `BLOCKED`. */
    healthStatus: number.health_status?.can_send_message ?? null,
    entities: number.health_status?.entities ?? [],
  }));
export type NumberHealth = Readonly<z.output<typeof NumberHealth>>;
