import { randomFillSync } from "node:crypto";
import { decodeBase32, encodeBase32 } from "./base32.ts";
import type { RandomBytes } from "./random-bytes.ts";

/** The kinds of things that have ids; each id starts with its kind. */
export const ID_PREFIXES = [
  "org_",
  "key_",
  "pk_",
  "app_",
  "sess_",
  "conn_",
  "evt_",
  "whe_",
  "dlv_",
  "lnk_",
  "ctc_",
  "cnv_",
  "msg_",
  "med_",
] as const;

export type IdPrefix = (typeof ID_PREFIXES)[number];

const UUID_BYTES = 16;

/** One call for randomness costs several times an id, so it is fetched for many ids at once. */
const pool = Buffer.alloc(256 * UUID_BYTES);
let poolUsedBytes = pool.length;

const UUID = /^[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}$/i;

/**
 * A random UUID v4, written as `prefix` and 26 digits of lower-case Crockford base32.
 *
 * @param random Given where the same id has to come again; see `http/route.ts`.
 */
export function newId(prefix: IdPrefix, random?: RandomBytes): string {
  return writeId(prefix, random ? Buffer.from(random(UUID_BYTES)) : drawBytes());
}

/**
 * Makes ids for what is written together. Each is a random UUID v4 like any other, but they have their
 * first half in common: so their records lie beside each other in a database, which then writes one page
 * for many of them.
 */
export function siblingIds(prefix: IdPrefix): () => string {
  const half = Buffer.from(drawBytes().subarray(0, UUID_BYTES / 2));
  return () => {
    const uuid = drawBytes();
    half.copy(uuid);
    return writeId(prefix, uuid);
  };
}

function writeId(prefix: IdPrefix, uuid: Buffer): string {
  uuid.writeUInt8((uuid.readUInt8(6) & 0x0f) | 0x40, 6); // version 4
  uuid.writeUInt8((uuid.readUInt8(8) & 0x3f) | 0x80, 8); // the variant of RFC 9562
  return prefix + encodeBase32(uuid);
}

/** Whether `text` is an id of this kind in its one canonical spelling. Says nothing about existence. */
export function isId(prefix: IdPrefix, text: string): boolean {
  return text.startsWith(prefix) && uuidBytes(text.slice(prefix.length)) !== undefined;
}

/**
 * The same id as a lower-case UUID, for wire formats that show one.
 *
 * @throws {RangeError} When `id` is not an id: a bug in the caller, who checks foreign text by `isId`.
 */
export function idToUuid(id: string): string {
  const prefix = ID_PREFIXES.find((candidate) => id.startsWith(candidate));
  const bytes = prefix && uuidBytes(id.slice(prefix.length));
  if (!bytes) throw new RangeError("This is not an id.");

  const hex = Buffer.from(bytes).toString("hex");
  return hex.replace(/^(.{8})(.{4})(.{4})(.{4})/, "$1-$2-$3-$4-");
}

/** The id behind a UUID in either case, or `undefined` for text that is not a UUID. */
export function uuidToId(prefix: IdPrefix, uuid: string): string | undefined {
  if (!UUID.test(uuid)) return undefined;
  return prefix + encodeBase32(Buffer.from(uuid.replaceAll("-", ""), "hex"));
}

function uuidBytes(digits: string): Uint8Array | undefined {
  const bytes = decodeBase32(digits);
  return bytes?.length === UUID_BYTES ? bytes : undefined;
}

function drawBytes(): Buffer {
  if (poolUsedBytes === pool.length) {
    randomFillSync(pool);
    poolUsedBytes = 0;
  }
  const start = poolUsedBytes;
  poolUsedBytes += UUID_BYTES;
  return pool.subarray(start, poolUsedBytes);
}
