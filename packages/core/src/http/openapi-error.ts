import { z } from "zod";
import { ERROR_CATEGORIES } from "../error-categories.ts";
import { Failure, type FailureCode, type FailureContext } from "../failure.ts";

const Text = z.string().nullable();
const WholeNumber = z.int().nullable();

/** The body of every refusal. */
export const ErrorBody = z.strictObject({
  error: z.strictObject({
    type: z.enum([
      "invalid_request",
      "authentication",
      "permission",
      "not_found",
      "conflict",
      "rate_limited",
      "meta_error",
      "internal",
    ]),
    code: z.string(),
    message: z.string(),
    fields: z.array(z.strictObject({ path: z.string(), message: z.string() })).optional(),
    meta: z
      .strictObject({ code: z.int(), subcode: WholeNumber, message: z.string(), traceId: Text })
      .optional(),
    preflight: z
      .strictObject({
        category: z.enum([
          "endpoint_unreachable",
          "endpoint_http_error",
          "challenge_mismatch",
          "verify_token_rejected",
          "timeout",
          "redirect",
        ]),
        httpStatus: WholeNumber,
        receivedPreview: Text,
      })
      .optional(),
    mismatch: z.enum(["url", "verify_token", "both"]).optional(),
    webhookUrl: z.string().optional(),
    errorCategory: z.enum(ERROR_CATEGORIES).optional(),
    phoneNumbers: z
      .array(
        z.strictObject({
          phoneNumberId: z.string(),
          displayPhoneNumber: Text,
          verifiedName: Text,
        }),
      )
      .optional(),
  }),
  requestId: z.uuid(),
});

const REQUEST_ID = "3f0c9a52-7d0e-4b8e-9a55-2f6a1f1c7e0d";

const META = {
  meta: { code: 100, subcode: 33, message: "Unsupported request.", traceId: "AbCdEfGh" },
} as const;

/** What a caller may be told beside the code. */
const CONTEXTS: Readonly<Partial<Record<FailureCode, FailureContext>>> = {
  invalid_request: { fields: [{ path: "colour", message: "is not a field of this request" }] },
  waba_webhook_conflict: { mismatch: "url", webhookUrl: "https://hooks.example.org/whatsapp" },
  webhook_preflight_failed: {
    preflight: { category: "challenge_mismatch", httpStatus: 200, receivedPreview: "OK" },
  },
  webhook_subscribe_failed: META,
  number_ambiguous: {
    errorCategory: "number_ambiguous",
    phoneNumbers: [
      { phoneNumberId: "110200345501442", displayPhoneNumber: "+15550100142", verifiedName: null },
    ],
  },
  meta_rejected: META,
  meta_token_expired: META,
  meta_throttled: META,
};

/** A refusal as a caller may see it. */
export function exampleOf(code: FailureCode): z.input<typeof ErrorBody> {
  const { type, message } = new Failure(code);
  const error = { type, code, message, ...CONTEXTS[code] };
  return ErrorBody.parse({ error, requestId: REQUEST_ID });
}
