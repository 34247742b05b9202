import { z } from "zod";
import { flag, text } from "./lenient.ts";

const EPOCH_SECONDS_TO_MS = 1_000;

/** An id of any Graph object: digits as text, also where Meta writes a number. */
export const GraphId = z.union([
  z.string().regex(/^\d+$/),
  z.int().nonnegative().transform(String),
]);

const id = GraphId.nullish()
  .catch(null)
  .transform((value) => value ?? null);

/** Unix seconds as milliseconds; Meta's 0 means never, which is `null`. */
const instant = z
  .union([z.number(), z.string().regex(/^\d+$/).transform(Number)])
  .nullish()
  .transform((seconds) => (seconds ? seconds * EPOCH_SECONDS_TO_MS : null));

/** The answer to a write: nothing but that it is done. */
export const Done = z.object({ success: z.literal(true) });
export type Done = z.output<typeof Done>;

/** What `debug_token` tells about an access token. Instants are milliseconds since the epoch. */
export const TokenInfo = z
  .object({
    data: z.object({
      app_id: id,
      type: text,
      is_valid: z.boolean(),
      issued_at: instant,
      expires_at: instant,
      data_access_expires_at: instant,
      scopes: z.array(z.string()).nullish(),
      granular_scopes: z
        .array(z.object({ scope: z.string(), target_ids: z.array(GraphId).nullish() }))
        .nullish(),
      user_id: id,
      // Its message may repeat the token.
      error: z.object({ code: z.number(), subcode: z.number().nullish() }).nullish().catch(null),
    }),
  })
  .transform(({ data }) => ({
    appId: data.app_id,
    type: data.type,
    isValid: data.is_valid,
    issuedAt: data.issued_at,
    /** `null` for a token that does not expire. */
    expiresAt: data.expires_at,
    dataAccessExpiresAt: data.data_access_expires_at,
    scopes: data.scopes ?? [],
    /** `targetIds` is `null` where a scope is not limited to certain objects. */
    granularScopes: (data.granular_scopes ?? []).map(({ scope, target_ids }) => ({
      scope,
      targetIds: target_ids ?? null,
    })),
    userId: data.user_id,
    /** Why the token is not valid. */
    error: data.error ? { code: data.error.code, subcode: data.error.subcode ?? null } : null,
  }));
export type TokenInfo = Readonly<z.output<typeof TokenInfo>>;

/** Asked for by name: by default Meta answers with id and name only. */
export const WABA_FIELDS = "id,name,account_review_status,owner_business_info";

/** A WhatsApp Business Account. */
export const Waba = z
  .object({
    id: GraphId,
    name: text,
    account_review_status: text,
    owner_business_info: z.object({ id: GraphId, name: text }).nullish().catch(null),
  })
  .transform((waba) => ({
    id: waba.id,
    name: waba.name,
    /** `APPROVED`, `PENDING`, `REJECTED` and others. */
    accountReviewStatus: waba.account_review_status,
    ownerBusiness: waba.owner_business_info ?? null,
  }));
export type Waba = Readonly<z.output<typeof Waba>>;

/** Asked for by name: `is_on_biz_app` and `platform_type` are in no default answer. */
export const PHONE_NUMBER_FIELDS =
  "id,display_phone_number,verified_name,quality_rating,status,platform_type,is_on_biz_app";

/** A phone number of a WhatsApp Business Account. Enumerations stay text: Meta extends them. */
export const PhoneNumber = z
  .object({
    id: GraphId,
    display_phone_number: text,
    verified_name: text,
    quality_rating: text,
    status: text,
    platform_type: text,
    is_on_biz_app: flag,
  })
  .transform((number) => ({
    id: number.id,
    /** As people write it, e.g. `+1 555-010-0142`, or digits only. */
    displayPhoneNumber: number.display_phone_number,
    verifiedName: number.verified_name,
    /** `GREEN`, `YELLOW`, `RED`, `UNKNOWN`, `NA`. */
    qualityRating: number.quality_rating,
    /** `CONNECTED`, `PENDING`, `BANNED` and others. */
    status: number.status,
    /** `CLOUD_API`, `ON_PREMISE`; `NOT_APPLICABLE` while unregistered. */
    platformType: number.platform_type,
    /** Also used in the WhatsApp Business app: with `CLOUD_API` that is coexistence. */
    isOnBizApp: number.is_on_biz_app,
  }));
export type PhoneNumber = Readonly<z.output<typeof PhoneNumber>>;

/** One page of a WABA's numbers. `nextCursor` is `null` on the last one. */
export const PhoneNumberPage = z
  .object({
    data: z.array(PhoneNumber),
    paging: z
      .object({
        cursors: z.object({ after: z.string().nullish() }).nullish(),
        // A URL with the access token in it: of use only as a sign that there is more.
        next: z.string().nullish(),
      })
      .nullish(),
  })
  .transform(({ data, paging }) => ({
    numbers: data,
    nextCursor: (paging?.next && paging.cursors?.after) || null,
  }));
export type PhoneNumberPage = Readonly<z.output<typeof PhoneNumberPage>>;

/** The apps that get a WABA's webhooks, ours among them or not. */
export const SubscribedApps = z
  .object({
    data: z.array(
      z.object({
        whatsapp_business_api_data: z.object({ id: GraphId, name: text }),
        // Strict: taking an override for absent could cost somebody their messages.
        override_callback_uri: z.string().nullish(),
      }),
    ),
  })
  .transform(({ data }) =>
    data.map((row) => ({
      appId: row.whatsapp_business_api_data.id,
      name: row.whatsapp_business_api_data.name,
      /** Where this app's messages of this WABA go instead of the app's own callback. */
      overrideCallbackUri: row.override_callback_uri || null,
    })),
  );
export type SubscribedApps = readonly SubscribedApp[];
export type SubscribedApp = Readonly<z.output<typeof SubscribedApps>[number]>;
