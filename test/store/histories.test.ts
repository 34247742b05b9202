import { keyvStore } from "@wabakit/core";
import { describe, expect, it } from "vitest";
import { isLinearisable } from "./linearise.ts";
import { observe } from "./observe.ts";
import { type Faulty, faultyKeyv, faultySqlite, mayFail, randomOf } from "./random-faults.ts";

const LONG = process.env.WABAKIT_TEST_LONG === "1";
const RUNS = LONG ? 3_000 : 300;
const TIMEOUT_MS = LONG ? 600_000 : 60_000;

/** @returns The seeds whose history cannot be explained. */
async function violations(open: () => Faulty): Promise<number[]> {
  const wrong: number[] = [];
  for (let seed = 1; seed <= RUNS; seed += 1) {
    const random = randomOf(seed);
    const { keyv, failBy } = open();
    const store = keyvStore(keyv);
    await store.start();
    failBy(() => mayFail(random));
    if (!isLinearisable(await observe({ stores: [store], key: "register" }, random)))
      wrong.push(seed);
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
