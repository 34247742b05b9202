import { keyvStore, type Store } from "@wabakit/core";
import { Keyv } from "keyv";

/** A store, and all that is in it. */
export interface WatchedStore {
  readonly store: Store;
  /** Every record by its key, as text; without when API keys were used, which is noted at any time. */
  readonly records: () => Promise<Readonly<Record<string, string>>>;
}

/** A store in memory that remembers which keys were ever written. */
export function watchedStore(): WatchedStore {
  const store = keyvStore(new Keyv());
  const keys = new Set<string>();
  return {
    store: {
      ...store,
      commit(change) {
        for (const { key } of change.writes) keys.add(key);
        return store.commit(change);
      },
    },
    async records() {
      const names = [...keys].filter((key) => !key.startsWith("key-use:")).sort();
      const stored = await store.getMany(names);
      const there = names.flatMap((name, index) => {
        const record = stored[index];
        return record ? [[name, JSON.stringify(record)] as const] : [];
      });
      return Object.fromEntries(there);
    },
  };
}
