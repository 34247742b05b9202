/** Why a sign-up did not come to its end. Stable, safe to switch over. */
export const ERROR_CATEGORIES = [
  "endpoint_unreachable",
  "endpoint_http_error",
  "challenge_mismatch",
  "verify_token_rejected",
  "timeout",
  "redirect",
  "user_cancelled",
  "session_expired",
  "code_expired",
  "code_used",
  "exchange_ambiguous",
  "token_invalid",
  "missing_permission",
  "waba_not_granted",
  "number_ambiguous",
  "number_missing",
  "waba_conflict",
  "subscribe_refused",
  "override_refused",
  "pin_required",
  "register_refused",
  "meta_unavailable",
] as const;
/** One of them. */
export type ErrorCategory = (typeof ERROR_CATEGORIES)[number];
