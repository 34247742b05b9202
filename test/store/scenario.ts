import assert from "node:assert/strict";
import type { Change, Store, Stored } from "@wabakit/core";

/** What a reader sees of the scenario's records, in the order of `KEYS`. */
type Seen = readonly (number | undefined)[];

/** What it uses. */
export const KEYS = ["a", "b", "c", "d"];
const EMPTY: Seen = [undefined, undefined, undefined, undefined];

/**
 * What the records become, change by change; the changes of one burst overlap. They create, update,
 * delete and re-create, so that every kind of half-done change would show.
 */
const BURSTS: readonly (readonly Seen[])[] = [
  [[100, 100, 1, undefined]],
  [
    [90, 110, undefined, 2],
    [80, 120, 3, 3],
  ],
  [[70, 130, undefined, undefined]],
  [
    [60, 140, 4, undefined],
    [50, 150, undefined, 4],
    [40, 160, 5, undefined],
  ],
];
const LAST = BURSTS.at(-1)?.at(-1) ?? EMPTY;
/** More attempts than any planned run of faults lasts. */
const ATTEMPTS = 12;

export interface World {
  /** A running store on the data; the earlier one, if any, is abandoned as in a crash. */
  readonly restart: () => Promise<Store>;
  /** What happens to the process after each burst, before or after somebody reads the outcome. */
  readonly between: "nothing" | "crash, read" | "read, crash" | "read, stop";
  /** After a refused operation: looks, and may end the trouble. */
  readonly onRefusal: (store: Store) => Promise<void>;
}

/**
 * Runs the changes to their end, whatever goes wrong on the way, and checks after every burst that
 * each change is there in whole or not at all, that none is missing that was acknowledged, and that
 * what was read once stays so.
 */
export async function runScenario(world: World): Promise<void> {
  let store = await start(world);
  let seen = EMPTY;

  for (const burst of BURSTS) {
    for (let attempt = 0; !isSame(seen, burst.at(-1)); attempt += 1) {
      assert(attempt < ATTEMPTS, "The store does not come to the end of a burst.");
      const landed = await commitAll({ store, world }, seen, burst);
      if (world.between === "crash, read") store = await start(world);
      const possible = burst.slice(Math.max(landed.lastIndexOf(true), 0));
      if (!landed.includes(true)) possible.unshift(seen);
      seen = values(await readSteadily({ store, world }));
      assertAmong(seen, possible);
      if (world.between === "read, stop") await store.stop();
      if (world.between.startsWith("read")) store = await start(world);
    }
  }
  store = await start(world);
  assertAmong(values(await readSteadily({ store, world })), [LAST]);
}

interface Running {
  readonly store: Store;
  readonly world: World;
}

/** @returns Per change whether it was acknowledged; otherwise it may or may not have landed. */
async function commitAll(
  { store, world }: Running,
  before: Seen,
  burst: readonly Seen[],
): Promise<boolean[]> {
  const records = await readSteadily({ store, world });
  assertAmong(values(records), [before]);
  const guards = KEYS.map((key, index) => ({ key, version: records[index]?.version }));
  const answers: Promise<boolean | undefined>[] = [];
  for (const [index, after] of burst.entries()) {
    const writes = KEYS.map((key, column) => ({ key, value: after[column] }));
    const change: Change = { guards: index === 0 ? guards : [], writes };
    answers.push(unlessUnavailable(store.commit(change)));
    await new Promise(setImmediate);
  }
  const landed = await Promise.all(answers);
  assert(!landed.includes(false), "A guard failed although nobody else writes.");
  if (landed.includes(undefined)) await world.onRefusal(store);
  return landed.map((answer) => answer === true);
}

async function readSteadily({ store, world }: Running) {
  for (let attempt = 0; attempt < ATTEMPTS; attempt += 1) {
    const records = await unlessUnavailable(store.getMany<number>(KEYS));
    if (records) return records;
    await world.onRefusal(store);
  }
  throw new Error("The store has not recovered.");
}

async function start(world: World): Promise<Store> {
  for (let attempt = 0; attempt < ATTEMPTS; attempt += 1) {
    const store = await world.restart().catch(() => undefined);
    if (store) return store;
  }
  throw new Error("The store does not start.");
}

async function unlessUnavailable<Result>(answer: Promise<Result>): Promise<Result | undefined> {
  return answer.catch((error: unknown) => {
    assert(error instanceof Error && "code" in error);
    assert.equal(error.code, "store_unavailable");
    return undefined;
  });
}

function values(records: readonly (Stored<number> | undefined)[]): Seen {
  return records.map((record) => record?.value);
}

function assertAmong(seen: Seen, possible: readonly Seen[]): void {
  if (possible.some((one) => isSame(one, seen))) return;
  assert.fail(`Seen ${show(seen)}, possible ${possible.map(show).join(" or ")}.`);
}

function isSame(left: Seen, right: Seen | undefined): boolean {
  return right !== undefined && left.every((value, index) => value === right[index]);
}

function show(seen: Seen): string {
  return `[${seen.map(String).join(" ")}]`;
}
