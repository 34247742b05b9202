import type { Bench } from "./bench.ts";
import { type Spread, spread } from "./figures.ts";
import type { InProcessCommands } from "./in-process-worker.ts";

/** What one item costs in a notification of so many. */
export interface SizeFigures {
  readonly items: number;
  readonly hubUs: Spread;
  readonly floorUs: Spread;
  /** The floor's time to the hub's. */
  readonly ratio: Spread;
  /** Our own verifying and parsing into updates, and that to the floor. */
  readonly readUs: Spread;
  readonly readRatio: Spread;
}

/** Microseconds per item without any server, one notification at a time, until it was heard. */
export async function measureInProcess(bench: Bench): Promise<readonly SizeFigures[]> {
  const { children, number, newPlace, plan, say } = bench;
  say("in process");
  const child = children.start<InProcessCommands>("in-process-worker.ts");
  const sizes = await child.ask("measure", { number, plan, place: newPlace() });
  await child.end();
  return sizes.map(({ items, hubUs, floorUs, readUs }) => ({
    items,
    hubUs: spread(hubUs),
    floorUs: spread(floorUs),
    readUs: spread(readUs),
    readRatio: spread(readUs.map((us, index) => us / (floorUs[index] ?? 0))),
    ratio: spread(hubUs.map((us, index) => (floorUs[index] ?? 0) / us)),
  }));
}
