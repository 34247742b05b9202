import { keyvStore, type Store } from "@wabakit/core";
import { describe, expect, it } from "vitest";
import { ANYTHING, isLinearisable, type Observation, type Value } from "./linearise.ts";
import {
  type Faulty,
  faultyKeyv,
  faultySqlite,
  mayFail,
  type Random,
  randomOf,
} from "./random-faults.ts";

const LONG = process.env.WABAKIT_TEST_LONG === "1";
const RUNS = LONG ? 3_000 : 300;
const TIMEOUT_MS = LONG ? 600_000 : 60_000;
const CLIENTS = 4;
const OPERATIONS_PER_CLIENT = 4;
const KEY = "register";

/** Clients that read, overwrite, delete and compare-and-set one record at the same time. */
async function observe(store: Store, random: Random): Promise<Observation[]> {
  const history: Observation[] = [];
  let time = 0;
  let written = 0;

  async function record(
    operation: Pick<Observation, "kind" | "before"> & { readonly after?: Value },
    run: () => Promise<Partial<Observation>>,
  ): Promise<void> {
    const invokedAt = ++time;
    const seen = await run().catch(() => ({ outcome: "unknown" as const }));
    history.push({ ...operation, outcome: "done", ...seen, invokedAt, returnedAt: ++time });
  }

  async function client(): Promise<void> {
    for (let count = 0; count < OPERATIONS_PER_CLIENT; count += 1) {
      for (let turns = random() * 6; turns > 1; turns -= 1) await new Promise(setImmediate);
      const seen = await store.get<number>(KEY).catch(() => undefined);
      const isRead = random() < 0.3;
      const isGuarded = random() < 0.7;
      const after = random() < 0.2 ? undefined : ++written;
      if (isRead) {
        await record({ kind: "read", before: undefined }, async () => ({
          before: (await store.get<number>(KEY))?.value,
        }));
      } else {
        const guards = isGuarded ? [{ key: KEY, version: seen?.version }] : [];
        const before = isGuarded ? seen?.value : ANYTHING;
        await record({ kind: "write", before, ...(after && { after }) }, async () => {
          const landed = await store.commit({ guards, writes: [{ key: KEY, value: after }] });
          return { outcome: landed ? "done" : "refused" };
        });
      }
    }
  }

  await Promise.all(Array.from({ length: CLIENTS }, client));
  return history.filter(({ kind, outcome }) => kind === "write" || outcome === "done");
}

/** @returns The seeds whose history cannot be explained. */
async function violations(open: () => Faulty): Promise<number[]> {
  const wrong: number[] = [];
  for (let seed = 1; seed <= RUNS; seed += 1) {
    const random = randomOf(seed);
    const { keyv, failBy } = open();
    const store = keyvStore(keyv);
    await store.start();
    failBy(() => mayFail(random));
    if (!isLinearisable(await observe(store, random))) wrong.push(seed);
    await store.stop();
    await keyv.disconnect();
  }
  return wrong;
}

describe("histories of one record under concurrent clients are linearisable", {
  timeout: TIMEOUT_MS,
}, () => {
  it.each(["single", "bulk"] as const)("on a Keyv of %s operations that fail", async (shape) => {
    expect(await violations(() => faultyKeyv(shape))).toEqual([]);
  });

  it("on SQLite with statements that fail", async () => {
    expect(await violations(faultySqlite)).toEqual([]);
  });
});
