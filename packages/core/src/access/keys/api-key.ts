import { randomBytes } from "node:crypto";
import { crc32 } from "node:zlib";
import { decodeBase32, encodeBase32 } from "../../crypto/base32.ts";
import { isId, newId } from "../../crypto/ids.ts";
import { keyedHash } from "../../crypto/keyed-hash.ts";
import type { RandomBytes } from "../../crypto/random-bytes.ts";

/** An API key at the one moment its full text is known. */
export interface NewApiKey {
  /** `key_…`: names the key in lists, logs and the store. */
  readonly keyId: string;
  /** What the caller sends. Shown once; only its hash may be stored. */
  readonly secret: string;
}

const ID_PREFIX = "key_";
const SECRET_BYTES = 32;
const FORM = /^(wk_([0-9a-z]{26})_([0-9a-z]{52}))([0-9a-z]{7})$/;

/**
 * Makes an API key: `wk_<id>_<256 random bits><CRC32 of all before it>`, in base32. The fixed start
 * and the checksum let a secret scanner recognise a leaked key without asking us.
 *
 * @param keyId Given when an existing key gets a new secret.
 */
export function newApiKey(
  keyId: string = newId(ID_PREFIX),
  random: RandomBytes = randomBytes,
): NewApiKey {
  const body = `wk_${keyId.slice(ID_PREFIX.length)}_${encodeBase32(random(SECRET_BYTES))}`;
  return { keyId, secret: body + checksum(body) };
}

/**
 * The id an API key carries, or `undefined` when the text cannot be one: mistyped, cut off, or made
 * up. Asks nobody, so that such text costs no look-up; whether the key exists is not said.
 */
export function parseApiKey(text: string): { readonly keyId: string } | undefined {
  const match = FORM.exec(text);
  if (!match) return undefined;

  const [, body = "", id = "", secret = "", sum] = match;
  const keyId = ID_PREFIX + id;
  if (sum !== checksum(body) || !isId(ID_PREFIX, keyId) || !decodeBase32(secret)) return undefined;
  return { keyId };
}

/** What is stored of an API key and compared, in constant time, with the hash of what is sent. */
export function hashApiKey(pepper: Uint8Array, text: string): string {
  return keyedHash(pepper, text);
}

function checksum(body: string): string {
  const bytes = Buffer.alloc(4);
  bytes.writeUInt32BE(crc32(body));
  return encodeBase32(bytes);
}
