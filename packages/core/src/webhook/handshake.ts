import { constantTimeEqual } from "../crypto/hmac.ts";
import { Failure } from "../failure.ts";

/** Meta's challenges are short numbers; the limit only keeps us from echoing anything. */
const CHALLENGE = /^[\x20-\x7e]{1,1024}$/;

/**
 * Answers the GET by which Meta checks a callback URL: the returned challenge is the whole body, to be
 * sent as `text/plain` with status 200.
 *
 * The token is judged first, so that only who knows it learns what else is wrong.
 *
 * @throws {Failure} `verify_token_mismatch` when the token is missing or another one;
 *   `invalid_request` when `hub.mode` is not `subscribe`, or the challenge is missing, longer than
 *   1,024 characters or not printable ASCII.
 */
export function answerHandshake(query: URLSearchParams, verifyToken: string): string {
  const token = query.get("hub.verify_token");
  if (token === null || !constantTimeEqual(token, verifyToken)) {
    throw new Failure("verify_token_mismatch");
  }
  if (query.get("hub.mode") !== "subscribe") {
    throw new Failure("invalid_request", "hub.mode must be subscribe.");
  }
  const challenge = query.get("hub.challenge") ?? "";
  if (!CHALLENGE.test(challenge)) {
    throw new Failure("invalid_request", "hub.challenge must be 1 to 1,024 printable characters.");
  }
  return challenge;
}
