import { type Clock, systemClock } from "../../clock.ts";
import { inTurn } from "../../in-turn.ts";
import { versionOf } from "../record.ts";
import type { Backend, EncodedChange, Rows } from "./backend.ts";
import { guardedKeys, merge } from "./merge.ts";

/** Deleted records are removed for good together, since that costs a disk flush too: after this long, */
const SWEEP_AFTER_MS = 1_000;
/** or once this many have gathered. */
const REMOVALS_PER_SWEEP = 1_000;

/** Commits on rows that one process has for itself: guards are checked here, and hold until the write. */
export function processBackend(rows: Rows, clock: Clock = systemClock): Backend {
  const gone = new Set<string>();
  const oneByOne = inTurn();
  let cancelSweep: (() => void) | undefined;

  async function land(changes: readonly EncodedChange[]): Promise<readonly boolean[]> {
    const { records, landed } = merge(changes, await readVersions(rows, changes));
    for (const key of records.keys()) gone.delete(key); // a write that fails may still land
    if (records.size > 0) await rows.write(records);
    for (const key of deletedIn(records)) gone.add(key);
    planSweep();
    return landed;
  }

  function planSweep(): void {
    if (gone.size >= REMOVALS_PER_SWEEP) void oneByOne(sweep);
    else if (gone.size > 0) cancelSweep ??= clock.schedule(clock.now() + SWEEP_AFTER_MS, sweepNow);
  }

  function sweepNow(): void {
    void oneByOne(sweep);
  }

  /** Tidying only: what cannot be removed now stays readable as absent. */
  async function sweep(): Promise<void> {
    cancelSweep?.();
    cancelSweep = undefined;
    const keys = [...gone];
    gone.clear();
    if (keys.length > 0) await rows.remove(keys).catch(() => {});
  }

  return {
    atomicity: "process",
    start: rows.start,
    async stop() {
      await oneByOne(sweep);
      await rows.stop();
    },
    read: rows.read,
    land: (changes) => oneByOne(() => land(changes)),
  };
}

async function readVersions(rows: Rows, changes: readonly EncodedChange[]) {
  const keys = guardedKeys(changes);
  const texts = keys.length > 0 ? await rows.read(keys) : [];
  const versions = new Map(keys.map((key, index) => [key, versionOf(texts[index])]));
  return (key: string) => versions.get(key);
}

function deletedIn(records: ReadonlyMap<string, string>): readonly string[] {
  const deleted = [...records].filter(([, text]) => versionOf(text) === undefined);
  return deleted.map(([key]) => key);
}
