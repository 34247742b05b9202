/**
 * How an operation of a backend goes wrong.
 * - `before`: rejects, nothing happened.
 * - `after`: happened, but the answer is lost and the caller sees a rejection.
 * - `half`: of several keys the first half happened, then it rejects; `before` for a single key.
 * - `false`: a write did not happen and says so by `false` only. Reads have no such word: `before`.
 * - `swallowed`: did not happen; an `error` event, and an answer that looks like an empty backend.
 * - `late`: answers, and happens, only when the backend is released.
 */
export type FaultMode = "before" | "after" | "half" | "false" | "swallowed" | "late";

export interface Operation {
  readonly name: "get" | "set" | "delete";
  readonly keys: readonly string[];
  /** Counts from 1, over the life of the map. */
  readonly n: number;
}

/** Chosen per operation; `undefined` lets it pass. */
export type FaultPlan = (operation: Operation) => FaultMode | undefined;

export interface FaultyMap {
  /** A Keyv adapter, with the methods for many keys (`bulk`) or without them (`single`). */
  readonly adapter: (shape: Shape) => object;
  readonly plan: (plan: FaultPlan) => void;
  /** How many operations there were. */
  readonly count: () => number;
  /** Lets the late operations happen. */
  readonly release: () => void;
}

export type Shape = "single" | "bulk";
type Entry = { readonly key: string; readonly value: unknown };
type Step<Result> = (key: string, index: number) => Result;
type Call = Pick<Operation, "name" | "keys">;

/** A backend in memory, a turn away, that fails as planned. Data outlives the adapters on it. */
export function faultyMap(entries: Map<string, unknown> = new Map()): FaultyMap {
  let plan: FaultPlan = () => undefined;
  let count = 0;
  let held: (() => void)[] = [];
  const listeners: ((error: unknown) => void)[] = [];

  async function run<Result>(call: Call, step: Step<Result>, empty: Result): Promise<Result[]> {
    await new Promise(setImmediate);
    count += 1;
    const mode = plan({ ...call, n: count });
    const error = new Error(`Planned fault: ${mode} in ${call.name} ${call.keys.join(" ")}.`);
    if (mode === undefined) return call.keys.map(step);
    if (mode === "late") return hold().then(() => call.keys.map(step));
    if (mode === "after") call.keys.map(step);
    if (mode === "half") call.keys.slice(0, call.keys.length / 2).map(step);
    if (mode === "swallowed") for (const listener of listeners) listener(error);
    const answers = mode === "swallowed" || (mode === "false" && call.name !== "get");
    if (answers) return call.keys.map(() => empty);
    throw error;
  }

  function hold(): Promise<void> {
    return new Promise((resolve) => held.push(resolve));
  }

  function read(keys: readonly string[]) {
    return run<unknown>({ name: "get", keys }, (key) => entries.get(key), undefined);
  }

  function write(written: readonly Entry[]) {
    const store: Step<boolean> = (key, index) => entries.set(key, written[index]?.value).has(key);
    return run({ name: "set", keys: written.map(({ key }) => key) }, store, false);
  }

  function remove(keys: readonly string[]) {
    return run({ name: "delete", keys }, (key) => entries.delete(key), false);
  }

  const single = {
    on: (_: string, listener: (error: unknown) => void) => void listeners.push(listener),
    get: async (key: string) => (await read([key]))[0],
    set: async (key: string, value: unknown) => (await write([{ key, value }]))[0],
    delete: async (key: string) => (await remove([key]))[0],
    clear: async () => entries.clear(),
  };
  const bulk = {
    ...single,
    has: async (key: string) => entries.has(key),
    hasMany: async (keys: readonly string[]) => keys.map((key) => entries.has(key)),
    getMany: async (keys: readonly string[]) => read(keys),
    setMany: async (written: readonly Entry[]) => write(written),
    deleteMany: async (keys: readonly string[]) => remove(keys),
  };

  return {
    adapter: (shape) => (shape === "bulk" ? bulk : single),
    plan(next) {
      plan = next;
    },
    count: () => count,
    release() {
      const released = held;
      held = [];
      for (const go of released) go();
    },
  };
}
