import { hkdfSync, randomBytes } from "node:crypto";
import { Failure } from "../failure.ts";
import type { Store, Stored } from "../store/store.ts";
import type { RandomBytes } from "./random-bytes.ts";
import type { Reseal } from "./reseal.ts";
import type { Vault } from "./vault.ts";

/** What a key derived from the root secret is for; keys of different purposes are unrelated. */
export type RootLabel =
  | "pepper"
  | "cursor"
  | "link"
  | "heartbeat-link"
  | "session"
  | "answer"
  | "audit";

/** The one secret of an installation from which all others that we make up ourselves derive. */
export interface RootSecret {
  /** 32 bytes, the same in every process on this store, whatever becomes of the ring. */
  readonly derive: (label: RootLabel) => Buffer;
  /** False when it was sealed with an older key of the ring: the secrets of this store are to rotate. */
  readonly isCurrent: boolean;
}

interface RootRecord {
  readonly schema: 1;
  readonly sealed: string;
}

export const ROOT_SECRET_KEY = "root-secret";
const PLACE = { organizationId: "", record: ROOT_SECRET_KEY, field: "sealed" };
const SIZE_BYTES = 32;
const WHAT_TO_GIVE =
  "Give the keys this store was last used with, a new one in front of them; an older key can go after hub.rotateSecrets().";

/**
 * Reads the root secret of a store, and makes it on the first start; of several processes that start
 * together one makes it and all use it. It stays sealed with the key that sealed it until all other
 * secrets are sealed anew, so that no start leaves out a key which one of them needs.
 *
 * @throws {Error} When the ring does not open this store: the host is told before it serves anybody.
 * @throws {Failure} `store_unavailable` as the store.
 */
export async function loadRootSecret(
  store: Store,
  vault: Vault,
  random: RandomBytes = randomBytes,
): Promise<RootSecret> {
  const stored =
    (await store.get<RootRecord>(ROOT_SECRET_KEY)) ?? (await create(store, vault, random));
  const root = Buffer.from(open(vault, stored.value.sealed), "base64");
  return {
    derive: (label) => Buffer.from(hkdfSync("sha256", root, "", `wabakit/v1/${label}`, SIZE_BYTES)),
    isCurrent: vault.isCurrent(stored.value.sealed),
  };
}

export const resealRootSecret: Reseal<RootRecord> = (record, rewrap) => ({
  ...record,
  sealed: rewrap(record.sealed, PLACE),
});

async function create(
  store: Store,
  vault: Vault,
  random: RandomBytes,
): Promise<Stored<RootRecord>> {
  const sealed = vault.seal(Buffer.from(random(SIZE_BYTES)).toString("base64"), PLACE);
  const value: RootRecord = { schema: 1, sealed };
  await store.commit({
    guards: [{ key: ROOT_SECRET_KEY, version: undefined }],
    writes: [{ key: ROOT_SECRET_KEY, value }],
  });

  // Read back whether or not we won: what counts is what the store holds.
  const stored = await store.get<RootRecord>(ROOT_SECRET_KEY);
  if (!stored) throw new Failure("store_unavailable", "The store does not hold what was written.");
  return stored;
}

function open(vault: Vault, sealed: string): string {
  try {
    return vault.open(sealed, PLACE);
  } catch (cause) {
    if (!(cause instanceof Failure)) throw cause;
    throw new Error(`secretKeys does not open this store. ${cause.message} ${WHAT_TO_GIVE}`, {
      cause,
    });
  }
}
