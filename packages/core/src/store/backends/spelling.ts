import type Keyv from "keyv";
import { key } from "../key.ts";
import { encodeRecord, newVersion } from "../record.ts";
import { DEADLINES, inTime } from "./in-time.ts";
import type { KeyvCall } from "./keyv-calls.ts";

/**
 * Finds out what the host's Keyv and its adapter put in front of a key; `exists` tells which of some
 * spellings stand in the back end.
 */
export type LearnSpelling = (
  exists: (spellings: readonly string[]) => Promise<readonly string[]>,
) => Promise<string>;

const UNKNOWN =
  "The Keyv given as `store` does not write where its back end was expected to hold it: make it and its adapter without a key prefix of their own.";

/** Some adapters make their table when they are made themselves, and never again. */
const MAKE_ANEW =
  "If it was away when that Keyv was made: make a new one, with a new adapter, or start the process again.";

/** Writes one key through Keyv and looks where it went, since each version of each adapter spells differently. */
export function learningSpelling(
  keyv: Keyv,
  call: KeyvCall,
  { answerMs } = DEADLINES,
): LearnSpelling {
  return async (exists) => {
    const name = key("probe", newVersion());
    const record = encodeRecord(newVersion(), undefined);
    await inTime(
      call(() => keyv.set(name, record)),
      answerMs,
    ).catch((cause: unknown) => {
      throw cannotWrite(cause);
    });
    const prefixes = prefixesOf(keyv.namespace);
    const found = await exists(prefixes.map((prefix) => prefix + name));
    await inTime(
      call(() => keyv.delete(name)),
      answerMs,
    );
    const prefix = prefixes.find((candidate) => found.includes(candidate + name));
    if (prefix === undefined) throw new Error(UNKNOWN);
    return prefix;
  };
}

function cannotWrite(cause: unknown): Error {
  const reason = cause instanceof Error ? cause.message : String(cause);
  const message = `The back end answers, but the Keyv given as \`store\` cannot write to it: ${reason}. ${MAKE_ANEW}`;
  return new Error(message, { cause });
}

/** Keyv 5 puts the namespace in front, Keyv 6 lets adapters do it, some do it once more. */
function prefixesOf(namespace: string | undefined): readonly string[] {
  if (!namespace) return ["", "namespace::"];
  const once = [":", "::"].map((separator) => namespace + separator);
  const twice = [...once, "namespace:"].flatMap((first) => once.map((second) => first + second));
  return ["", ...once, ...twice];
}
