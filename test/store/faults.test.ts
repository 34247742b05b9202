import assert from "node:assert/strict";
import { keyvStore, type Store } from "@wabakit/core";
import Keyv from "keyv";
import { describe, it } from "vitest";
import { type FaultMode, type FaultPlan, faultyMap, type Shape } from "./faulty-map.ts";
import { runScenario, type World } from "./scenario.ts";

const LONG = process.env.WABAKIT_TEST_LONG === "1";
const MODES: readonly FaultMode[] = ["before", "after", "half", "false", "swallowed"];
/** Of all pairs of faults, the share that is tried outside the long run. */
const PAIRS_STRIDE = LONG ? 1 : 41;
const WIDEST_GAP = LONG ? 3 : 2;
const TIMEOUT_MS = LONG ? 3_600_000 : 60_000;

interface Setting {
  readonly shape: Shape;
  readonly between: World["between"];
}

interface Trouble {
  readonly plan: FaultPlan;
  /** Ends an outage. Until then every read has to reject. */
  readonly heal?: () => void;
}

/** @returns How many operations the run took. */
async function run({ shape, ...setting }: Setting, { plan, heal }: Trouble): Promise<number> {
  const map = faultyMap();
  map.plan(plan);

  async function restart(): Promise<Store> {
    const keyv = new Keyv({ store: map.adapter(shape) });
    keyv.on("error", () => {});
    const store = keyvStore(keyv);
    await store.start().catch((error: unknown) => {
      heal?.();
      throw error;
    });
    return store;
  }

  async function onRefusal(store: Store): Promise<void> {
    if (heal) await assertDead(store);
    heal?.();
  }

  await runScenario({ ...setting, restart, onRefusal });
  return map.count();
}

async function assertDead(store: Store): Promise<void> {
  const unavailable = { code: "store_unavailable", status: 503 };
  await assert.rejects(store.get("a"), unavailable);
  await assert.rejects(store.getMany(["a", "missing"]), unavailable);
}

/** The numbers of all operations that a run without faults makes. */
async function operations(setting: Setting): Promise<number[]> {
  const count = await run(setting, { plan: () => undefined });
  return Array.from({ length: count }, (_, index) => index + 1);
}

function outage(begin: number, mode: FaultMode): Trouble {
  let over = false;
  const plan: FaultPlan = ({ n }) => (!over && n >= begin ? mode : undefined);
  const heal = () => {
    over = true;
  };
  return { plan, heal };
}

const settings: readonly Setting[] = [
  { shape: "single", between: "nothing" },
  { shape: "single", between: "crash, read" },
  { shape: "bulk", between: "read, crash" },
  { shape: "bulk", between: "read, stop" },
];
const moreSettings: readonly Setting[] = [
  { shape: "single", between: "read, crash" },
  { shape: "single", between: "read, stop" },
  { shape: "bulk", between: "nothing" },
  { shape: "bulk", between: "crash, read" },
];

for (const setting of LONG ? [...settings, ...moreSettings] : settings) {
  const name = `Keyv on a backend of ${setting.shape} operations (between bursts: ${setting.between})`;

  describe(name, { timeout: TIMEOUT_MS }, () => {
    it.each(MODES)("heals from any one operation failing (%s)", async (mode) => {
      for (const failing of await operations(setting)) {
        await run(setting, { plan: ({ n }) => (n === failing ? mode : undefined) });
      }
    });

    it.each(MODES)("rejects throughout an outage (%s), and heals after it", async (mode) => {
      for (const begin of await operations(setting)) await run(setting, outage(begin, mode));
    });

    it("heals from any two operations failing close to each other", async () => {
      const pairs = pairsOf(await operations(setting));
      for (const [index, faults] of pairs.entries()) {
        if (index % PAIRS_STRIDE === 0) await run(setting, { plan: ({ n }) => faults.get(n) });
      }
    });
  });
}

describe("a backend that does not answer for a while", () => {
  const rows = ["a", "b", "c"];
  const put = (store: Store, value: number) =>
    store.commit({ guards: [], writes: rows.map((key) => ({ key, value })) });
  const valuesOf = async (store: Store, keys: readonly string[]) =>
    (await store.getMany<number>(keys)).map((record) => record?.value);

  it.each(["single", "bulk"] as const)("delays, and shows no half (%s)", async (shape) => {
    const map = faultyMap();
    const store = keyvStore(new Keyv({ store: map.adapter(shape) }));
    await store.start();
    await put(store, 0);
    const first = map.count() + 1;
    await put(store, 1);
    const operations = map.count() + 1 - first;

    for (let held = 0; held < operations; held += 1) {
      const at = map.count() + 1 + held;
      map.plan(({ n }) => (n === at ? "late" : undefined));
      const value = held + 2;
      const landed = put(store, value);
      const readers = [nextTurns(held), nextTurns(30)].map(async (later) => {
        await later;
        return new Set(await valuesOf(store, rows.toReversed()));
      });
      await nextTurns(60);
      map.release();
      for (const seen of await Promise.all(readers)) assert.equal(seen.size, 1);
      assert.equal(await landed, true);
      assert.deepEqual(await valuesOf(store, rows), [value, value, value]);
    }
    await store.stop();
  });

  async function nextTurns(count: number): Promise<void> {
    for (let turn = 0; turn < count; turn += 1) await new Promise(setImmediate);
  }
});

function pairsOf(failing: readonly number[]): ReadonlyMap<number, FaultMode>[] {
  const gaps = Array.from({ length: WIDEST_GAP }, (_, index) => index + 1);
  return failing.flatMap((n) =>
    gaps.flatMap((gap) =>
      MODES.flatMap((first) =>
        MODES.map(
          (second) =>
            new Map([
              [n, first],
              [n + gap, second],
            ]),
        ),
      ),
    ),
  );
}
