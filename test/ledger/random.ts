import { hash } from "node:crypto";

/** A number in [0, 1). */
export type Random = () => number;

const HEX_DIGITS = 12;

/** The same numbers for the same seed; `stream` tells those apart who draw side by side. */
export function seededRandom(seed: string, stream: string): Random {
  let drawn = 0;
  return () => {
    drawn += 1;
    const digits = hash("sha256", `${seed} ${stream} ${drawn}`).slice(0, HEX_DIGITS);
    return Number.parseInt(digits, 16) / 16 ** HEX_DIGITS;
  };
}
