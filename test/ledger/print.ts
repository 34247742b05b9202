import { table } from "../bench/table.ts";
import { FAILPOINTS } from "./failpoint.ts";
import type { LedgerOptions } from "./options.ts";
import type { Outcome } from "./run.ts";
import { duplicatesIn, type Reckoning, summary } from "./tally.ts";
import { countEnds, faultsOf, interruptions, mostDuplicates, placesMet } from "./verdict.ts";

/** A run for people; its last line holds the four numbers. */
export function print(
  outcome: Outcome,
  { backend, seed }: LedgerOptions,
  durationMs: number,
): string {
  const { ends, tally, sinkOutages, drainMs } = outcome;
  const kills = countEnds(ends);
  const killed = [...kills.values()].reduce((sum, count) => sum + count, 0);
  const how = [...kills].map(([kind, count]) => `${count} ${kind}`).join(", ");
  const rows = [
    ["store", `${backend}, ${backend === "sqlite" ? "one node" : "two nodes"}`],
    ["kills", `${killed}: ${how}`],
    ["named places", `${placesMet(ends).size} of ${FAILPOINTS.length}`],
    ["outages", `${kills.get("after an outage") ?? 0} of the store, ${sinkOutages} of endpoints`],
    ["interruptions", `${interruptions(ends)}, so at most ${mostDuplicates(outcome)} duplicates`],
    ["duplicates", `${duplicatesIn(tally)} (${perInterruption(outcome)} each)`],
    ["duration", `${seconds(durationMs)}, the last ${seconds(drainMs)} without load`],
    ["seed", seed],
  ];
  const faults = faultsOf(outcome).map((fault) => `WRONG: ${fault}`);
  return [table(rows), ledgers(outcome), ...faults, summary([tally])].join("\n\n");
}

function ledgers({ tally: { accepted, endpoints, listener } }: Outcome): string {
  const row = (name: string, { wanted, delivered, duplicates, lost }: Reckoning) => [
    name,
    ...[accepted, wanted, delivered, duplicates, lost.length].map(String),
  ];
  return table([
    ["", "accepted", "wanted", "delivered", "duplicates", "lost"],
    ...endpoints.map((endpoint, index) => row(`endpoint ${index + 1}`, endpoint)),
    row("listener", listener),
  ]);
}

function perInterruption({ ends, tally }: Outcome): string {
  return (duplicatesIn(tally) / Math.max(1, interruptions(ends))).toFixed(2);
}

function seconds(ms: number): string {
  return `${(ms / 1_000).toFixed(1)} s`;
}
