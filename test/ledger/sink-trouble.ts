import { setTimeout as sleep } from "node:timers/promises";
import type { Conduct } from "./customer.ts";
import { type Random, seededRandom } from "./random.ts";
import type { Endpoint } from "./setting.ts";

/** How much is refused, and how much never answered, while nothing else is the matter. */
const REFUSED = 0.02;
const STALLED = 0.000_05;
const CALM_MS = { min: 200, max: 2_500 };
const TROUBLE_MS = { min: 50, max: 1_200 };

/** What customers' servers do to deliveries. */
export interface SinkTrouble {
  /** How many times one was away, refused everything, or hung. */
  readonly outages: () => number;
  /** Everything is fine from now on. */
  readonly end: () => Promise<void>;
}

/** @param stalls Whether some are never answered: each costs a time-out, and the minute after it. */
export function startSinkTrouble(
  endpoints: readonly Endpoint[],
  { seed, stalls }: { readonly seed: string; readonly stalls: boolean },
): SinkTrouble {
  const over = new AbortController();
  let outages = 0;
  const count = () => {
    outages += 1;
  };
  const troubles = endpoints.map((endpoint, index) => {
    const random = seededRandom(seed, `endpoint ${index}`);
    return trouble({ endpoint, random, stalls, signal: over.signal, count });
  });
  return {
    outages: () => outages,
    async end() {
      over.abort();
      await Promise.all(troubles);
    },
  };
}

interface Trouble {
  readonly endpoint: Endpoint;
  readonly random: Random;
  readonly stalls: boolean;
  readonly signal: AbortSignal;
  readonly count: () => void;
}

async function trouble({ endpoint, random, stalls, signal, count }: Trouble): Promise<void> {
  const usual = (): Conduct => {
    const roll = random();
    if (stalls && roll < STALLED) return "stall";
    return roll < REFUSED ? "refuse" : "take";
  };
  const pause = ({ min, max }: typeof CALM_MS) =>
    sleep(min + (max - min) * random(), undefined, { signal }).catch(() => {});

  endpoint.behave(usual);
  while (!signal.aborted) {
    await pause(CALM_MS);
    if (signal.aborted) break;
    count();
    const kind = random();
    if (kind < 0.4) await endpoint.goAway();
    else endpoint.behave(() => (kind < 0.7 ? "refuse" : "hang"));
    await pause(TROUBLE_MS);
    endpoint.behave(usual);
    await endpoint.comeBack();
  }
  endpoint.behave(() => "take");
}
