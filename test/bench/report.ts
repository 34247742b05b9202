import type { AsleepFigures } from "./asleep.ts";
import type { WaitingFigures } from "./backlog.ts";
import type { BlackHoleFigures } from "./black-hole.ts";
import type { DeliveryFigures } from "./deliveries.ts";
import type { SizeFigures } from "./in-process.ts";
import type { HostFigures } from "./ingest.ts";
import type { Machine } from "./machine.ts";

/** Everything the bench found, as `--json` writes it. */
export interface Report {
  readonly machine: Machine;
  readonly startedAt: string;
  readonly bodyBytes: number;
  readonly roundMs: number;
  readonly rounds: number;
  readonly ingest: readonly HostFigures[];
  readonly asleep: AsleepFigures;
  readonly inProcess: readonly SizeFigures[];
  readonly deliveries: readonly DeliveryFigures[];
  readonly blackHole: BlackHoleFigures;
  readonly waiting: readonly WaitingFigures[];
}

/** Whether everything that was accepted was kept, heard and delivered. */
export function isComplete({ ingest, deliveries }: Report): boolean {
  return (
    ingest.every(({ variants }) => variants.every(({ proof }) => proof.complete)) &&
    deliveries.every(({ distinct, expected }) => distinct === expected)
  );
}
