import { percentile, spread } from "../figures.ts";

/** A figure over many short turns: others on the machine make the rest of them long. */
export interface MiddleHalf {
  readonly median: number;
  /** A quarter of the turns is below. */
  readonly low: number;
  /** A quarter of the turns is above. */
  readonly high: number;
}

export function middleHalf(values: readonly number[]): MiddleHalf {
  const sorted = values.toSorted((a, b) => a - b);
  const { median } = spread(sorted);
  return { median, low: percentile(sorted, 25), high: percentile(sorted, 75) };
}
