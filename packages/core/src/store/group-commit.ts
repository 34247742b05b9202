import { type Clock, systemClock } from "../clock.ts";
import { Failure } from "../failure.ts";
import type { Backend } from "./backend.ts";
import { encodeRecord, newVersion, versionOf } from "./record.ts";
import type { Change, Guard } from "./store.ts";

/** A flush takes waiting changes until it holds this many records. */
const RECORDS_PER_FLUSH = 5_000;
/** Deleted records are removed for good together, since that costs a disk flush too: after this long, */
const SWEEP_AFTER_MS = 1_000;
/** or once this many have gathered. */
const REMOVALS_PER_SWEEP = 1_000;
/** How many turns of the event loop a flush may wait for more changes to join it. */
const TURNS_PER_FLUSH = 8;

interface Waiting {
  readonly guards: readonly Guard[];
  readonly records: readonly (readonly [key: string, text: string])[];
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
 * Changes that come within a few turns of the event loop share one write, one write at a time:
 * durability then costs a fraction of a disk flush per change. Guards are checked in order, against
 * the backend and against what the same flush already holds.
 */
export function groupCommit(backend: Backend, clock: Clock = systemClock): GroupCommit {
  const waiting: Waiting[] = [];
  const gone = new Set<string>();
  let running: Promise<void> | undefined;
  let sweepIsDue = false;
  let cancelSweep: (() => void) | undefined;

  function commit(change: Change): Promise<boolean> {
    const records = encode(change);
    return new Promise((resolve, reject) => {
      waiting.push({ guards: change.guards, records, resolve, reject });
      running ??= run();
    });
  }

  async function run(): Promise<void> {
    while (waiting.length > 0 || sweepIsDue) {
      await gather(waiting);
      await flush(backend, takeFlush(waiting), gone);
      if (sweepIsDue || gone.size >= REMOVALS_PER_SWEEP) await sweep();
    }
    if (gone.size > 0) cancelSweep ??= clock.schedule(clock.now() + SWEEP_AFTER_MS, sweepNow);
    running = undefined;
  }

  /** Tidying only: what cannot be removed now stays readable as absent. */
  async function sweep(): Promise<void> {
    sweepIsDue = false;
    cancelSweep?.();
    cancelSweep = undefined;
    const keys = [...gone];
    gone.clear();
    if (keys.length > 0) await backend.remove(keys).catch(() => {});
  }

  /** Through `run`, because nothing may be removed while something is written. */
  function sweepNow(): void {
    sweepIsDue = true;
    running ??= run();
  }

  async function drain(): Promise<void> {
    sweepNow();
    while (running) await running;
  }

  return { commit, drain };
}

function encode({ writes }: Change): Waiting["records"] {
  const version = newVersion();
  return writes.map(({ key, value }) => [key, encodeRecord(version, JSON.stringify(value))]);
}

/** Ends with the first turn that brings nothing new, which on an idle process is the first. */
async function gather(waiting: readonly Waiting[]): Promise<void> {
  let seen = 0;
  for (let turn = 0; turn < TURNS_PER_FLUSH && waiting.length > seen; turn += 1) {
    seen = waiting.length;
    await new Promise(setImmediate);
  }
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

async function flush(backend: Backend, changes: readonly Waiting[], gone: Set<string>) {
  try {
    const { records, landed } = await merge(backend, changes);
    for (const key of records.keys()) gone.delete(key); // a write that fails may still land
    if (records.size > 0) await backend.write(records);
    for (const key of deletedIn(records)) gone.add(key);
    for (const [index, change] of changes.entries()) change.resolve(landed[index] === true);
  } catch (cause) {
    const failure = unavailable(cause);
    for (const change of changes) change.reject(failure);
  }
}

function deletedIn(records: ReadonlyMap<string, string>): readonly string[] {
  const deleted = [...records].filter(([, text]) => versionOf(text) === undefined);
  return deleted.map(([key]) => key);
}

/** Decides which changes win, and what the flush writes for them. */
async function merge(backend: Backend, changes: readonly Waiting[]) {
  const guarded = [...new Set(changes.flatMap(({ guards }) => guards.map(({ key }) => key)))];
  const texts = guarded.length > 0 ? await backend.read(guarded) : [];
  const stored = new Map(guarded.map((key, index) => [key, texts[index]]));
  const records = new Map<string, string>();
  const holds = ({ key, version }: Guard) =>
    versionOf(records.get(key) ?? stored.get(key)) === version;

  const landed = changes.map((change) => {
    if (!change.guards.every(holds)) return false;
    for (const [key, text] of change.records) records.set(key, text);
    return true;
  });
  return { records, landed };
}

/** What every trouble with a backend looks like to the callers of the store. */
export function unavailable(cause: unknown): Failure {
  return cause instanceof Failure
    ? cause
    : new Failure("store_unavailable", undefined, { cause, retryAfterMs: 1_000 });
}
