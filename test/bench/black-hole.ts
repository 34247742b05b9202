import type { Bench } from "./bench.ts";
import type { Child } from "./children.ts";
import type { DelivererCommands } from "./deliverer.ts";
import { rateOf, type Spread, spread } from "./figures.ts";

/** What an endpoint that never answers takes from the others. */
export interface BlackHoleFigures {
  readonly endpoints: number;
  /** Of the healthy ones, while all answer. */
  readonly besideNone: Spread;
  /** Of the same ones, while one more never answers. */
  readonly besideOne: Spread;
  /** Each pair was measured one right after the other. */
  readonly ratio: Spread;
}

/** Each pair of rounds has another black hole, so that none is known as one beforehand. */
export async function measureBlackHole(bench: Bench): Promise<BlackHoleFigures> {
  const { children, number, sinkUrl, newPlace, plan, sink, say } = bench;
  const endpoints = plan.endpoints.at(-1) ?? 1;
  say(`one black hole among ${endpoints} endpoints`);
  const child = children.start<DelivererCommands>("deliverer.ts");
  await child.ask("start", { number, sinkUrl, endpoints, place: newPlace() });
  const messages = Math.ceil((2 * plan.deliveries) / endpoints);
  const healthy = endpoints - plan.rounds;
  const runRound = (blackHole: number | null) =>
    round({ child, sink }, { messages, healthy, uncounted: plan.rounds, blackHole });
  await runRound(null);

  const pairs: { readonly none: number; readonly one: number }[] = [];
  for (let count = 0; count < plan.rounds; count += 1) {
    pairs.push({ none: await runRound(null), one: await runRound(count) });
  }
  await child.end();
  await sink.ask("swallow", { uncounted: 0, blackHole: null });
  return {
    endpoints,
    besideNone: spread(pairs.map(({ none }) => none)),
    besideOne: spread(pairs.map(({ one }) => one)),
    ratio: spread(pairs.map(({ none, one }) => one / none)),
  };
}

interface Round {
  readonly messages: number;
  readonly healthy: number;
  readonly uncounted: number;
  readonly blackHole: number | null;
}

/** @returns How many deliveries a second the healthy ones got. */
async function round(
  { child, sink }: Pick<Bench, "sink"> & { readonly child: Child<DelivererCommands> },
  { messages, healthy, uncounted, blackHole }: Round,
): Promise<number> {
  await sink.ask("swallow", { uncounted, blackHole });
  await child.ask("preload", messages);
  await sink.ask("forget");
  const startedAt = Date.now();
  // A black hole holds its own drain until its first deadline.
  const released = child.ask("deliver");
  const { lastAt } = await sink.ask("until", messages * healthy);
  await released;
  return rateOf(messages * healthy, lastAt - startedAt);
}
