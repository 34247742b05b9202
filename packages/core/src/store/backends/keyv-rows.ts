import type Keyv from "keyv";
import { key } from "../key.ts";
import type { BackendDescription, Rows } from "./backend.ts";
import type { KeyvCall } from "./keyv-calls.ts";

const REDO = key("redo");
const NOTHING = "[]";

/**
 * Records on any Keyv. Keyv promises nothing about several keys, so a redo record holding the whole
 * write goes first and goes away last; what a crash or a fault left half done is finished, always
 * forward, before anything else is read or written.
 */
export function keyvRows(keyv: Keyv, call: KeyvCall): Rows {
  const gate = readersOrWriter();
  const recovery = pendingRecovery();

  async function readAll(keys: readonly string[]) {
    const values = await call(() => keyv.getMany<unknown>([...keys]));
    return keys.map((_, index) => textOf(values[index] ?? undefined));
  }

  async function setRedo(value: string): Promise<void> {
    requireAll([await call(() => keyv.set(REDO, value))]);
  }

  async function apply(records: ReadonlyMap<string, string>): Promise<void> {
    const entries = [...records].map(([key, value]) => ({ key, value }));
    const setAll = async () => requireAll(await call(() => keyv.setMany(entries)));
    await gate.write(() => recovery.guard(() => apply(records), setAll));
    await call(() => keyv.delete(REDO)).catch(() => {}); // what is applied may be applied again
  }

  return {
    async start() {
      recovery.forget();
      const [redo = NOTHING] = await readAll([REDO]);
      if (redo !== NOTHING) await apply(new Map(JSON.parse(redo) as [string, string][]));
      return describe(keyv);
    },
    async stop() {},
    read: (keys) => gate.read(recovery.run, () => readAll(keys)),
    async write(records) {
      await recovery.run();
      // A delete can fail without a word, and a change given up must not come back: overwrite it.
      await recovery.guard(
        () => setRedo(NOTHING),
        () => setRedo(JSON.stringify([...records])),
      );
      await apply(records);
    },
    async remove(keys) {
      await recovery.run();
      await call(() => keyv.deleteMany([...keys]));
    },
  };
}

/** What is no text was not written here: as one it is no record, and readers say so. */
function textOf(value: unknown): string | undefined {
  return typeof value === "string" ? value : JSON.stringify(value);
}

/** A Map forgets with its process; of what a third party's adapter does we know nothing. */
function describe({ store }: Keyv): BackendDescription {
  const isMemory: boolean =
    store instanceof Map || ("_store" in store && store._store instanceof Map);
  const backend = isMemory ? "memory" : "keyv";
  return { backend, version: null, durable: isMemory ? "no" : "unknown", settings: {} };
}

/** What must succeed before anything else, after a fault in the middle of a write. */
function pendingRecovery() {
  let due: (() => Promise<void>) | undefined;
  let running: Promise<void> | undefined;

  function forget(): void {
    due = undefined;
  }

  function run(): Promise<void> | undefined {
    if (!due) return undefined;
    running ??= due()
      .then(forget)
      .finally(() => {
        running = undefined;
      });
    return running;
  }

  async function guard(onFault: () => Promise<void>, step: () => Promise<void>): Promise<void> {
    try {
      await step();
    } catch (error) {
      due = onFault;
      throw error;
    }
  }

  return { forget, run, guard };
}

/** Reads go side by side, a write goes alone, so that no reader sees half of it. */
function readersOrWriter() {
  const reads = new Set<Promise<unknown>>();
  let writing: Promise<void> | undefined;

  /** `prepare` is waited for until there is nothing to prepare, and once more after every write. */
  async function read<Result>(
    prepare: () => Promise<void> | undefined,
    step: () => Promise<Result>,
  ): Promise<Result> {
    for (let wait = writing ?? prepare(); wait; wait = writing ?? prepare()) await wait;
    const answer = step();
    reads.add(answer);
    return answer.finally(() => reads.delete(answer));
  }

  async function write(step: () => Promise<void>): Promise<void> {
    const { promise, resolve } = Promise.withResolvers<void>();
    writing = promise;
    await Promise.allSettled(reads);
    await step().finally(() => {
      writing = undefined;
      resolve();
    });
  }

  return { read, write };
}

/** Adapters of Keyv 5 may answer nothing at all to `setMany`; they reject instead. */
function requireAll(results: readonly boolean[] | undefined): void {
  if (results === undefined || results.every((written) => written === true)) return;
  throw new Error("The Keyv adapter did not confirm a write.");
}
