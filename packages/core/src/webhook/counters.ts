import { countItems } from "../telemetry/measure.ts";

/** What the worker of this process has seen since it started. */
export interface Counts {
  readonly items: number;
  /** Updates that had arrived before. */
  readonly repeats: number;
  /** Updates for numbers or accounts nobody connected. */
  readonly unrouted: number;
}

export interface Counters {
  readonly count: (more: Counts) => void;
  readonly read: () => Counts;
}

export function createCounters(): Counters {
  let counts: Counts = { items: 0, repeats: 0, unrouted: 0 };
  return {
    count(more) {
      const { items, repeats, unrouted } = more;
      countItems(more);
      counts = {
        items: counts.items + items,
        repeats: counts.repeats + repeats,
        unrouted: counts.unrouted + unrouted,
      };
    },
    read: () => counts,
  };
}
