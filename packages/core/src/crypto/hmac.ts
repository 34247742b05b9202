import { createHmac, hash, type KeyObject, timingSafeEqual } from "node:crypto";

/**
 * HMAC-SHA-256, 32 bytes, over the parts written one after the other. Nothing stands between the
 * parts, so a caller whose parts vary in length must separate them. Text counts as UTF-8.
 */
export function hmacSha256(
  key: string | Uint8Array | KeyObject,
  ...parts: readonly (string | Uint8Array)[]
): Buffer {
  const hmac = createHmac("sha256", key);
  for (const part of parts) hmac.update(part);
  return hmac.digest();
}

/**
 * Whether two values are the same bytes, in a time that does not tell where they differ. Any two
 * lengths may be compared; text counts as UTF-8. Never throws.
 */
export function constantTimeEqual(a: string | Uint8Array, b: string | Uint8Array): boolean {
  return timingSafeEqual(hash("sha256", a, "buffer"), hash("sha256", b, "buffer"));
}
