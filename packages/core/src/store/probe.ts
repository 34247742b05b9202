import { isDeepStrictEqual } from "node:util";
import type Keyv from "keyv";
import type { Backend } from "./backends/backend.ts";
import type { KeyvCall } from "./backends/keyv-calls.ts";
import { key } from "./key.ts";
import { encodeRecord, headOf, newVersion } from "./record.ts";

const VALUE = "probe ;--é";
const JSON_TEXT = JSON.stringify(VALUE);

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

/** @throws {Error} With what to change, when the Keyv shows at once that it would not keep records. */
export function refuseUnfit(keyv: Keyv): void {
  refuseUnless(keyv.ttl === undefined, EXPIRES);
  refuseUnless(hasOwnNamespace(keyv), SHARED);
  refuseUnless(reportsFaults(keyv), SILENT);
}

/**
 * Writes through our side and reads through Keyv's, and the other way round. Serializers, compression
 * and encryption of the host's, a key sanitizer, or a store that does not keep what it confirms show
 * here, before anything depends on them.
 *
 * @throws {Error} With what to change.
 */
export async function probe(keyv: Keyv, call: KeyvCall, backend: Backend): Promise<void> {
  const name = newVersion();
  const [probeKey, strippedKey] = [key("probe", `--${name}`), key("probe", name)];
  const land = async (text: string) => {
    await backend.land([{ guards: [], records: [[probeKey, text]] }]);
  };
  const [ours, theirs] = [
    encodeRecord(newVersion(), JSON_TEXT),
    encodeRecord(newVersion(), JSON_TEXT),
  ];

  await land(ours);
  refuseUnless((await call(() => keyv.get(strippedKey))) === undefined, SANITIZES);
  refuseUnless(isRecord(await readAsKeyv(keyv, call, probeKey), ours), FOREIGN);
  await call(() => keyv.set(probeKey, theirs));
  refuseUnless((await backend.read([probeKey]))[0] === theirs, FOREIGN);
  await call(() => keyv.delete(probeKey)); // through Keyv, since some adapters keep lists of keys
}

/** What Keyv cannot make sense of, it reports like a fault. */
async function readAsKeyv(keyv: Keyv, call: KeyvCall, name: string): Promise<unknown> {
  return call(() => keyv.get<unknown>(name)).catch((cause: unknown) => {
    throw new Error(FOREIGN, { cause });
  });
}

/** Keyv gives back a text as it is, and a row of ours as an object. */
function isRecord(seen: unknown, text: string): boolean {
  return seen === text || isDeepStrictEqual(seen, { record: headOf(text), value: VALUE });
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
