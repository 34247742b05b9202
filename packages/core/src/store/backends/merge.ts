import { versionOf } from "../record.ts";
import type { Guard } from "../store.ts";
import type { EncodedChange } from "./backend.ts";

/** The version of a key, `undefined` where there is none. */
export type VersionAt = (key: string) => string | undefined;

/** Which changes win, and what is written for them. */
export interface Merged {
  readonly landed: readonly boolean[];
  readonly records: ReadonlyMap<string, string>;
}

/** The keys that changes guard, each once. */
export function guardedKeys(changes: readonly EncodedChange[]): readonly string[] {
  return [...new Set(changes.flatMap(({ guards }) => guards.map(({ key }) => key)))];
}

/** Checks guards in order, against what is stored and what the changes before have written. */
export function merge(changes: readonly EncodedChange[], versionAt: VersionAt): Merged {
  const records = new Map<string, string>();
  const holds = ({ key, version }: Guard) => {
    const written = records.get(key);
    return (written === undefined ? versionAt(key) : versionOf(written)) === version;
  };

  const landed = changes.map((change) => {
    if (!change.guards.every(holds)) return false;
    for (const [key, text] of change.records) records.set(key, text);
    return true;
  });
  return { records, landed };
}
