import type { Store, Stored } from "@wabakit/core";

/** How many there are of everything; the same in both processes. */
export interface RaceSize {
  readonly racers: number;
  readonly rounds: number;
}

/** What one process did, and what it saw that must never be. */
export interface RaceReport {
  /** Sums of the accounts that were not the total. */
  readonly torn: readonly number[];
  /** Times that a record went back, or changed without a new version. */
  readonly backwards: number;
  /** The numbers of the records that this process created. */
  readonly created: readonly number[];
  /** The numbers of the duels that this process won. */
  readonly duels: readonly number[];
}

export const ACCOUNTS = ["account:1", "account:2", "account:3", "account:4"] as const;
export const COUNTER = "counter";
export const TOTAL = 400;
/** A transfer takes longer than an increment. */
const ROUNDS_PER_TRANSFER = 10;

/** All that the two processes of a race do at the same time; `side` tells which one we are. */
export async function race(store: Store, side: 0 | 1, size: RaceSize): Promise<RaceReport> {
  const torn: number[] = [];
  const racers = Array.from({ length: size.racers }, (_, index) => index);

  const watches = racers.map(watcher);
  await Promise.all(watches.map(({ see }) => times(size.rounds, () => increment(store, see))));
  await Promise.all(
    racers.map((racer) =>
      times(size.rounds / ROUNDS_PER_TRANSFER, async (round) => {
        await transfer(store, racer + round);
        const sum = await total(store);
        if (sum !== TOTAL) torn.push(sum);
      }),
    ),
  );
  const created = await winners(size, racers, (n) => create(store, `created:${n}`));
  const duels = await winners(size, [0], (n) => duel(store, side, n));
  return {
    torn,
    backwards: watches.reduce((sum, watch) => sum + watch.backwards(), 0),
    created,
    duels,
  };
}

async function increment(store: Store, see: Watcher["see"]): Promise<void> {
  for (;;) {
    const seen = await store.get<number>(COUNTER);
    if (seen) see(seen);
    const guards = [{ key: COUNTER, version: seen?.version }];
    const writes = [{ key: COUNTER, value: (seen?.value ?? 0) + 1 }];
    if (await store.commit({ guards, writes })) return;
  }
}

/** Moves an amount between two of the accounts. */
async function transfer(store: Store, turn: number): Promise<void> {
  const from = turn % ACCOUNTS.length;
  const to = (from + 1 + (turn % (ACCOUNTS.length - 1))) % ACCOUNTS.length;
  const keys = [ACCOUNTS[from] ?? "", ACCOUNTS[to] ?? ""];
  for (;;) {
    const seen = await store.getMany<number>(keys);
    const landed = await store.commit({
      guards: keys.map((key, index) => ({ key, version: seen[index]?.version })),
      writes: keys.map((key, index) => {
        return { key, value: (seen[index]?.value ?? 0) + (index === 0 ? -turn : turn) };
      }),
    });
    if (landed) return;
  }
}

export async function total(store: Store): Promise<number> {
  const seen = await store.getMany<number>(ACCOUNTS.toReversed());
  return seen.reduce((sum, account) => sum + (account?.value ?? 0), 0);
}

async function create(store: Store, key: string): Promise<boolean> {
  return store.commit({ guards: [{ key, version: undefined }], writes: [{ key, value: 1 }] });
}

/** Each side may create its record as long as the other has not created the other one. */
async function duel(store: Store, side: 0 | 1, n: number): Promise<boolean> {
  const keys = [`duel:${n}:left`, `duel:${n}:right`];
  const [mine = "", other = ""] = side === 0 ? keys : keys.toReversed();
  return store.commit({
    guards: [{ key: other, version: undefined }],
    writes: [{ key: mine, value: side }],
  });
}

/** The numbers of which somebody here has won. */
async function winners(
  { rounds }: RaceSize,
  racers: readonly number[],
  attempt: (n: number) => Promise<boolean>,
): Promise<readonly number[]> {
  const won: number[] = [];
  await times(rounds, async (n) => {
    const answers = await Promise.all(racers.map(() => attempt(n)));
    for (const answer of answers) if (answer) won.push(n);
  });
  return won;
}

interface Watcher {
  readonly see: (seen: Stored<number>) => void;
  readonly backwards: () => number;
}

/** Holds what one reader sees of a counter against what it has seen before. */
function watcher(): Watcher {
  let last: Stored<number> = { value: 0, version: "" };
  let backwards = 0;
  return {
    see(seen) {
      const isSame = seen.version === last.version;
      if (isSame ? seen.value !== last.value : seen.value <= last.value) backwards += 1;
      last = seen;
    },
    backwards: () => backwards,
  };
}

async function times(count: number, step: (n: number) => Promise<void>): Promise<void> {
  for (let n = 0; n < count; n += 1) await step(n);
}
