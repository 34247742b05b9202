import { Failure } from "../failure.ts";
import type { Backend, EncodedChange } from "./backends/backend.ts";
import { gather } from "./gather.ts";
import { encodeRecord, newVersion } from "./record.ts";
import type { Change } from "./store.ts";

/** A flush takes waiting changes until it holds this many records. */
const RECORDS_PER_FLUSH = 5_000;

interface Waiting extends EncodedChange {
  readonly resolve: (landed: boolean) => void;
  readonly reject: (error: unknown) => void;
}

/** The commits of one backend. */
export interface GroupCommit {
  readonly commit: (change: Change) => Promise<boolean>;
  /** Resolves when nothing waits any more. */
  readonly drain: () => Promise<void>;
}

/**
 * Changes that come within a few turns of the event loop land together, one flush at a time:
 * durability then costs a fraction of a disk flush per change.
 */
export function groupCommit(backend: Pick<Backend, "land">): GroupCommit {
  const waiting: Waiting[] = [];
  let running: Promise<void> | undefined;

  function commit(change: Change): Promise<boolean> {
    const records = encode(change);
    return new Promise((resolve, reject) => {
      waiting.push({ guards: change.guards, records, resolve, reject });
      running ??= run();
    });
  }

  async function run(): Promise<void> {
    while (waiting.length > 0) {
      await gather(() => waiting.length);
      await flush(backend, takeFlush(waiting));
    }
    running = undefined;
  }

  async function drain(): Promise<void> {
    while (running) await running;
  }

  return { commit, drain };
}

function encode({ writes }: Change): Waiting["records"] {
  const version = newVersion();
  return writes.map(({ key, value }) => [key, encodeRecord(version, JSON.stringify(value))]);
}

function takeFlush(waiting: Waiting[]): readonly Waiting[] {
  let records = 0;
  let count = 0;
  for (const change of waiting) {
    records += change.records.length;
    if (count > 0 && records > RECORDS_PER_FLUSH) break;
    count += 1;
  }
  return waiting.splice(0, count);
}

async function flush(backend: Pick<Backend, "land">, changes: readonly Waiting[]): Promise<void> {
  try {
    const landed = await backend.land(changes);
    for (const [index, change] of changes.entries()) change.resolve(landed[index] === true);
  } catch (cause) {
    const failure = unavailable(cause);
    for (const change of changes) change.reject(failure);
  }
}

/** What every trouble with a backend looks like to the callers of the store. */
export function unavailable(cause: unknown): Failure {
  return cause instanceof Failure
    ? cause
    : new Failure("store_unavailable", undefined, { cause, retryAfterMs: 1_000 });
}
