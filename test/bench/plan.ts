/** How much is measured. Everything is bounded in count and in time. */
export interface Plan {
  /** Each round runs every variant once, with its floor before and after it. */
  readonly rounds: number;
  readonly warmUpMs: number;
  readonly roundMs: number;
  /** As many items as an in-process notification has, and how often one is sent per round. */
  readonly sizes: readonly { readonly items: number; readonly notifications: number }[];
  readonly deliveries: number;
  readonly endpoints: readonly number[];
  /** How many deliveries wait when a hub starts; the first is what the others are compared with. */
  readonly waiting: readonly number[];
  /** After this long the bench gives up. */
  readonly deadlineMs: number;
}

export const CONNECTIONS = 64;
/** What an endpoint gets when nobody asks for more. */
export const CONCURRENCY_PER_ENDPOINT = 4;

export const FULL: Plan = {
  rounds: 3,
  warmUpMs: 1_500,
  roundMs: 4_000,
  sizes: [
    { items: 1, notifications: 80 },
    { items: 8, notifications: 40 },
    { items: 1_000, notifications: 2 },
  ],
  deliveries: 1_500,
  endpoints: [1, 20, 100],
  waiting: [0, 10_000, 1_000_000],
  deadlineMs: 900_000,
};

export const QUICK: Plan = {
  rounds: 1,
  warmUpMs: 600,
  roundMs: 1_000,
  sizes: [
    { items: 1, notifications: 20 },
    { items: 8, notifications: 10 },
    { items: 1_000, notifications: 1 },
  ],
  deliveries: 600,
  endpoints: [1, 20],
  waiting: [0, 10_000],
  deadlineMs: 180_000,
};
