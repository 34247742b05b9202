import { z } from "zod";
import type { GraphCall } from "./graph-call.ts";
import { nodePath, readCall } from "./graph-node.ts";
import { Done } from "./nodes.ts";
import { NUMBER_HEALTH_FIELDS, NumberHealth } from "./number-health.ts";
import type { Override, PhoneNumberAccess } from "./requests.ts";

/** What a business may share of its WhatsApp Business app, each once: its chats, its contacts. */
export type SyncType = "history" | "smb_app_state_sync";

/** The code by which Meta says that a synchronization was requested before. */
export const ALREADY_REQUESTED = 2_593_107;

// Strict: taking an override for absent could cost somebody their messages.
const callback = z
  .string()
  .nullish()
  .transform((url) => url || null);

/** Where Meta would send the messages of a number: the first of these that is not `null`. */
export const WebhookConfiguration = z
  .object({
    webhook_configuration: z
      .object({
        phone_number: callback,
        whatsapp_business_account: callback,
        application: callback,
      })
      .nullish(),
  })
  .transform(({ webhook_configuration: found }) => ({
    /** The override of the number. */
    phoneNumber: found?.phone_number ?? null,
    /** The override of its account. */
    waba: found?.whatsapp_business_account ?? null,
    /** The app's own callback. */
    application: found?.application ?? null,
  }));
export type WebhookConfiguration = Readonly<z.output<typeof WebhookConfiguration>>;

/** Meta answers with the id of the request. */
const Requested = z.object({ request_id: z.union([z.string(), z.number()]) });

/** Sets the callback of one number, or with `null` removes it, for which an empty URI is the sign. */
export function writeNumberOverride(
  { phoneNumberId, token }: PhoneNumberAccess,
  override: Override | null,
): GraphCall<Done> {
  const webhook_configuration = override
    ? { override_callback_uri: override.url, verify_token: override.verifyToken }
    : { override_callback_uri: "" };
  const body = { webhook_configuration };
  return { method: "POST", path: nodePath(phoneNumberId), body, token, schema: Done };
}

/** The callbacks of all three levels, as the app that asks has set them. */
export function readWebhookConfiguration({
  phoneNumberId,
  token,
}: PhoneNumberAccess): GraphCall<WebhookConfiguration> {
  const query = { fields: "webhook_configuration" };
  return readCall(nodePath(phoneNumberId), query, { token, schema: WebhookConfiguration });
}

/** Everything that Meta says about how well a number is. */
export function readNumberHealth({
  phoneNumberId,
  token,
}: PhoneNumberAccess): GraphCall<NumberHealth> {
  const query = { fields: NUMBER_HEALTH_FIELDS };
  return readCall(nodePath(phoneNumberId), query, { token, schema: NumberHealth });
}

/** Brings a number onto the Cloud API. `pin` is the one of its two-step verification, or becomes it. */
export function register({
  phoneNumberId,
  token,
  pin,
}: PhoneNumberAccess & { readonly pin: string }): GraphCall<Done> {
  const path = `${nodePath(phoneNumberId)}/register`;
  return {
    method: "POST",
    path,
    body: { messaging_product: "whatsapp", pin },
    token,
    schema: Done,
  };
}

/** Asks for what the business shares of its app; possible once, within a day of onboarding. */
export function sync({
  phoneNumberId,
  token,
  type,
}: PhoneNumberAccess & { readonly type: SyncType }): GraphCall<unknown> {
  const path = `${nodePath(phoneNumberId)}/smb_app_data`;
  const body = { messaging_product: "whatsapp", sync_type: type };
  return { method: "POST", path, body, token, schema: Requested };
}
