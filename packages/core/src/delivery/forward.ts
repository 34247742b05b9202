import { hash } from "node:crypto";
import { zstdCompressSync, zstdDecompressSync } from "node:zlib";
import { encodeBase32 } from "../crypto/base32.ts";
import { key } from "../store/key.ts";
import type { Store, Write } from "../store/store.ts";
import { organizationOf, type TargetRef } from "./target.ts";

/** Bytes of Meta's that go on to somebody as they came. */
export interface Forward {
  readonly id: string;
  readonly target: TargetRef;
  readonly bytes: Uint8Array;
  /** Whose numbers they are about. */
  readonly tenantIds: readonly string[];
  /** Those that share one of these go on in their order. */
  readonly keys?: readonly string[];
}

/** As it is stored: the bytes as zstd in base64, which is exact, and needs no escapes in a record. */
export interface KeptForward {
  readonly pack: string;
  readonly tenantIds: readonly string[];
}

const ID_BYTES = 16;

/**
 * The id of what goes on to a target of one notification, which `source` names. The same whenever that
 * notification is worked on again, so that a crash in between doubles nothing.
 */
export function forwardId(source: string, target: TargetRef): string {
  const digest = hash("sha256", `${source} ${target}`, "buffer");
  return `fwd_${encodeBase32(digest.subarray(0, ID_BYTES))}`;
}

export function forwardKey(organizationId: string, id: string): string {
  return key("forward", organizationId, id);
}

/** The write that keeps a forward; it comes into being once. */
export function keepForward({ id, target, bytes, tenantIds }: Forward): Write {
  const value: KeptForward = { pack: zstdCompressSync(bytes).toString("base64"), tenantIds };
  return { key: forwardKey(organizationOf(target), id), value };
}

/**
 * The bytes of forwards, in the order of the ids; `undefined` once they are purged. They are unpacked
 * when asked for: a batch may hold many, of 3 MB each.
 */
export async function readForwards(store: Store, organizationId: string, ids: readonly string[]) {
  const kept = await store.getMany<KeptForward>(ids.map((id) => forwardKey(organizationId, id)));
  return kept.map((stored) => stored && (() => unpack(stored.value)));
}

function unpack({ pack }: KeptForward): Uint8Array {
  return zstdDecompressSync(Buffer.from(pack, "base64"));
}

/** Of these forwards those that were not committed yet. */
export async function withoutKept(
  store: Store,
  forwards: readonly Forward[],
): Promise<readonly Forward[]> {
  if (forwards.length === 0) return forwards;
  const keys = forwards.map(({ id, target }) => forwardKey(organizationOf(target), id));
  const kept = await store.getMany(keys);
  return forwards.filter((_, index) => kept[index] === undefined);
}
