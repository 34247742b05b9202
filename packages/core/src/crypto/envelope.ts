import { IV_BYTES, TAG_BYTES } from "./aead.ts";
import { WRAPPED_KEY_BYTES } from "./wrapped-key.ts";

/** A sealed text taken apart. */
export interface Envelope {
  readonly keyId: string;
  readonly wrappedKey: Uint8Array;
  readonly iv: Uint8Array;
  readonly ciphertext: Uint8Array;
  readonly tag: Uint8Array;
}

/** The one format there is. A change of anything below it is a new version. */
export const ENVELOPE_VERSION = "v1";

const KEY_ID = /^[\w-]{12}$/;

/** `v1.<keyId>.<wrapped data key>.<iv>.<ciphertext>.<tag>`, bytes in base64url. */
export function formatEnvelope({ keyId, wrappedKey, iv, ciphertext, tag }: Envelope): string {
  const fields = [wrappedKey, iv, ciphertext, tag].map((b) => Buffer.from(b).toString("base64url"));
  return [ENVELOPE_VERSION, keyId, ...fields].join(".");
}

/** The envelope in its one spelling, or `undefined` for any other text. Judges the form only. */
export function parseEnvelope(sealed: string): Envelope | undefined {
  const [version, keyId = "", ...fields] = sealed.split(".");
  if (version !== ENVELOPE_VERSION || !KEY_ID.test(keyId) || fields.length !== 4) return undefined;

  const [wrappedKey, iv, ciphertext, tag] = fields.map(decode);
  if (wrappedKey?.length !== WRAPPED_KEY_BYTES || iv?.length !== IV_BYTES) return undefined;
  if (!ciphertext || tag?.length !== TAG_BYTES) return undefined;
  return { keyId, wrappedKey, iv, ciphertext, tag };
}

/** Node skips what is not base64url and ignores leftover bits; a sealed text has one spelling. */
function decode(text: string): Uint8Array | undefined {
  const bytes = Buffer.from(text, "base64url");
  return bytes.toString("base64url") === text ? bytes : undefined;
}
