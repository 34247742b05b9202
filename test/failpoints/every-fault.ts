import type { GraphFault } from "./graph-gate.ts";
import type { StoreFault } from "./store-gate.ts";
import type { World } from "./world.ts";

/** Which call goes wrong, and how; nothing when it is left out. */
export type Fault =
  | { readonly on: "store"; readonly n: number; readonly fault: StoreFault }
  | { readonly on: "graph"; readonly n: number; readonly fault: GraphFault };

/** How many calls something makes when nothing goes wrong. */
export interface Calls {
  readonly store: number;
  readonly graph: number;
}

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

/** Makes a call go wrong from now on; none when it is left out. */
export function arm({ store, graph }: World, fault?: Fault): void {
  store.arm(fault?.on === "store" ? fault.n : 0, fault?.on === "store" ? fault.fault : undefined);
  graph.arm(fault?.on === "graph" ? fault.n : 0, fault?.on === "graph" ? fault.fault : undefined);
}

/** Each fault at each call. */
function everyFault(calls: Calls): readonly Fault[] {
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

/** Runs a scenario with each fault at each of its calls. @returns What went wrong with which. */
export async function withEveryFault(
  calls: Calls,
  run: (fault: Fault) => Promise<unknown>,
): Promise<readonly string[]> {
  const failed: string[] = [];
  const faults = [...everyFault(calls)];
  const runAll = async () => {
    for (let fault = faults.shift(); fault; fault = faults.shift()) {
      const { fault: kind, on, n } = fault;
      await run(fault).catch((error: Error) => {
        failed.push(`${kind} at ${on} call ${n}: ${error.message}`);
      });
    }
  };
  await Promise.all(Array.from({ length: AT_ONCE }, runAll));
  return failed;
}
