/** The least a third party's Keyv adapter can be: asynchronous, with nothing for many keys. */
export interface AsyncMap {
  readonly get: (key: string) => Promise<unknown>;
  readonly set: (key: string, value: unknown) => Promise<boolean>;
  readonly delete: (key: string) => Promise<boolean>;
  readonly clear: () => Promise<void>;
}

/** Every operation takes a turn of the event loop before it happens and another to answer. */
export function asyncMap(entries: Map<string, unknown> = new Map()): AsyncMap {
  return {
    get: async (key) => slowly(() => entries.get(key)),
    set: async (key, value) => slowly(() => entries.set(key, value).has(key)),
    delete: async (key) => slowly(() => entries.delete(key)),
    clear: async () => slowly(() => entries.clear()),
  };
}

async function slowly<Result>(operation: () => Result): Promise<Result> {
  await nextTurn();
  const result = operation();
  await nextTurn();
  return result;
}

function nextTurn(): Promise<void> {
  return new Promise((resolve) => setImmediate(resolve));
}
