import type { Change } from "./store.ts";

/** Guards nothing and writes nothing. */
export const NO_CHANGE: Change = { guards: [], writes: [] };

/** One change of several: it lands if the guards of all of them hold. */
export function joined(...changes: readonly Change[]): Change {
  return {
    guards: changes.flatMap(({ guards }) => guards),
    writes: changes.flatMap(({ writes }) => writes),
  };
}
