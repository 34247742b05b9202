import { z } from "zod";
import { MetaId } from "../../connections/connect/connect.ts";
import { metadataField } from "../../connections/number-fields.ts";
import { webhookFields } from "../../connections/webhook/webhook-settings.ts";

const MIN_SECONDS = 300;
const MAX_PREFILL_BYTES = 8 * 1024;

const RedirectTarget = z.string().min(1).max(2_048).optional();

/** For how long a link is to live, in seconds; its maximum is the hub's. */
export const expiresInSecondsField = z.int().min(MIN_SECONDS).optional();

/** An onboarding to be begun for a tenant. */
export const CreateSession = z
  .strictObject({
    tenantId: z.string().min(1).max(128),
    /** Shown on the page. */
    tenantName: z.string().min(1).max(256),
    successRedirectUrl: RedirectTarget,
    failureRedirectUrl: RedirectTarget,
    cancelRedirectUrl: RedirectTarget,
    webhookOverrideUrl: webhookFields.webhookUrl,
    webhookVerifyToken: webhookFields.webhookVerifyToken,
    delivery: webhookFields.delivery,
    overrideScope: webhookFields.overrideScope,
    metadata: metadataField.optional(),
    expiresInSeconds: expiresInSecondsField,
    /** For endpoints that let in nobody but Meta. */
    skipWebhookPreflight: z.boolean().default(false),
    /** What the page offers: a number of the WhatsApp Business app, beside a new one, or alone, or not. */
    coexistence: z.enum(["offer", "require", "off"]).default("offer"),
    /** What the page speaks; the reader's own language when left out. */
    language: z.enum(["en", "es", "pt"]).optional(),
    /** What Meta's dialog is to know already: its `extras.setup`. */
    prefill: z
      .record(z.string(), z.unknown())
      .refine((value) => Buffer.byteLength(JSON.stringify(value)) <= MAX_PREFILL_BYTES, {
        message: "must not exceed 8 KiB as JSON",
      })
      .optional(),
    /** Which Meta app to sign up with; the hub's first one when left out. */
    appId: MetaId.optional(),
  })
  .superRefine(requireWebhook);
export type CreateSession = z.output<typeof CreateSession>;

function requireWebhook(
  { webhookOverrideUrl: url, webhookVerifyToken: token, delivery }: CreateSession,
  context: z.RefinementCtx,
): void {
  const wrong = (path: string, message: string) =>
    context.addIssue({ code: "custom", path: [path], message });
  const both = "is required together with the other webhook field";
  if (url === undefined && token !== undefined) wrong("webhookOverrideUrl", both);
  if (url !== undefined && token === undefined) wrong("webhookVerifyToken", both);
  if (url === undefined && (delivery === "direct" || delivery === "relay")) {
    wrong("webhookOverrideUrl", "is needed for this delivery, with webhookVerifyToken");
  }
  if (url !== undefined && delivery === "events") {
    wrong("webhookOverrideUrl", "goes with delivery direct or relay");
  }
}
