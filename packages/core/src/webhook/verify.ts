import { timingSafeEqual } from "node:crypto";
import { hmacSha256 } from "../crypto/hmac.ts";

/** Meta writes lower-case hex; another spelling was not written by Meta, so there is one to accept. */
const SIGNATURE = /^sha256=[0-9a-f]{64}$/;

/**
 * Whether Meta signed exactly these bytes with one of the app's secrets (several during a rotation).
 *
 * Every secret is tried and compared in constant time, so the answer takes as long whichever of them
 * matches. Never throws: a header that is missing, has another length, prefix or case, is not hex, or
 * holds the legacy SHA-1 form is `false`.
 *
 * @param header The value of `X-Hub-Signature-256`.
 */
export function verifySignature(
  bytes: Uint8Array,
  header: string | undefined,
  secrets: readonly string[],
): boolean {
  if (header === undefined || !SIGNATURE.test(header)) return false;

  const claimed = Buffer.from(header.slice("sha256=".length), "hex");
  let matches = false;
  for (const secret of secrets) {
    matches = timingSafeEqual(hmacSha256(secret, bytes), claimed) || matches;
  }
  return matches;
}
