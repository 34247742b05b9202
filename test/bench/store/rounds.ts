import { rateOf, type Spread, spread } from "../figures.ts";
import { CALLERS, type Plan } from "./plan.ts";

/** One thing done once; `n` counts from 0 and is another one each time. */
export type Act = (n: number) => unknown;

/** How often a second the store and the bare driver do the same. */
export interface Compared {
  readonly store: Spread;
  readonly bare: Spread;
  /** The store's rate to the mean of the driver's right before and after it. */
  readonly ratio: Spread;
}

/** Many callers, each doing one thing after the other. */
export async function compare(plan: Plan, act: { store: Act; bare: Act }): Promise<Compared> {
  const counter = { n: 0 };
  await run(plan.warmUpMs, counter, act.bare);
  await run(plan.warmUpMs, counter, act.store);
  const bare = [await run(plan.roundMs, counter, act.bare)];
  const store: number[] = [];
  const ratio: number[] = [];
  for (let round = 0; round < plan.rounds; round += 1) {
    const mine = await run(plan.roundMs, counter, act.store);
    const after = await run(plan.roundMs, counter, act.bare);
    const before = bare.at(-1) ?? after;
    store.push(mine);
    bare.push(after);
    ratio.push(mine / ((before + after) / 2));
  }
  return { store: spread(store), bare: spread(bare), ratio: spread(ratio) };
}

/** @returns How often a second. */
export async function run(forMs: number, counter: { n: number }, act: Act): Promise<number> {
  globalThis.gc?.();
  const first = counter.n;
  const startedAt = performance.now();
  const endAt = startedAt + forMs;
  await Promise.all(
    Array.from({ length: CALLERS }, async () => {
      while (performance.now() < endAt) {
        counter.n += 1;
        await act(counter.n);
      }
    }),
  );
  return rateOf(counter.n - first, performance.now() - startedAt);
}
