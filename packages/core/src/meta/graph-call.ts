import type { z } from "zod";
import { hmacSha256 } from "../crypto/hmac.ts";
import { Failure } from "../failure.ts";
import type { WireRequest } from "./transport.ts";

/** One call of the Graph API. */
export interface GraphCall<Value> {
  readonly method: "GET" | "POST" | "DELETE";
  /** Below the version, starting with `/`, e.g. `/104996122399160/subscribed_apps`. */
  readonly path: string;
  readonly query?: Readonly<Record<string, string>>;
  /** Sent as JSON. Without it the call has no body at all, which may mean something else to Meta. */
  readonly body?: Readonly<Record<string, unknown>>;
  /** Travels in the Authorization header, never in the URL. */
  readonly token: string;
  /** The secret of the app the token belongs to: adds `appsecret_proof`, which Meta may insist on. */
  readonly appSecret?: string;
  /** What a good answer looks like. Keep it loose: Meta adds fields at any time. */
  readonly schema: z.ZodType<Value>;
}

/** Parameters whose values are nobody's business, wherever they stand in a query or a body. */
const SECRET_NAMES: ReadonlySet<string> = new Set([
  "access_token",
  "appsecret_proof",
  "client_secret",
  "code",
  "input_token",
  "pin",
  "verify_token",
]);

/**
 * Puts a call into the form the wire wants. `root` is the path above it, with the version.
 *
 * @throws {Failure} `meta_token_expired` for a token no header can carry, such as one with a line
 *   break from copying: Meta would not know it either.
 */
export function toWire(root: string, call: GraphCall<unknown>): WireRequest {
  if (!/^[\x21-\x7e]+$/.test(call.token)) {
    throw new Failure("meta_token_expired", "The access token has characters that no token has.");
  }
  const query = new URLSearchParams({ ...call.query, ...proofOf(call) });
  return {
    method: call.method,
    path: `${root}${call.path}${query.size > 0 ? `?${query}` : ""}`,
    headers: {
      accept: "application/json",
      authorization: `Bearer ${call.token}`,
      "user-agent": "wabakit",
      ...(call.body && { "content-type": "application/json" }),
    },
    body: call.body ? JSON.stringify(call.body) : null,
  };
}

/** Everything in a call that must not come back in a failure, whoever repeats it. */
export function secretsOf(call: GraphCall<unknown>): readonly string[] {
  const found = [call.token];
  if (call.appSecret) found.push(call.appSecret);
  // Walks nested objects for us; its result is of no interest.
  JSON.stringify([call.query, call.body, proofOf(call)], (name, value: unknown) => {
    if (SECRET_NAMES.has(name) && typeof value === "string") found.push(value);
    return value;
  });
  return found;
}

/** Proves that the token is used by its own app. */
function proofOf({ token, appSecret }: GraphCall<unknown>): Readonly<Record<string, string>> {
  return appSecret ? { appsecret_proof: hmacSha256(appSecret, token).toString("hex") } : {};
}
