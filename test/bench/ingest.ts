import type { Bench } from "./bench.ts";
import { type Spread, spread } from "./figures.ts";
import type { Host } from "./hosts.ts";
import type { Variant } from "./server.ts";
import { type Round, type RoundParts, runRound, startTarget, type Target } from "./target.ts";

/** One variant of one host over all rounds. */
export interface VariantFigures {
  readonly variant: Variant;
  readonly perSecond: Spread;
  readonly p50Ms: Spread;
  readonly p99Ms: Spread;
  /** Processor time of the server per message, in microseconds. */
  readonly cpuUs: Spread;
  /** To the mean of the floors before and after it; absent for the floor itself. */
  readonly ratio?: Spread;
  /** The floors' processor time to its own: what the ratio is where nobody else uses the machine. */
  readonly cpuRatio?: Spread;
  readonly proof: Proof;
}

/** What became of everything that was answered 200, warm-up included. */
export interface Proof {
  readonly accepted: number;
  readonly refused: number;
  /** Notifications that are stored and wait; everything, where there is no worker. */
  readonly stored: number;
  /** Distinct messages the listener has heard, and how many events these were. */
  readonly heard?: number;
  readonly events?: number;
  /** Distinct deliveries the sink has received. */
  readonly delivered?: number;
  readonly complete: boolean;
}

export interface HostFigures {
  readonly host: Host;
  readonly driver: string;
  readonly variants: readonly VariantFigures[];
}

/**
 * What a host takes in per second, variant by variant. Floor and variants alternate, and each round
 * of a variant is compared with the floors around it, so that a machine that slows down does so for
 * both.
 */
export async function measureIngest(
  bench: Bench,
  { load }: Pick<RoundParts, "load">,
  { host, variants }: { readonly host: Host; readonly variants: readonly Variant[] },
): Promise<HostFigures> {
  const { plan, say, sink } = bench;
  await sink.ask("forget");
  say(`${host}: starting ${variants.length + 1} servers`);
  const floor = await startTarget(bench, host, "floor");
  const others = await Promise.all(variants.map((variant) => startTarget(bench, host, variant)));
  const targets = [floor, ...others];
  const measure = (target: Target, durationMs: number) => {
    say(`${host}: ${target.variant}`);
    return runRound({ sink, load }, target, durationMs);
  };

  for (const target of [...targets, ...targets]) await measure(target, plan.warmUpMs / 2);
  const rounds = new Map<Target, Round[]>(targets.map((target) => [target, []]));
  for (let count = 0; count < plan.rounds; count += 1) {
    for (const target of targets) rounds.get(target)?.push(await measure(target, plan.roundMs));
  }
  const floors = [...(rounds.get(floor) ?? []), await measure(floor, plan.roundMs)];
  rounds.set(floor, floors);

  const figures = targets.map(async (target) =>
    figuresOf(target.variant, rounds.get(target) ?? [], {
      floors,
      proof: await proofOf(bench, target),
    }),
  );
  const finished = { host, driver: others[0]?.driver ?? "", variants: await Promise.all(figures) };
  await Promise.all(targets.map(({ server }) => server.end()));
  return finished;
}

function figuresOf(
  variant: Variant,
  rounds: readonly Round[],
  { floors, proof }: { readonly floors: readonly Round[]; readonly proof: Proof },
): VariantFigures {
  const around = (index: number, of: keyof Round) => {
    const [before, after] = floors.slice(index);
    return ((before?.[of] ?? 0) + (after?.[of] ?? 0)) / 2;
  };
  const ratio = rounds.map(({ perSecond }, index) => perSecond / around(index, "perSecond"));
  const cpuRatio = rounds.map(({ cpuUs }, index) => around(index, "cpuUs") / cpuUs);
  return {
    variant,
    perSecond: spread(rounds.map(({ perSecond }) => perSecond)),
    p50Ms: spread(rounds.map(({ p50Ms }) => p50Ms)),
    p99Ms: spread(rounds.map(({ p99Ms }) => p99Ms)),
    cpuUs: spread(rounds.map(({ cpuUs }) => cpuUs)),
    ...(variant !== "floor" && { ratio: spread(ratio), cpuRatio: spread(cpuRatio) }),
    proof,
  };
}

async function proofOf({ sink }: Bench, { variant, server, ...target }: Target): Promise<Proof> {
  const { accepted, refused } = target;
  const { stored, heard } = await server.ask("count");
  if (variant === "floor") return { accepted, refused, stored, complete: true };
  if (!heard) return { accepted, refused, stored, complete: stored === accepted };

  const { messages, events } = heard;
  const proof = { accepted, refused, stored, heard: messages, events };
  if (variant !== "delivering") return { ...proof, complete: messages === accepted };
  const { deliveries } = await sink.ask("until", accepted);
  const complete = messages === accepted && deliveries === accepted;
  return { ...proof, delivered: deliveries, complete };
}
