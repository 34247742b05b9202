import { setTimeout as sleep } from "node:timers/promises";
import { type Death, FAILPOINTS, FAILPOINTS_OF_RECEIVER } from "./failpoint.ts";
import type { End, Life } from "./life.ts";
import type { Random } from "./random.ts";
import type { StoreWord } from "./server-config.ts";
import type { Node, Setting } from "./setting.ts";

/** How a life is going to end: by SIGKILL, unless it is asked. */
export type Ending =
  /** By SIGTERM, so long after it is ready. */
  | { readonly kind: "asked to stop"; readonly afterMs: number }
  /** So long after it is ready, or after it began to start. */
  | { readonly kind: "at random" | "while starting"; readonly afterMs: number }
  /** By itself, at a named place; at random when it does not get there. */
  | { readonly kind: "at a place"; readonly death: Death; readonly afterMs: number }
  /** When a delivery has reached an endpoint and is not answered yet. */
  | { readonly kind: "while delivering"; readonly n: number; readonly afterMs: number }
  /** After the store was away, or its answers were lost, for a while. */
  | {
      readonly kind: "after an outage";
      readonly word: StoreWord;
      readonly outageMs: number;
      readonly afterMs: number;
    };

/** The moments at which a life is killed, counted from when it is ready. */
const LIFE_MS = { min: 50, max: 1_000 };
const STARTING_MS = 60;
const OUTAGE_MS = { min: 100, max: 1_500 };
/** How long to wait for a place that may never come. */
const PLACE_MS = 1_000;
/** Which pass of a place is the last. */
const PASSES = 8;

/** How often a life ends how; the others are killed at random. */
const SHARES = { starting: 0.1, place: 0.35, delivering: 0.08, outage: 0.1 };

/** Draws how the next life of a node ends. Places come in turn, so that each is met. */
export function endings({ works }: Node, random: Random): () => Ending {
  const places = works ? FAILPOINTS : FAILPOINTS_OF_RECEIVER;
  let met = Math.floor(random() * places.length);
  return () => {
    let roll = random();
    const falls = (share: number) => {
      roll -= share;
      return roll < 0;
    };
    const n = 1 + Math.floor(random() * PASSES);
    const afterMs = between(LIFE_MS, random());
    if (falls(SHARES.starting)) return { kind: "while starting", afterMs: random() * STARTING_MS };
    if (works && falls(SHARES.delivering)) {
      return { kind: "while delivering", n, afterMs: PLACE_MS };
    }
    if (works && falls(SHARES.outage)) {
      const word = random() < 0.5 ? "fails" : "answer lost";
      return { kind: "after an outage", word, outageMs: between(OUTAGE_MS, random()), afterMs };
    }
    const place = falls(SHARES.place) && places[met++ % places.length];
    if (!place) return { kind: "at random", afterMs };
    return { kind: "at a place", death: { ...place, n }, afterMs: PLACE_MS };
  };
}

/** Draws lives that their operator stops. */
export function stops(_node: Node, random: Random): () => Ending {
  return () => ({ kind: "asked to stop", afterMs: between(LIFE_MS, random()) });
}

/** How a life came to its end. */
export interface Ended extends End {
  /** It did not have to be killed or asked. */
  readonly byItself: boolean;
  /** How long it took after it was. */
  readonly tookMs: number;
}

/** Brings a life to its end. */
export async function endLife(setting: Setting, life: Life, ending: Ending): Promise<Ended> {
  let byItself = false;
  let asked = false;
  const over = life.end.then(() => {
    byItself = !asked;
  });
  await (ending.kind === "while starting" ? life.starting : life.ready);
  if (ending.kind === "after an outage") await outage(setting, life, ending);
  if (ending.kind === "while delivering") {
    for (const { atRequest } of setting.endpoints) atRequest(ending.n, life.kill);
  }
  await Promise.race([over, sleep(ending.afterMs)]);
  asked = true;
  const askedAt = performance.now();
  if (ending.kind === "asked to stop") life.terminate();
  else life.kill();
  const end = await life.end;
  return { ...end, byItself, tookMs: performance.now() - askedAt };
}

type Outage = Extract<Ending, { readonly kind: "after an outage" }>;

async function outage({ store }: Setting, life: Life, { word, outageMs }: Outage): Promise<void> {
  await store.become(word, life);
  await Promise.race([life.end, sleep(outageMs)]);
  await store.become("fine", life);
}

function between({ min, max }: typeof LIFE_MS, fraction: number): number {
  return min + (max - min) * fraction;
}
