import { hmacSha256 } from "../crypto/hmac.ts";
import type { RandomBytes } from "../crypto/random-bytes.ts";

const SECRET_PREFIX = "whsec_";
const SECRET_BYTES = 32;
/** What Standard Webhooks allows. */
const SECRET_SIZES = { min: 24, max: 64 };

/** What a signature covers: who sent what, when. */
export interface SignedContent {
  /** The event id. */
  readonly id: string;
  /** Seconds since the epoch, fresh for every attempt. */
  readonly timestamp: number;
  readonly body: Uint8Array;
}

/** A new signing secret, `whsec_` and 256 bits in base64. */
export function newSigningSecret(random: RandomBytes): string {
  return `${SECRET_PREFIX}${Buffer.from(random(SECRET_BYTES)).toString("base64")}`;
}

/** Whether a text can be a signing secret: `whsec_` and 24 to 64 bytes in base64. */
export function isSigningSecret(text: string): boolean {
  const bytes = keyOf(text);
  const canonical = `${SECRET_PREFIX}${bytes.toString("base64")}`;
  return canonical === text && bytes.length >= SECRET_SIZES.min && bytes.length <= SECRET_SIZES.max;
}

/**
 * The `webhook-signature` header: one `v1` signature for every live secret, so that receivers can
 * change over. Source: the Standard Webhooks specification.
 */
export function sign(secrets: readonly string[], { id, timestamp, body }: SignedContent): string {
  const head = `${id}.${timestamp}.`;
  return secrets
    .map((secret) => `v1,${hmacSha256(keyOf(secret), head, body).toString("base64")}`)
    .join(" ");
}

/**
 * A signature of the body alone: `sha256=` and the HMAC in hex. Its key is the secret as it was shown,
 * `whsec_` included, so that it can be checked without decoding anything.
 */
export function signHex(secret: string, body: Uint8Array): string {
  return `sha256=${hmacSha256(secret, body).toString("hex")}`;
}

function keyOf(secret: string): Buffer {
  return Buffer.from(secret.slice(SECRET_PREFIX.length), "base64");
}
