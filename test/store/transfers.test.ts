import { keyvStore, type Store } from "@wabakit/core";
import { describe, expect, it } from "vitest";
import {
  type Faulty,
  faultyKeyv,
  faultySqlite,
  mayFail,
  type Random,
  randomOf,
} from "./random-faults.ts";

const LONG = process.env.WABAKIT_TEST_LONG === "1";
const RUNS = LONG ? 1_000 : 60;
const TIMEOUT_MS = LONG ? 600_000 : 60_000;
const CLIENTS = 4;
const TRANSFERS_PER_CLIENT = 5;
const ACCOUNTS = ["account:1", "account:2", "account:3"];
const COUNT = "count";
const TOTAL = 300;

interface Tally {
  acknowledged: number;
  unknown: number;
}

/** Moves an amount between two accounts and counts the transfer, as one change. */
async function transfer(store: Store, random: Random, tally: Tally): Promise<void> {
  const first = Math.floor(random() * ACCOUNTS.length);
  const pair = [ACCOUNTS[first], ACCOUNTS[(first + 1) % ACCOUNTS.length]] as const;
  const keys = [...pair, COUNT].map(String);
  const read = await store.getMany<number>(keys).catch(() => undefined);
  if (!read) return;

  const amounts = [-7, 7, 1];
  const answer = store.commit({
    guards: keys.map((key, index) => ({ key, version: read[index]?.version })),
    writes: keys.map((key, index) => {
      return { key, value: (read[index]?.value ?? 0) + (amounts[index] ?? 0) };
    }),
  });
  const landed = await answer.catch(() => undefined);
  if (landed === undefined) tally.unknown += 1;
  if (landed) tally.acknowledged += 1;
}

/** @returns What the accounts hold together, from last to first as they were written. */
async function total(store: Store): Promise<number> {
  const read = await store.getMany<number>(ACCOUNTS.toReversed());
  return read.reduce((sum, record) => sum + (record?.value ?? 0), 0);
}

async function run({ keyv, failBy }: Faulty, random: Random): Promise<void> {
  const store = keyvStore(keyv);
  await store.start();
  const writes = [...ACCOUNTS, COUNT].map((key) => ({ key, value: key === COUNT ? 0 : 100 }));
  await store.commit({ guards: [], writes });
  const tally: Tally = { acknowledged: 0, unknown: 0 };
  failBy(() => mayFail(random));

  const totals = new Set<number>();
  const clients = Array.from({ length: CLIENTS }, async () => {
    for (let count = 0; count < TRANSFERS_PER_CLIENT; count += 1) {
      await transfer(store, random, tally);
      await total(store).then(
        (sum) => totals.add(sum),
        () => {},
      );
    }
  });
  await Promise.all(clients);
  failBy(() => undefined);

  expect([...totals, await total(store)].filter((sum) => sum !== TOTAL)).toEqual([]);
  const transfers = (await store.get<number>(COUNT))?.value ?? 0;
  expect(transfers).toBeGreaterThanOrEqual(tally.acknowledged);
  expect(transfers).toBeLessThanOrEqual(tally.acknowledged + tally.unknown);
  await store.stop();
  await keyv.disconnect();
}

describe("transfers between records keep their sum, for every reader", {
  timeout: TIMEOUT_MS,
}, () => {
  const backends = {
    "a Keyv of single operations": () => faultyKeyv("single"),
    "a Keyv of bulk operations": () => faultyKeyv("bulk"),
    SQLite: faultySqlite,
  };

  it.each(Object.entries(backends))("on %s that fail by chance", async (_, open) => {
    for (let seed = 1; seed <= RUNS; seed += 1) {
      await run(open(), randomOf(seed)).catch((cause: unknown) => {
        throw new Error(`Seed ${seed}`, { cause });
      });
    }
  });
});
