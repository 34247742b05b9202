import KeyvSqlite from "@keyv/sqlite";
import Keyv from "keyv";
import { type FaultMode, faultyMap, type Shape } from "./faulty-map.ts";

const MODES: readonly FaultMode[] = ["before", "after", "half", "false", "swallowed"];
/** The share of a backend's operations that fail. */
const FAULTS = 0.1;

/** In [0, 1). */
export type Random = () => number;

/** Asked about every operation. */
export type Chance = () => FaultMode | undefined;

/** A Keyv whose backend fails by chance, once it has been given one. */
export interface Faulty {
  readonly keyv: Keyv;
  readonly failBy: (chance: Chance) => void;
}

/** A small generator, so that a failing run can be repeated by its seed. */
export function randomOf(seed: number): Random {
  let state = seed;
  return () => {
    state = (state + 0x6d2b79f5) | 0;
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state);
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed);
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32;
  };
}

/** One operation in ten fails, in one of many ways. */
export function mayFail(random: Random): FaultMode | undefined {
  return random() < FAULTS ? MODES[Math.floor(random() * MODES.length)] : undefined;
}

export function faultyKeyv(shape: Shape): Faulty {
  const map = faultyMap();
  return { keyv: new Keyv({ store: map.adapter(shape) }), failBy: map.plan };
}

export function faultySqlite(): Faulty {
  const adapter = new KeyvSqlite("sqlite://:memory:");
  const { query } = adapter;
  let chance: Chance = () => undefined;
  adapter.query = async (sql, ...parameters) => {
    const mode = chance();
    if (mode === "before") throw new Error(`Planned fault before: ${sql}`);
    const result = await query(sql, ...parameters);
    if (mode === "after") throw new Error(`Planned fault after: ${sql}`);
    return result;
  };
  const failBy = (next: Chance) => {
    chance = next;
  };
  return { keyv: new Keyv({ store: adapter }), failBy };
}
