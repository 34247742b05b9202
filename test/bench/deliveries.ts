import type { Bench } from "./bench.ts";
import type { Child } from "./children.ts";
import type { Received } from "./counting-sink.ts";
import type { DelivererCommands } from "./deliverer.ts";
import { rateOf, type Spread, spread } from "./figures.ts";
import { CONCURRENCY_PER_ENDPOINT } from "./plan.ts";

/** How fast a backlog goes out. */
export interface DeliveryFigures {
  readonly endpoints: number;
  /** Deliveries under way at once, at most; the bare loop has as many. */
  readonly concurrency: number;
  readonly perSecond: Spread;
  /** Of a loop that only signs and sends. */
  readonly barePerSecond: Spread;
  readonly ratio: Spread;
  /** Requests the sink received in all rounds, and how many of them were different deliveries. */
  readonly received: number;
  readonly distinct: number;
  readonly expected: number;
}

export async function measureDeliveries(bench: Bench, endpoints: number): Promise<DeliveryFigures> {
  const { children, number, sinkUrl, newPlace, plan, sink, say } = bench;
  say(`deliveries: ${endpoints} endpoints`);
  const child = children.start<DelivererCommands>("deliverer.ts");
  await child.ask("start", { number, sinkUrl, endpoints, place: newPlace() });
  const messages = Math.ceil(plan.deliveries / endpoints);
  const runRound = (count: number) => round({ child, sink }, { messages: count, endpoints });
  await runRound(Math.ceil(messages / 4));

  const rounds: RoundFigures[] = [];
  for (let count = 0; count < plan.rounds; count += 1) {
    rounds.push(await runRound(messages));
  }
  await child.end();
  const total = (of: "requests" | "deliveries") => rounds.reduce((sum, next) => sum + next[of], 0);
  return {
    endpoints,
    concurrency: endpoints * CONCURRENCY_PER_ENDPOINT,
    perSecond: spread(rounds.map((next) => next.perSecond)),
    barePerSecond: spread(rounds.map((next) => next.barePerSecond)),
    ratio: spread(rounds.map((next) => next.perSecond / next.barePerSecond)),
    received: total("requests"),
    distinct: total("deliveries"),
    expected: messages * endpoints * rounds.length,
  };
}

/** What one round found. */
interface RoundFigures extends Received {
  readonly perSecond: number;
  readonly barePerSecond: number;
}

async function round(
  { child, sink }: Pick<Bench, "sink"> & { readonly child: Child<DelivererCommands> },
  { messages, endpoints }: { readonly messages: number; readonly endpoints: number },
): Promise<RoundFigures> {
  const deliveries = messages * endpoints;
  await child.ask("preload", messages);
  const bareMs = await child.ask("sendBare", deliveries);
  await sink.ask("forget");
  const elapsedMs = await child.ask("deliver");
  const received = await sink.ask("until", 0);
  return {
    ...received,
    perSecond: rateOf(deliveries, elapsedMs),
    barePerSecond: rateOf(deliveries, bareMs),
  };
}
