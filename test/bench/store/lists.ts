import type { Store, Stored, Write } from "@wabakit/core";
import { type Index, openIndex } from "../../../packages/core/src/store/index-pages.ts";
import { type Spread, spread } from "../figures.ts";
import { IDS_PER_LIST_PAGE, type Plan } from "./plan.ts";

export interface ListFigures {
  readonly entries: number;
  /** Milliseconds for a page anywhere in the list, one after the other. */
  readonly pageMs: Spread;
}

const PAGES_PER_ROUND = 200;
const RECORDS_PER_COMMIT = 1_000;
/** The same places in every round, spread over the whole list. */
const STRIDE = 7_919;

/** The list grows in memory, as its changes make it, and is copied to the store at each size. */
export async function measureLists(store: Store, plan: Plan): Promise<readonly ListFigures[]> {
  const { memory, takeWrites } = memoryStore();
  const growing = openIndex(memory, "bench");
  const index = openIndex(store, "bench");
  const figures: ListFigures[] = [];
  let entries = 0;
  for (const size of plan.listSizes) {
    for (; entries < size; entries += 1) await memory.commit(await growing.adding(`id_${entries}`));
    await copy(takeWrites(), store);
    await round(index, entries);
    const rounds: number[] = [];
    for (let n = 0; n < plan.rounds; n += 1) rounds.push(await round(index, entries));
    figures.push({ entries, pageMs: spread(rounds) });
  }
  return figures;
}

/** @returns Milliseconds per page. */
async function round(index: Index, entries: number): Promise<number> {
  const startedAt = performance.now();
  for (let n = 0; n < PAGES_PER_ROUND; n += 1) {
    const before = IDS_PER_LIST_PAGE + ((n * STRIDE) % (entries - IDS_PER_LIST_PAGE));
    const page = await index.list(IDS_PER_LIST_PAGE, before);
    if (page.length !== IDS_PER_LIST_PAGE) throw new Error(`A page at ${before} is not full.`);
  }
  return (performance.now() - startedAt) / PAGES_PER_ROUND;
}

async function copy(writes: readonly Write[], store: Store): Promise<void> {
  for (let from = 0; from < writes.length; from += RECORDS_PER_COMMIT) {
    await store.commit({ guards: [], writes: writes.slice(from, from + RECORDS_PER_COMMIT) });
  }
}

/** As much of a store as a list needs to grow, and what was written since the last look. */
function memoryStore() {
  const records = new Map<string, Stored<unknown>>();
  const written = new Set<string>();
  let version = 0;
  const get = async <Value>(key: string) => records.get(key) as Stored<Value> | undefined;
  const memory: Pick<Store, "get" | "getMany" | "commit"> = {
    get,
    getMany: async <Value>(keys: readonly string[]) =>
      keys.map((key) => records.get(key) as Stored<Value> | undefined),
    async commit({ writes }) {
      version += 1;
      for (const { key, value } of writes) {
        records.set(key, { value, version: String(version) });
        written.add(key);
      }
      return true;
    },
  };
  const takeWrites = () => {
    const writes = [...written].map((key) => ({ key, value: records.get(key)?.value }));
    written.clear();
    return writes;
  };
  // A list asks for nothing else.
  return { memory: memory as Store, takeWrites };
}
