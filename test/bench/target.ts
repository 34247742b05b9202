import type { Bench } from "./bench.ts";
import type { Child } from "./children.ts";
import { rateOf } from "./figures.ts";
import type { Host } from "./hosts.ts";
import type { LoadCommands } from "./load.ts";
import type { ServerCommands, Variant } from "./server.ts";

/** Enough for the fastest receiver: its round ends early when they are used up. */
const MOST_PER_SECOND = 15_000;
/** What a round that ends with the last event sends per second, before anything is known. */
const FIRST_GUESS_PER_SECOND = 1_000;
/** Later it sends a little more than last time, so that a server that warms up gets enough. */
const GROWTH = 1.25;

/** A server under load. */
export interface Target {
  readonly variant: Variant;
  readonly server: Child<ServerCommands>;
  readonly port: number;
  readonly driver: string | undefined;
  /** What it has been sent so far, warm-up included. */
  accepted: number;
  refused: number;
  lastPerSecond: number;
}

/** What one round found. */
export interface Round {
  readonly perSecond: number;
  readonly p50Ms: number;
  readonly p99Ms: number;
  /** Processor time of the server per message, in microseconds. */
  readonly cpuUs: number;
}

export async function startTarget(
  { children, number, newPlace, sinkUrl }: Bench,
  host: Host,
  variant: Variant,
): Promise<Target> {
  const server = children.start<ServerCommands>("server.ts");
  const { port, driver } = await server.ask("start", {
    host,
    variant,
    number,
    sinkUrl,
    place: newPlace(),
  });
  const lastPerSecond = FIRST_GUESS_PER_SECOND;
  return { variant, server, port, driver, accepted: 0, refused: 0, lastPerSecond };
}

export interface RoundParts extends Pick<Bench, "sink"> {
  readonly load: Child<LoadCommands>;
}

/**
 * Loads a target for about `durationMs`. Where events come of it, the clock stops with the last one:
 * what was accepted and not worked off does not count.
 */
export async function runRound(
  parts: RoundParts,
  target: Target,
  durationMs: number,
): Promise<Round> {
  const { load } = parts;
  const { server, port } = target;
  const endsWithEvents = target.variant === "all" || target.variant === "delivering";
  const seconds = durationMs / 1_000;
  const cpuBeforeUs = await server.ask("cpuUs");
  const loaded = await load.ask("send", {
    port,
    first: endsWithEvents ? target.accepted + target.refused : 0,
    count: Math.ceil(seconds * (endsWithEvents ? GROWTH * target.lastPerSecond : MOST_PER_SECOND)),
    durationMs,
  });
  target.accepted += loaded.ok;
  target.refused += loaded.refused;
  const endedAt = endsWithEvents ? await drained(parts, target) : loaded.endedAt;
  target.lastPerSecond = rateOf(loaded.ok, endedAt - loaded.startedAt);
  const cpuUs = ((await server.ask("cpuUs")) - cpuBeforeUs) / Math.max(1, loaded.ok);
  return { perSecond: target.lastPerSecond, p50Ms: loaded.p50Ms, p99Ms: loaded.p99Ms, cpuUs };
}

async function drained({ sink }: Pick<Bench, "sink">, target: Target): Promise<number> {
  const { lastAt } = await target.server.ask("drain", target.accepted);
  if (target.variant !== "delivering") return lastAt;
  const received = await sink.ask("until", target.accepted);
  return Math.max(lastAt, received.lastAt);
}
