import type { ErrorCategory } from "../../error-categories.ts";
import type { Failure, FailureCode } from "../../failure.ts";
import type { SignupStep } from "../sessions/session.ts";

/** Meta's subcodes of a code that was not exchanged. */
const EXCHANGE: ReadonlyMap<number | null, ErrorCategory> = new Map<number | null, ErrorCategory>([
  [36007, "code_expired"],
  [36009, "code_used"],
]);

/** Meta's code for a PIN that is not the one of the number's two-step verification. */
const PIN_MISMATCH = 133005;

/** What a refusal means in whichever step it comes. */
const EVERYWHERE: Readonly<Partial<Record<FailureCode, ErrorCategory>>> = {
  meta_token_expired: "token_invalid",
  meta_unavailable: "meta_unavailable",
  meta_throttled: "meta_unavailable",
  meta_outcome_unknown: "meta_unavailable",
  connection_busy: "meta_unavailable",
  waba_in_use: "waba_conflict",
  number_in_use: "waba_conflict",
  waba_webhook_conflict: "waba_conflict",
  webhook_subscribe_failed: "override_refused",
};

/** What any other refusal means in a step. */
const IN_STEP: Readonly<Record<SignupStep, ErrorCategory>> = {
  exchange: "token_invalid",
  inspect: "token_invalid",
  discover: "waba_not_granted",
  conflict: "waba_conflict",
  subscribe: "subscribe_refused",
  register: "register_refused",
  sync: "meta_unavailable",
  mode: "meta_unavailable",
  health: "meta_unavailable",
  complete: "meta_unavailable",
};

/** Why a sign-up did not get past a step; pure. */
export function categoryOf(step: SignupStep, { code, context }: Failure): ErrorCategory {
  if (context.errorCategory) return context.errorCategory;
  if (context.preflight) return context.preflight.category;
  if (step === "exchange" && code === "meta_outcome_unknown") return "exchange_ambiguous";
  if (code === "code_exchange_failed") {
    return EXCHANGE.get(context.meta?.subcode ?? null) ?? "token_invalid";
  }
  if (step === "register" && context.meta?.code === PIN_MISMATCH) return "pin_required";
  return EVERYWHERE[code] ?? IN_STEP[step];
}

/** What a category means, and what to do about it, for the operator. */
export const CATEGORY_SENTENCES: Readonly<Record<ErrorCategory, string>> = {
  endpoint_unreachable: "The webhook endpoint could not be reached: see that it is public and up.",
  endpoint_http_error:
    "The webhook endpoint did not answer Meta's verification with status 200: mend it, then resume.",
  challenge_mismatch:
    "The webhook endpoint did not answer Meta's verification with the challenge alone: mend it, then resume.",
  verify_token_rejected:
    "The webhook endpoint refused the verify token: give the session the one it expects.",
  timeout: "The webhook endpoint did not answer within 6 seconds: mend it, then resume.",
  redirect: "The webhook endpoint redirects, which Meta does not follow: use the URL it leads to.",
  user_cancelled: "The onboarding was cancelled: make a new link to begin again.",
  session_expired: "The link has expired: renew it to go on.",
  code_expired: "Meta's code came more than 30 seconds after it was given out: sign up again.",
  code_used: "Meta's code was used before: sign up again.",
  exchange_ambiguous:
    "Nobody knows whether Meta has exchanged the code, and it is good for one try: sign up again.",
  token_invalid:
    "Meta gave no access token that works with this app: check the app's id, secret and configuration, then sign up again.",
  missing_permission:
    "Not every permission was granted: sign up again, and leave both WhatsApp permissions switched on.",
  waba_not_granted:
    "The account or the number that was named is not among those that were shared: sign up again, and share it.",
  number_ambiguous: "There are several numbers: resume with the phoneNumberId of one.",
  number_missing:
    "The account has no number yet: add one in WhatsApp Manager, then resume with its phoneNumberId.",
  waba_conflict:
    "Somebody else has the account or the number, or other tenants' messages would be diverted: see the message.",
  subscribe_refused:
    "Meta did not subscribe the app to the account: see Meta's message, then resume.",
  override_refused:
    "Meta did not accept the webhook: its endpoint has to pass Meta's verification. Mend it, then resume.",
  pin_required: "The number has a two-step verification PIN: resume with its six digits.",
  register_refused:
    "Meta did not register the number: see Meta's message. Ten tries in 72 hours lock a number, so resume only once it is mended.",
  meta_unavailable: "Meta could not be asked, or has not answered: resume in a few minutes.",
};

/** What helps: to sign up again, to go on where it stopped, or to say something first. */
export type Remedy = "signup" | "resume" | "pin" | "number";

const REMEDIES: Readonly<Partial<Record<ErrorCategory, Remedy>>> = {
  pin_required: "pin",
  number_ambiguous: "number",
  code_expired: "signup",
  code_used: "signup",
  exchange_ambiguous: "signup",
  token_invalid: "signup",
  missing_permission: "signup",
  waba_not_granted: "signup",
};

/** What helps against a failure; going on needs a token, without which all begins again. */
export function remedyFor(category: ErrorCategory | null, hasToken: boolean): Remedy | null {
  if (category === null) return null;
  return hasToken ? (REMEDIES[category] ?? "resume") : "signup";
}
