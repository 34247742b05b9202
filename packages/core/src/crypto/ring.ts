import { createSecretKey, type KeyObject } from "node:crypto";
import { constantTimeEqual, hmacSha256 } from "./hmac.ts";

/** A key of the ring with the name under which sealed texts refer to it. */
export interface RingKey {
  /** 12 characters of base64url, derived from the key: the same key has the same id everywhere. */
  readonly id: string;
  readonly key: KeyObject;
}

/** The keys a host gave us: the newest seals, all of them open. */
export interface Ring {
  readonly newest: RingKey;
  readonly find: (id: string) => RingKey | undefined;
}

const KEY_BYTES = 32;
const KEY_ID_BYTES = 9;

/** How a host gets a key, for every message that asks for one. Needs nothing but Node. */
export const HOW_TO_MAKE_A_KEY = `Make a key with: node -p "crypto.randomBytes(32).toString('base64')"`;

/**
 * Reads `secretKeys`, newest first.
 *
 * @throws {Error} Naming every wrong position, counted from 1, and never a byte of a key.
 */
export function createRing(keys: readonly Uint8Array[]): Ring {
  const problems = keys.flatMap((key, index) => problemOf(key, keys.slice(0, index)));
  if (problems.length > 0) throw new Error(`${problems.join(" ")} ${HOW_TO_MAKE_A_KEY}`);
  const [newest, ...older] = keys.map(ringKey);
  if (!newest) throw new Error(`secretKeys is empty: it needs a key. ${HOW_TO_MAKE_A_KEY}`);

  const byId = new Map([newest, ...older].map((key) => [key.id, key]));
  return { newest, find: (id) => byId.get(id) };
}

function problemOf(key: Uint8Array, earlier: readonly Uint8Array[]): readonly string[] {
  const position = earlier.length + 1;
  if (key.length !== KEY_BYTES) {
    return [`secretKeys, position ${position}: ${key.length} bytes instead of ${KEY_BYTES}.`];
  }
  const twin = earlier.findIndex((other) => constantTimeEqual(other, key)) + 1;
  return twin ? [`secretKeys, position ${position}: the same key as position ${twin}.`] : [];
}

function ringKey(bytes: Uint8Array): RingKey {
  const key = createSecretKey(bytes);
  const id = hmacSha256(key, "wabakit/v1/key-id").subarray(0, KEY_ID_BYTES).toString("base64url");
  return { id, key };
}
