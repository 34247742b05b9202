/** How much is measured. Everything is bounded in count and in time. */
export interface Plan {
  /** Each round runs the store once, with the bare driver before and after it. */
  readonly rounds: number;
  readonly roundMs: number;
  readonly warmUpMs: number;
  /** As many entries as the lists have whose pages are read. */
  readonly listSizes: readonly number[];
  /** After this long the bench gives up. */
  readonly deadlineMs: number;
}

/** Callers at the same time, as many as the other bench has connections. */
export const CALLERS = 64;
/** What a record weighs as JSON: about a message event. */
export const RECORD_BYTES = 1_000;
export const KEYS_PER_GET_MANY = 100;
export const IDS_PER_LIST_PAGE = 50;

export const FULL: Plan = {
  rounds: 3,
  roundMs: 1_000,
  warmUpMs: 400,
  listSizes: [1_000, 100_000, 1_000_000],
  deadlineMs: 420_000,
};

export const QUICK: Plan = {
  rounds: 1,
  roundMs: 300,
  warmUpMs: 100,
  listSizes: [1_000, 20_000],
  deadlineMs: 90_000,
};
