import type { ErrorCategory } from "./error-categories.ts";

interface FailureSpec {
  readonly type: string;
  readonly status: number;
  readonly retryable: boolean;
  readonly message: string;
}

/**
 * Every way this library can refuse, in one table. `type` and `status` are what an HTTP caller
 * sees, `retryable` says whether the identical request may succeed later, `message` is used where
 * the thrower has nothing more precise to say. Adding a failure means adding one row.
 */
const FAILURES = {
  invalid_request: lasting("invalid_request", 400, "The request is not valid."),
  invalid_cursor: lasting("invalid_request", 400, "The cursor is not one of ours for this query."),
  invalid_redirect_url: lasting(
    "invalid_request",
    400,
    "The redirect URL is not on the allow-list.",
  ),
  invalid_webhook_url: lasting("invalid_request", 400, "The URL is not a public https URL."),
  body_too_large: lasting("invalid_request", 413, "The request body is too large."),
  unsupported_encoding: lasting("invalid_request", 415, "Send the body without Content-Encoding."),
  unsupported_media_type: lasting("invalid_request", 415, "Send the body as application/json."),
  request_timeout: passing("invalid_request", 408, "The request body did not arrive in time."),
  unauthorized: lasting("authentication", 401, "The API key is missing or not valid."),
  signature_mismatch: lasting(
    "authentication",
    401,
    "X-Hub-Signature-256 does not match the body.",
  ),
  forbidden: lasting("permission", 403, "The API key does not have the scope this call needs."),
  verify_token_mismatch: lasting("permission", 403, "hub.verify_token does not match."),
  not_found: lasting("not_found", 404, "There is nothing here under this id."),
  waba_in_use: lasting(
    "conflict",
    409,
    "This WhatsApp Business Account is already connected elsewhere.",
  ),
  number_in_use: lasting("conflict", 409, "Another tenant has connected this number."),
  number_ambiguous: lasting(
    "conflict",
    409,
    "There are several numbers: name one as phoneNumberId.",
  ),
  waba_webhook_conflict: lasting(
    "conflict",
    409,
    "Another tenant's numbers of this account have another webhook.",
  ),
  session_closed: lasting("conflict", 409, "The onboarding session is over, or its link was used."),
  heartbeat_not_applicable: lasting(
    "conflict",
    409,
    "This number is not shared with the WhatsApp Business app: it has no heartbeat.",
  ),
  connection_not_active: lasting("conflict", 409, "The connection is not active."),
  suspended_by_meta: lasting("conflict", 409, "Meta has suspended this account."),
  idempotency_key_collision: lasting(
    "conflict",
    409,
    "This Idempotency-Key was used for another request.",
  ),
  meta_app_in_use: lasting("conflict", 409, "This Meta app is in use."),
  organization_not_empty: lasting(
    "conflict",
    409,
    "The organization still has connections: disconnect them first.",
  ),
  connection_busy: passing("conflict", 409, "Another change to this account is under way."),
  code_exchange_failed: lasting("meta_error", 422, "Meta did not exchange the code."),
  token_required: lasting("invalid_request", 422, "An access token is needed."),
  webhook_preflight_failed: lasting(
    "meta_error",
    422,
    "The webhook endpoint did not answer a verification request as it should.",
  ),
  webhook_subscribe_failed: lasting("meta_error", 422, "Meta did not accept the webhook."),
  window_closed: lasting(
    "meta_error",
    422,
    "The customer service window is closed: send a template.",
  ),
  meta_rejected: lasting("meta_error", 422, "Meta refused the call."),
  meta_token_expired: lasting("meta_error", 424, "The access token is no longer valid: reconnect."),
  rate_limited: passing("rate_limited", 429, "Too many requests with this API key."),
  meta_throttled: passing("meta_error", 429, "Meta asked us to slow down."),
  raw_body_unavailable: lasting("internal", 500, "The exact bytes of the body are gone."),
  secret_unreadable: lasting(
    "internal",
    500,
    "A stored secret cannot be read with the keys given.",
  ),
  internal_error: lasting("internal", 500, "Something went wrong on our side."),
  meta_outcome_unknown: lasting(
    "meta_error",
    502,
    "Meta may or may not have done it: do not repeat.",
  ),
  store_unavailable: passing("internal", 503, "The store did not answer."),
  meta_unavailable: passing("meta_error", 503, "Meta did not answer."),
} as const satisfies Record<string, FailureSpec>;

/** The identical request will fail again. */
function lasting(type: string, status: number, message: string): FailureSpec {
  return { type, status, retryable: false, message };
}

/** The identical request may succeed later. */
function passing(type: string, status: number, message: string): FailureSpec {
  return { type, status, retryable: true, message };
}

/** Stable, documented, safe to switch over. Removing one is a breaking change. */
export type FailureCode = keyof typeof FAILURES;

/** What a caller may learn beside code and message; never a secret. */
export interface FailureContext {
  /** Every wrong field of a request, as dotted paths. */
  readonly fields?: readonly { readonly path: string; readonly message: string }[];
  /** Meta's own words about a refused Graph call. */
  readonly meta?: {
    readonly code: number;
    readonly subcode: number | null;
    readonly message: string;
    readonly traceId: string | null;
  };
  /** What a webhook endpoint answered instead of the challenge. */
  readonly preflight?: {
    readonly category: PreflightCategory;
    readonly httpStatus: number | null;
    readonly receivedPreview: string | null;
  };
  /** What of a webhook differs from the one in place, */
  readonly mismatch?: "url" | "verify_token" | "both";
  /** which is told inside the same organization only. */
  readonly webhookUrl?: string;
  /** Why a sign-up did not come to its end. */
  readonly errorCategory?: ErrorCategory;
  /** The numbers to choose from, where several are possible. */
  readonly phoneNumbers?: readonly {
    readonly phoneNumberId: string;
    readonly displayPhoneNumber: string | null;
    readonly verifiedName: string | null;
  }[];
}

/** Why a webhook endpoint did not pass our verification. */
export type PreflightCategory =
  | "endpoint_unreachable"
  | "endpoint_http_error"
  | "challenge_mismatch"
  | "verify_token_rejected"
  | "timeout"
  | "redirect";

/** `retryAfterMs` becomes `Retry-After`; `cause` is for the host's log and never presented. */
export interface FailureOptions extends ErrorOptions {
  readonly context?: FailureContext;
  readonly retryAfterMs?: number;
}

/** The only error class this library throws on purpose. Anything else that escapes is a bug. */
export class Failure extends Error {
  override readonly name = "Failure";
  readonly code: FailureCode;
  readonly type: string;
  readonly status: number;
  readonly retryable: boolean;
  readonly context: FailureContext;
  /** Milliseconds after which a retry can help, where we know. */
  readonly retryAfterMs: number | undefined;

  constructor(code: FailureCode, message?: string, options: FailureOptions = {}) {
    const spec = FAILURES[code];
    super(message ?? spec.message, options);
    this.code = code;
    this.type = spec.type;
    this.status = spec.status;
    this.retryable = spec.retryable;
    this.context = options.context ?? {};
    this.retryAfterMs = options.retryAfterMs;
  }
}
