/** A figure over several rounds. */
export interface Spread {
  readonly median: number;
  readonly min: number;
  readonly max: number;
}

export function spread(values: readonly number[]): Spread {
  const sorted = values.toSorted((a, b) => a - b);
  return { median: middleOf(sorted), min: sorted[0] ?? 0, max: sorted.at(-1) ?? 0 };
}

function middleOf(sorted: readonly number[]): number {
  const half = sorted.length / 2;
  const [first = 0, second = first] = sorted.slice(Math.ceil(half - 1), Math.floor(half + 1));
  return (first + second) / 2;
}

/** @param sorted Ascending. */
export function percentile(sorted: ArrayLike<number>, percent: number): number {
  const index = Math.ceil((sorted.length * percent) / 100) - 1;
  return sorted[Math.max(0, index)] ?? 0;
}

/** Things per second. */
export function rateOf(count: number, elapsedMs: number): number {
  return (count * 1_000) / Math.max(1, elapsedMs);
}
