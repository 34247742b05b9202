/** How much is measured. Everything is bounded in count and in time. */
export interface Plan {
  /** As many connections as each database has; ratios are to the first. */
  readonly sizes: readonly number[];
  /** Each round does everything once at every size, after one that warms up; at most `MOST_ROUNDS`. */
  readonly rounds: number;
  /** After this long the bench gives up. */
  readonly deadlineMs: number;
}

/** Every connection comes due once at most, also of a thousand, one round of them for the warm-up. */
export const MOST_ROUNDS = 6;

/** As many heartbeats are due in each round, whatever the size. */
export const DUE_PER_ROUND = 100;

/** How many connections are written at a time, by a step that its parent waits for. */
export const CONNECTIONS_PER_STEP = 100_000;

/** What costs the same at any size stays below this, measured side by side. */
export const FLAT = 1.3;

export const FULL: Plan = {
  sizes: [1_000, 100_000, 1_000_000],
  rounds: MOST_ROUNDS,
  deadlineMs: 480_000,
};

export const QUICK: Plan = {
  sizes: [1_000, 100_000],
  rounds: 3,
  deadlineMs: 90_000,
};
