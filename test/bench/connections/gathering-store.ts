import type { Store, Stored, Write } from "@wabakit/core";

/** Kept until the end: they are written again and again. */
const GROWING = /^(index|due|tenant):/;

/** A store in memory that hands on what was written, without reading it back. */
export interface GatheringStore {
  readonly store: Store;
  /** What is complete, once; with `true` also what may still grow. */
  readonly take: (all: boolean) => readonly Write[];
}

/** `known` is asked for what others have written, which is what `isForeign` says. */
export function gatheringStore(known: Store, isForeign: (key: string) => boolean): GatheringStore {
  const records = new Map<string, Stored<unknown> | undefined>();
  const unsaved = new Set<string>();
  let version = 0;

  async function get<Value>(key: string): Promise<Stored<Value> | undefined> {
    if (isForeign(key) && !records.has(key)) records.set(key, await known.get(key));
    // Whoever asks knows what is kept under a key.
    return records.get(key) as Stored<Value> | undefined;
  }

  const store: Store = {
    ...known,
    get,
    getMany: <Value>(keys: readonly string[]) => Promise.all(keys.map((key) => get<Value>(key))),
    async commit({ guards, writes }) {
      const held = guards.every((guard) => records.get(guard.key)?.version === guard.version);
      if (!held) throw new Error("A change of the bench was made of records that have changed.");
      version += 1;
      for (const { key, value } of writes) {
        records.set(key, { value, version: String(version) });
        unsaved.add(key);
      }
      return true;
    },
  };

  function take(all: boolean): readonly Write[] {
    const keys = [...unsaved].filter((key) => all || !GROWING.test(key));
    const writes = keys.map((key) => ({ key, value: records.get(key)?.value }));
    for (const key of keys) {
      unsaved.delete(key);
      records.delete(key);
    }
    return writes;
  }

  return { store, take };
}
