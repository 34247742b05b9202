import type Keyv from "keyv";
import type { Backend } from "./backend.ts";
import { key } from "./key.ts";
import { encodeRecord, newVersion } from "./record.ts";

const FOREIGN =
  "The Keyv given as `store` does not give back what was written. Use one of its own, without serializer, compression, encryption, default ttl or key sanitizing.";
const EXPIRES =
  "The Keyv given as `store` has a default ttl, which would delete records: make it without `ttl`.";
const SANITIZES =
  "The Keyv given as `store` changes keys, so that two records could meet: make it without `sanitize`.";
const SHARED =
  "The adapter of the Keyv given as `store` is shared with another Keyv, which has set its namespace: give each Keyv an adapter of its own.";
const SILENT =
  "Keyv 5 hides the faults of an adapter that has no getMany: use Keyv 6, or another adapter.";

/**
 * Writes through our side and reads through Keyv's, and the other way round. Serializers, compression
 * and encryption of the host's, a key sanitizer, or a store that does not keep what it confirms show
 * here, before anything depends on them.
 *
 * @throws {Error} With what to change.
 */
export async function probe(keyv: Keyv, backend: Backend): Promise<void> {
  refuseUnless(keyv.ttl === undefined, EXPIRES);
  refuseUnless(hasOwnNamespace(keyv), SHARED);
  refuseUnless(reportsFaults(keyv), SILENT);

  const name = newVersion();
  const [probeKey, strippedKey] = [key("probe", `--${name}`), key("probe", name)];
  const ours = encodeRecord(newVersion(), undefined);
  const theirs = encodeRecord(newVersion(), JSON.stringify("probe ;--é"));

  await backend.write(new Map([[probeKey, ours]]));
  refuseUnless((await keyv.get(strippedKey)) === undefined, SANITIZES);
  refuseUnless((await keyv.get(probeKey)) === ours, FOREIGN);
  await keyv.set(probeKey, theirs);
  refuseUnless((await backend.read([probeKey]))[0] === theirs, FOREIGN);
  await backend.remove([probeKey]);
}

function hasOwnNamespace({ namespace, store }: Keyv): boolean {
  const used: unknown = store.namespace;
  return namespace === undefined || used === undefined || namespace === used;
}

/** Only Keyv 5 has `throwOnErrors`; only there an adapter may lack `getMany`. A Map never fails. */
function reportsFaults(keyv: Keyv): boolean {
  const store: unknown = keyv.store;
  if (!("throwOnErrors" in keyv) || store instanceof Map) return true;
  return typeof keyv.store.getMany === "function";
}

function refuseUnless(fine: boolean, message: string): void {
  if (!fine) throw new Error(message);
}
