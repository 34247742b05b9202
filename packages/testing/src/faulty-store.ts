import { type Change, Failure, type Store } from "@wabakit/core";

/** One call of a store's `get`, `getMany` or `commit`. */
export interface StoreOperation {
  readonly name: "get" | "getMany" | "commit";
  /** What it reads, guards or writes. */
  readonly keys: readonly string[];
  /** Counts the calls from 1. */
  readonly n: number;
}

/** A fault to come: which operations, and how much of them still happens. */
export interface StoreFault {
  /** The number of one operation, or a choice that is asked about every one of them. */
  readonly at: number | ((operation: StoreOperation) => boolean);
  /** `before`: nothing happens. `after`: it happens, and only the answer is lost. */
  readonly mode: "before" | "after";
}

/**
 * A store that fails as planned, each time as a dead backend does: with `store_unavailable`. What is
 * not planned goes to `store`, and so do `start` and `stop`. Of several faults for one operation the
 * first counts.
 *
 * @example
 * faultyStore(store, { at: 3, mode: "after" });
 * faultyStore(store, { at: ({ name }) => name === "commit" && down, mode: "before" });
 */
export function faultyStore(store: Store, ...plan: readonly StoreFault[]): Store {
  let count = 0;

  async function run<Result>(call: Call, step: () => Promise<Result>): Promise<Result> {
    count += 1;
    const operation = { ...call, n: count };
    const fault = plan.find(({ at }) => (typeof at === "number" ? at === count : at(operation)));
    if (fault?.mode === "before") throw unavailable(operation);
    const result = await step();
    if (fault) throw unavailable(operation);
    return result;
  }

  return {
    atomicity: store.atomicity,
    start: () => store.start(),
    describe: () => store.describe(),
    stop: () => store.stop(),
    get: (key) => run({ name: "get", keys: [key] }, () => store.get(key)),
    getMany: (keys) => run({ name: "getMany", keys }, () => store.getMany(keys)),
    commit: (change) => run({ name: "commit", keys: keysOf(change) }, () => store.commit(change)),
  };
}

type Call = Pick<StoreOperation, "name" | "keys">;

function keysOf({ guards, writes }: Change): readonly string[] {
  return [...new Set([...guards, ...writes].map(({ key }) => key))];
}

function unavailable({ name, keys, n }: StoreOperation): Failure {
  const cause = new Error(`Planned fault in operation ${n}: ${name} ${keys.join(" ")}.`);
  return new Failure("store_unavailable", undefined, { cause, retryAfterMs: 1_000 });
}
