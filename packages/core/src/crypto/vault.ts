import { randomBytes } from "node:crypto";
import { Failure } from "../failure.ts";
import { type AeadParts, decrypt, encrypt, IV_BYTES } from "./aead.ts";
import { ENVELOPE_VERSION, type Envelope, formatEnvelope, parseEnvelope } from "./envelope.ts";
import { associatedData, type Place } from "./place.ts";
import type { RandomBytes } from "./random-bytes.ts";
import { createRing, type Ring } from "./ring.ts";
import { DATA_KEY_BYTES, NONCE_BYTES, unwrapKey, wrapKey } from "./wrapped-key.ts";

/** Turns secrets into text that may lie in a store, and back. */
export interface Vault {
  /**
   * Encrypts a secret for one place. Sealing twice gives two different texts.
   *
   * @throws {Failure} `invalid_request` for text with a lone surrogate, which would not come back.
   */
  readonly seal: (plaintext: string, place: Place) => string;

  /**
   * @throws {Failure} `secret_unreadable` when the text was sealed for another place, changed by a
   *   bit, not sealed at all, or sealed with a key that is not in the ring, which is then named.
   */
  readonly open: (sealed: string, place: Place) => string;

  /** Whether the text names the newest key of the ring; `false` also for what is not sealed. */
  readonly isCurrent: (sealed: string) => boolean;

  /**
   * The same sealed secret, with its data key wrapped under the newest key of the ring; the
   * ciphertext stays as it is. A current text comes back unchanged.
   *
   * @throws {Failure} `secret_unreadable` as `open`, except that the ciphertext is not looked at.
   */
  readonly rewrap: (sealed: string, place: Place) => string;
}

/**
 * AES-256-GCM with a random data key per secret, wrapped by the newest of the 32-byte keys given.
 *
 * @param keys Newest first. Older ones are kept for as long as a stored secret names them.
 * @param random Injected by tests; the vault is as secure as this is.
 * @throws {Error} Naming the position of a key that is not usable, and how to make one.
 */
export function createVault(keys: readonly Uint8Array[], random: RandomBytes = randomBytes): Vault {
  const ring = createRing(keys);
  const isCurrent = (sealed: string) => sealed.startsWith(`${ENVELOPE_VERSION}.${ring.newest.id}.`);
  const wrap = (dataKey: Uint8Array, place: Place) => ({
    keyId: ring.newest.id,
    wrappedKey: wrapKey(ring.newest, dataKey, { place, nonce: random(NONCE_BYTES) }),
  });
  return {
    isCurrent,
    seal(plaintext, place) {
      const [key, iv] = [random(DATA_KEY_BYTES), random(IV_BYTES)];
      const data = encrypt(dataParts(key, iv, place), utf8(plaintext));
      return formatEnvelope({ ...wrap(key, place), iv, ...data });
    },
    open(sealed, place) {
      const envelope = readEnvelope(sealed);
      const key = dataKeyOf(envelope, ring, place);
      return readable(() => decrypt(dataParts(key, envelope.iv, place), envelope)).toString("utf8");
    },
    rewrap(sealed, place) {
      if (isCurrent(sealed)) return sealed;
      const envelope = readEnvelope(sealed);
      return formatEnvelope({ ...envelope, ...wrap(dataKeyOf(envelope, ring, place), place) });
    },
  };
}

/** Without the id of the ring key, so that a secret can be re-wrapped without being decrypted. */
function dataParts(key: Uint8Array, iv: Uint8Array, place: Place): AeadParts {
  return { key, iv, associatedData: associatedData([ENVELOPE_VERSION, "secret"], place) };
}

function utf8(text: string): Uint8Array {
  if (text.isWellFormed()) return Buffer.from(text, "utf8");
  throw new Failure("invalid_request", "A secret holds half a surrogate pair, which is not text.");
}

/** The text itself stays out of the message: it may be a secret that somebody stored unsealed. */
function readEnvelope(sealed: string): Envelope {
  const envelope = parseEnvelope(sealed);
  if (envelope) return envelope;
  throw new Failure("secret_unreadable", "A stored secret is not in a form this version seals.");
}

function dataKeyOf({ keyId, wrappedKey }: Envelope, ring: Ring, place: Place): Uint8Array {
  const ringKey = ring.find(keyId);
  if (ringKey) return readable(() => unwrapKey(ringKey, wrappedKey, place));
  throw new Failure(
    "secret_unreadable",
    `A stored secret was sealed with key ${keyId}, which is missing from secretKeys.`,
  );
}

function readable(read: () => Buffer): Buffer {
  try {
    return read();
  } catch (cause) {
    throw new Failure(
      "secret_unreadable",
      "A stored secret was changed, or belongs to another record.",
      { cause },
    );
  }
}
