import { randomBytes } from "node:crypto";
import type { RandomBytes } from "../../crypto/random-bytes.ts";
import type { EgressAnswer } from "../../egress/answer.ts";
import type { Egress } from "../../egress/send.ts";
import { Failure, type FailureContext, type PreflightCategory } from "../../failure.ts";
import { redact } from "../../meta/redact.ts";

/** A webhook endpoint that somebody wants to use. */
export interface Preflight {
  readonly url: string;
  /** What the endpoint expects as `hub.verify_token`. */
  readonly verifyToken: string;
  /** What it has to answer; nothing it could guess, see `newChallenge`. */
  readonly challenge: string;
}

/** What is wrong with an endpoint, as a failure tells it; never with its verify token. */
export type PreflightProblem = NonNullable<FailureContext["preflight"]>;

/** Meta gives up after about as long. */
const TIMEOUT_MS = 6_000;
const MAX_PREVIEW_LENGTH = 200;
const CHALLENGE_BYTES = 4;

/** What a category means to the owner of the endpoint, and what to do about it. */
export const PREFLIGHT_ADVICE: Readonly<
  Record<PreflightCategory, { readonly message: string; readonly nextStep: string }>
> = {
  endpoint_unreachable: {
    message: "The endpoint could not be reached.",
    nextStep:
      "See that its host name resolves to a public address, that it is up, and that its certificate is valid with the full chain.",
  },
  endpoint_http_error: {
    message: "The endpoint did not answer the verification request with status 200.",
    nextStep: "Answer GET requests that have hub.mode=subscribe with status 200 and the challenge.",
  },
  challenge_mismatch: {
    message: "The endpoint answered 200, but not with the challenge.",
    nextStep: "Answer with the value of hub.challenge alone: as text, no quotes, no line break.",
  },
  verify_token_rejected: {
    message: "The endpoint refused the verify token.",
    nextStep:
      "Give the webhook the verify token that the endpoint expects, or the other way round.",
  },
  timeout: {
    message: "The endpoint did not answer within 6 seconds.",
    nextStep: "Answer verification requests at once, before any slow work.",
  },
  redirect: {
    message: "The endpoint redirects, and Meta does not follow.",
    nextStep: "Use the URL that the redirect leads to.",
  },
};

/**
 * Plays Meta's verification GET with an endpoint, within 6 seconds.
 *
 * @returns `"ok"` when Meta would take it. Nothing the endpoint does makes it reject.
 * @throws {Failure} `store_unavailable` when the hub stops meanwhile.
 * @see https://developers.facebook.com/documentation/business-messaging/whatsapp/webhooks/create-webhook-endpoint
 */
export async function preflightWebhook(
  egress: Pick<Egress, "send">,
  preflight: Preflight,
): Promise<"ok" | PreflightProblem> {
  const url = verificationUrl(preflight);
  const headers = { accept: "*/*", "user-agent": "wabakit" };
  const answer = await egress.send({ url, method: "GET", headers, timeoutMs: TIMEOUT_MS });
  if (answer.outcome === "failed" && answer.errorClass === "aborted") {
    throw new Failure("store_unavailable", "The hub stopped before the endpoint had answered.");
  }
  return judgePreflight(preflight, answer);
}

/** As `preflightWebhook`. @throws {Failure} `webhook_preflight_failed` with what is wrong. */
export async function requirePreflight(
  egress: Pick<Egress, "send">,
  preflight: Preflight,
): Promise<void> {
  const result = await preflightWebhook(egress, preflight);
  if (result === "ok") return;
  const { message, nextStep } = PREFLIGHT_ADVICE[result.category];
  const context = { preflight: result };
  throw new Failure("webhook_preflight_failed", `${message} ${nextStep}`, { context });
}

/** What Meta would say to an answer: status 200 and the challenge, nothing else, will do. */
export function judgePreflight(
  preflight: Preflight,
  answer: EgressAnswer,
): "ok" | PreflightProblem {
  if (answer.outcome === "failed") {
    const category = answer.errorClass === "timeout" ? "timeout" : "endpoint_unreachable";
    return { category, httpStatus: null, receivedPreview: null };
  }
  const { status: httpStatus, excerpt } = answer;
  if (httpStatus === 200 && excerpt === preflight.challenge) return "ok";
  const receivedPreview = preview(preflight, excerpt);
  return { category: categoryOf(httpStatus), httpStatus, receivedPreview };
}

/** A number no endpoint can know, as Meta's are. */
export function newChallenge(random: RandomBytes = randomBytes): string {
  return String(1_000_000_000 + Buffer.from(random(CHALLENGE_BYTES)).readUInt32BE());
}

function categoryOf(status: number): PreflightCategory {
  if (status === 200) return "challenge_mismatch";
  if (status === 401 || status === 403) return "verify_token_rejected";
  return status >= 300 && status < 400 ? "redirect" : "endpoint_http_error";
}

/** Meta adds its parameters to those that the URL has. What is no URL stays what it is. */
function verificationUrl({ url, verifyToken, challenge }: Preflight): string {
  const target = URL.parse(url);
  if (!target) return url;
  const asked = { "hub.mode": "subscribe", "hub.challenge": challenge };
  const query = new URLSearchParams({ ...asked, "hub.verify_token": verifyToken });
  target.search = target.search ? `${target.search}&${query}` : String(query);
  return target.href;
}

/** Many an endpoint repeats the URL it was called with, and the verify token is in it. */
function preview({ verifyToken }: Preflight, excerpt: string): string {
  const asSent = String(new URLSearchParams({ "": verifyToken })).slice(1);
  const clean = redact(excerpt, [verifyToken, asSent]);
  return clean.slice(0, MAX_PREVIEW_LENGTH).toWellFormed();
}
