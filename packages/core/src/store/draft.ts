import type { Change, Store, Stored } from "./store.ts";

/** A change in the making: records as they were read, and as they are to be. */
export interface Draft {
  /** Reads records that were not read before, in one question. @throws as the store. */
  readonly read: (keys: readonly string[]) => Promise<void>;
  /** What a record holds, with what was put; `undefined` where there is none. */
  readonly get: <Value>(key: string) => Value | undefined;
  /** `undefined` removes the record. */
  readonly put: (key: string, value: unknown) => void;
  /** What was put, under guards that nobody else has written the same records meanwhile. */
  readonly change: () => Change;
}

/** Begins a change of several records. What is put without being read is taken to be absent. */
export function openDraft(store: Store): Draft {
  const known = new Map<string, Stored<unknown> | undefined>();
  const put = new Map<string, unknown>();
  return {
    async read(keys) {
      const unread = [...new Set(keys)].filter((key) => !known.has(key));
      const records = unread.length > 0 ? await store.getMany(unread) : [];
      for (const [index, key] of unread.entries()) known.set(key, records[index]);
    },
    get<Value>(key: string) {
      // As with a store, the caller knows what it keeps under a key.
      return (put.has(key) ? put.get(key) : known.get(key)?.value) as Value | undefined;
    },
    put: (key, value) => void put.set(key, value),
    change: () => ({
      guards: Array.from(put.keys(), (key) => ({ key, version: known.get(key)?.version })),
      writes: Array.from(put, ([key, value]) => ({ key, value })),
    }),
  };
}
