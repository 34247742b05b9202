import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { withEveryFault } from "./failpoints/every-fault.ts";
import { runScenario } from "./failpoints/scenario.ts";
import { USE_CASES } from "./failpoints/use-cases.ts";
import { type Ground, ground } from "./failpoints/world.ts";

let here: Ground;
beforeAll(async () => {
  here = await ground();
});
afterAll(() => here.close());

const cases = (["process", "cluster"] as const).flatMap((atomicity) =>
  USE_CASES.map((useCase) => ({ ...useCase, useCase, atomicity })),
);

describe.each(cases)("to $name, on a store for one $atomicity", ({ useCase, atomicity }) => {
  test("ends as one whole, whichever call fails, is lost, hangs, or is the last one", async () => {
    const place = { ground: here, atomicity };
    const calls = await runScenario(place, useCase);
    expect(calls.store).toBeGreaterThan(0);
    const failed = await withEveryFault(calls, (fault) => runScenario(place, useCase, fault));
    expect(failed).toEqual([]);
  }, 180_000);
});
