import { afterAll, beforeAll, describe, expect, test } from "vitest";
import type { GraphFault } from "./failpoints/graph-gate.ts";
import { type Fault, runScenario } from "./failpoints/scenario.ts";
import type { StoreFault } from "./failpoints/store-gate.ts";
import { USE_CASES } from "./failpoints/use-cases.ts";
import { type Ground, ground } from "./failpoints/world.ts";

const STORE_FAULTS: readonly StoreFault[] = [
  "fails",
  "answer lost",
  "hangs",
  "killed before",
  "killed after",
];
const GRAPH_FAULTS: readonly GraphFault[] = ["refuses", "reset", "answer lost", "hangs", "killed"];

/** Each scenario mostly waits. */
const AT_ONCE = 8;

let here: Ground;
beforeAll(async () => {
  here = await ground();
});
afterAll(() => here.close());

function everyFault(calls: { readonly store: number; readonly graph: number }): readonly Fault[] {
  const upTo = (count: number) => Array.from({ length: count }, (_, index) => index + 1);
  return [
    ...STORE_FAULTS.flatMap((fault) =>
      upTo(calls.store).map((n) => ({ on: "store" as const, n, fault })),
    ),
    ...GRAPH_FAULTS.flatMap((fault) =>
      upTo(calls.graph).map((n) => ({ on: "graph" as const, n, fault })),
    ),
  ];
}

const cases = (["process", "cluster"] as const).flatMap((atomicity) =>
  USE_CASES.map((useCase) => ({ ...useCase, useCase, atomicity })),
);

describe.each(cases)("to $name, on a store for one $atomicity", ({ useCase, atomicity }) => {
  test("ends as one whole, whichever call fails, is lost, hangs, or is the last one", async () => {
    const place = { ground: here, atomicity };
    const calls = await runScenario(place, useCase);
    expect(calls.store).toBeGreaterThan(0);
    const failed: string[] = [];
    const faults = [...everyFault(calls)];
    const runAll = async () => {
      for (let fault = faults.shift(); fault; fault = faults.shift()) {
        const { fault: kind, on, n } = fault;
        await runScenario(place, useCase, fault).catch((error: Error) => {
          failed.push(`${kind} at ${on} call ${n}: ${error.message}`);
        });
      }
    };
    await Promise.all(Array.from({ length: AT_ONCE }, runAll));
    expect(failed).toEqual([]);
  }, 180_000);
});
