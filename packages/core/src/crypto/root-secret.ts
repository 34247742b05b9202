import { hkdfSync, randomBytes } from "node:crypto";
import { Failure } from "../failure.ts";
import type { Store, Stored } from "../store/store.ts";
import type { RandomBytes } from "./random-bytes.ts";
import type { Vault } from "./vault.ts";

/** What a key derived from the root secret is for; keys of different purposes are unrelated. */
export type RootLabel = "pepper" | "cursor" | "link" | "session";

/** The one secret of an installation from which all others that we make up ourselves derive. */
export interface RootSecret {
  /** 32 bytes, the same in every process on this store, whatever becomes of the ring. */
  readonly derive: (label: RootLabel) => Buffer;
}

interface RootRecord {
  readonly schema: 1;
  readonly sealed: string;
}

const KEY = "root-secret";
const PLACE = { organizationId: "", record: KEY, field: "sealed" };
const SIZE_BYTES = 32;
const WHAT_TO_GIVE = "Give the keys this store was last used with, a new one in front of them.";

/**
 * Reads the root secret of a store, and makes it on the first start; of several processes that start
 * together one makes it and all use it. Seals it with the newest key of the ring where that changed.
 *
 * @throws {Error} When the ring does not open this store: the host is told before it serves anybody.
 * @throws {Failure} `store_unavailable` as the store.
 */
export async function loadRootSecret(
  store: Store,
  vault: Vault,
  random: RandomBytes = randomBytes,
): Promise<RootSecret> {
  const stored = (await store.get<RootRecord>(KEY)) ?? (await create(store, vault, random));
  const root = Buffer.from(open(vault, stored.value.sealed), "base64");
  if (!vault.isCurrent(stored.value.sealed)) await rewrap(store, vault, stored);
  return {
    derive: (label) => Buffer.from(hkdfSync("sha256", root, "", `wabakit/v1/${label}`, SIZE_BYTES)),
  };
}

async function create(
  store: Store,
  vault: Vault,
  random: RandomBytes,
): Promise<Stored<RootRecord>> {
  const sealed = vault.seal(Buffer.from(random(SIZE_BYTES)).toString("base64"), PLACE);
  const value: RootRecord = { schema: 1, sealed };
  await store.commit({ guards: [{ key: KEY, version: undefined }], writes: [{ key: KEY, value }] });

  // Read back whether or not we won: what counts is what the store holds.
  const stored = await store.get<RootRecord>(KEY);
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

/** A lost race needs nothing: another process has done the same, and the next start looks again. */
async function rewrap(store: Store, vault: Vault, { value, version }: Stored<RootRecord>) {
  const sealed = vault.rewrap(value.sealed, PLACE);
  const write = { key: KEY, value: { ...value, sealed } };
  await store.commit({ guards: [{ key: KEY, version }], writes: [write] });
}
