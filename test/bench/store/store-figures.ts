import type { Store } from "@wabakit/core";
import { silentLogger, systemClock } from "@wabakit/core";
import { appender } from "../../../packages/core/src/store/appender.ts";
import { openLog } from "../../../packages/core/src/store/log.ts";
import { openWriter } from "../../../packages/core/src/store/membership.ts";
import { type ListFigures, measureLists } from "./lists.ts";
import type { Pair } from "./pairs.ts";
import { CALLERS, KEYS_PER_GET_MANY, type Plan, RECORD_BYTES } from "./plan.ts";
import { type Compared, compare } from "./rounds.ts";

export interface StoreFigures {
  readonly name: string;
  readonly operations: Readonly<Record<string, Compared>>;
  readonly lists: readonly ListFigures[];
}

/** What a record holds, and its text. */
const VALUE = { text: "x".repeat(RECORD_BYTES - '{"text":""}'.length) };
const JSON_TEXT = JSON.stringify(VALUE);
/** How a bare row tells its version. */
const HEAD_LENGTH = "v00000000".length;

export async function measureStore(name: string, pair: Pair, plan: Plan): Promise<StoreFigures> {
  const { store, bare } = pair;
  await seed(pair);
  const compared = (act: Parameters<typeof compare>[1]) => compare(plan, act);
  const append = await appending(store);
  const operations = {
    "commit, unguarded": await compared({
      store: (n) => store.commit({ guards: [], writes: [{ key: `new:${n}`, value: VALUE }] }),
      bare: (n) => bare.put(`new:${n}`, JSON_TEXT),
    }),
    "read and commit, guarded": await compared({
      store: (n) => changeGuarded(store, keyOf(n % CALLERS)),
      bare: (n) => swapBare(pair, keyOf(n % CALLERS), n),
    }),
    "log append": await compared({
      store: () => append(VALUE, RECORD_BYTES),
      bare: (n) => bare.put(`log:${n}`, JSON_TEXT),
    }),
    get: await compared({
      store: (n) => store.get(keyOf(n % SEEDED)),
      bare: (n) => bare.get(keyOf(n % SEEDED)),
    }),
    [`getMany of ${KEYS_PER_GET_MANY}`]: await compared({
      store: (n) => store.getMany(someKeys(n)),
      bare: (n) => bare.getMany(someKeys(n)),
    }),
  };
  return { name, operations, lists: await measureLists(store, plan) };
}

const SEEDED = 2_000;
const keyOf = (n: number) => `seed:${n}`;

function someKeys(n: number): readonly string[] {
  return Array.from({ length: KEYS_PER_GET_MANY }, (_, index) => keyOf((n * 7 + index) % SEEDED));
}

async function seed({ store, bare }: Pair): Promise<void> {
  const keys = Array.from({ length: SEEDED }, (_, n) => keyOf(n));
  await store.commit({ guards: [], writes: keys.map((key) => ({ key, value: VALUE })) });
  for (const key of keys) await bare.put(key, versioned(0));
}

async function changeGuarded(store: Store, key: string): Promise<void> {
  const version = (await store.get(key))?.version;
  await store.commit({ guards: [{ key, version }], writes: [{ key, value: VALUE }] });
}

async function swapBare({ bare }: Pair, key: string, n: number): Promise<void> {
  const read = await bare.get(key);
  await bare.swap(key, textOf(read).slice(0, HEAD_LENGTH), versioned(n));
}

function versioned(n: number): string {
  return `v${n.toString(16).padStart(8, "0")}${JSON_TEXT}`;
}

/** Each driver wraps what it read in its own way. */
function textOf(read: unknown): string {
  if (typeof read === "string") return read;
  const row = (read as { rows?: readonly unknown[] }).rows?.[0] ?? read;
  return String((row as { value: unknown }).value);
}

/** One entry at a time, as webhooks come: those of one turn of the event loop share a page. */
async function appending(store: Store) {
  const writer = openWriter({ store, clock: systemClock, logger: silentLogger });
  const log = openLog<typeof VALUE>({ store, writer }, "bench");
  await log.join();
  return appender({
    store,
    log,
    pack: (entries: readonly (typeof VALUE)[]) => entries,
    onPage() {},
  });
}
