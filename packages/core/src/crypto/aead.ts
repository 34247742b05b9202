import { createCipheriv, createDecipheriv } from "node:crypto";

/** A 96-bit IV is the only length GCM uses as it is; another one is hashed first. */
export const IV_BYTES = 12;

/** Also passed to Node, which would otherwise take a tag cut down to 4 bytes. */
export const TAG_BYTES = 16;

const OPTIONS = { authTagLength: TAG_BYTES };

/** What both sides of an encryption must agree on. */
export interface AeadParts {
  /** 32 bytes. */
  readonly key: Uint8Array;
  /** 12 bytes, never used twice with the same key. */
  readonly iv: Uint8Array;
  readonly associatedData: Uint8Array;
}

export interface AeadResult {
  readonly ciphertext: Uint8Array;
  /** 16 bytes. */
  readonly tag: Uint8Array;
}

/** AES-256-GCM. */
export function encrypt({ key, iv, associatedData }: AeadParts, plaintext: Uint8Array): AeadResult {
  const cipher = createCipheriv("aes-256-gcm", key, iv, OPTIONS).setAAD(associatedData);
  const ciphertext = Buffer.concat([cipher.update(plaintext), cipher.final()]);
  return { ciphertext, tag: cipher.getAuthTag() };
}

/** @throws {Error} When a bit of anything differs from what `encrypt` was given or returned. */
export function decrypt(
  { key, iv, associatedData }: AeadParts,
  { ciphertext, tag }: AeadResult,
): Buffer {
  const decipher = createDecipheriv("aes-256-gcm", key, iv, OPTIONS);
  decipher.setAAD(associatedData).setAuthTag(tag);
  return Buffer.concat([decipher.update(ciphertext), decipher.final()]);
}
