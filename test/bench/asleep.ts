import type { Bench } from "./bench.ts";
import type { Child } from "./children.ts";
import { type Spread, spread } from "./figures.ts";
import type { LoadCommands } from "./load.ts";
import { startTarget, type Target } from "./target.ts";

/** How long Meta waits for its 200 while the host's listener sleeps, and while it does not. */
export interface AsleepFigures {
  readonly p50Ms: Spread;
  readonly p99Ms: Spread;
  readonly awakeP50Ms: Spread;
  readonly awakeP99Ms: Spread;
  /** To the rounds right before, with a listener that is awake. */
  readonly ratio: Spread;
}

/** As many as are sent in a round; each of them has a listener sleep. */
const MESSAGES = 400;
const ROUND_MS = 20_000;

/** Both servers get the same, one after the other; only how long the answers take is looked at. */
export async function measureAsleep(
  bench: Bench,
  load: Child<LoadCommands>,
): Promise<AsleepFigures> {
  bench.say("a listener that sleeps");
  const awake = await startTarget(bench, "node:http", "all");
  const asleep = await startTarget(bench, "node:http", "asleep");
  for (const target of [awake, asleep]) await send(load, target);
  const rounds = [];
  for (let count = 0; count < bench.plan.rounds; count += 1) {
    rounds.push({ awake: await send(load, awake), asleep: await send(load, asleep) });
  }
  await Promise.all([awake, asleep].map(({ server }) => server.end()));
  return {
    p50Ms: spread(rounds.map((round) => round.asleep.p50Ms)),
    p99Ms: spread(rounds.map((round) => round.asleep.p99Ms)),
    awakeP50Ms: spread(rounds.map((round) => round.awake.p50Ms)),
    awakeP99Ms: spread(rounds.map((round) => round.awake.p99Ms)),
    ratio: spread(rounds.map((round) => round.asleep.p50Ms / round.awake.p50Ms)),
  };
}

async function send(load: Child<LoadCommands>, target: Target) {
  const sent = { port: target.port, count: MESSAGES, durationMs: ROUND_MS };
  const loaded = await load.ask("send", { ...sent, first: target.accepted });
  if (loaded.ok !== MESSAGES) throw new Error(`Only ${loaded.ok} of ${MESSAGES} were accepted.`);
  target.accepted += loaded.ok;
  return loaded;
}
