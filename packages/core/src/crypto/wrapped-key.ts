import { decrypt, encrypt, IV_BYTES, TAG_BYTES } from "./aead.ts";
import { hmacSha256 } from "./hmac.ts";
import { associatedData, type Place } from "./place.ts";
import type { RingKey } from "./ring.ts";

const SALT_BYTES = 12;

/** The size of an AES-256 key. */
export const DATA_KEY_BYTES = 32;

/** How much randomness one wrapping takes. */
export const NONCE_BYTES = SALT_BYTES + IV_BYTES;

/** nonce, encrypted data key, tag. */
export const WRAPPED_KEY_BYTES = NONCE_BYTES + DATA_KEY_BYTES + TAG_BYTES;

/**
 * Encrypts a record's data key under a key of the ring, for one place.
 *
 * The AES key is derived from the ring key and half of the nonce: with the ring key itself, 96 random
 * bits would be safe for 2^32 wrappings only, which a busy installation reaches within months
 * (NIST SP 800-38D, section 8.3).
 */
export function wrapKey(
  ringKey: RingKey,
  dataKey: Uint8Array,
  at: { place: Place; nonce: Uint8Array },
): Buffer {
  const { ciphertext, tag } = encrypt(parts(ringKey, at.place, at.nonce), dataKey);
  return Buffer.concat([at.nonce, ciphertext, tag]);
}

/** @throws {Error} When it was wrapped under another key, for another place, or was changed since. */
export function unwrapKey(ringKey: RingKey, wrapped: Uint8Array, place: Place): Buffer {
  const nonce = wrapped.subarray(0, NONCE_BYTES);
  const ciphertext = wrapped.subarray(NONCE_BYTES, -TAG_BYTES);
  return decrypt(parts(ringKey, place, nonce), { ciphertext, tag: wrapped.subarray(-TAG_BYTES) });
}

function parts(ringKey: RingKey, place: Place, nonce: Uint8Array) {
  return {
    key: hmacSha256(ringKey.key, "wabakit/v1/wrap", nonce.subarray(0, SALT_BYTES)),
    iv: nonce.subarray(SALT_BYTES),
    associatedData: associatedData(["v1", "data key", ringKey.id], place),
  };
}
