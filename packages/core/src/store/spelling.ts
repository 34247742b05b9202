import type Keyv from "keyv";
import { key } from "./key.ts";
import type { KeyvCall } from "./keyv-calls.ts";
import { encodeRecord, newVersion } from "./record.ts";

/**
 * Finds out what the host's Keyv and its adapter put in front of a key; `exists` tells which of some
 * spellings stand in the back end.
 */
export type LearnSpelling = (
  exists: (spellings: readonly string[]) => Promise<readonly string[]>,
) => Promise<string>;

const UNKNOWN =
  "The Keyv given as `store` does not write where its back end was expected to hold it: make it and its adapter without a key prefix of their own.";

/** Writes one key through Keyv and looks where it went, since each version of each adapter spells differently. */
export function learningSpelling(keyv: Keyv, call: KeyvCall): LearnSpelling {
  return async (exists) => {
    const name = key("probe", newVersion());
    await call(() => keyv.set(name, encodeRecord(newVersion(), undefined)));
    const prefixes = prefixesOf(keyv.namespace);
    const found = await exists(prefixes.map((prefix) => prefix + name));
    await call(() => keyv.delete(name));
    const prefix = prefixes.find((candidate) => found.includes(candidate + name));
    if (prefix === undefined) throw new Error(UNKNOWN);
    return prefix;
  };
}

/** Keyv 5 puts the namespace in front, Keyv 6 lets adapters do it, some do it once more. */
function prefixesOf(namespace: string | undefined): readonly string[] {
  if (!namespace) return ["", "namespace::"];
  const once = [":", "::"].map((separator) => namespace + separator);
  const twice = [...once, "namespace:"].flatMap((first) => once.map((second) => first + second));
  return ["", ...once, ...twice];
}
