import { type ChildProcess, spawn } from "node:child_process";
import { createInterface } from "node:readline";
import { fileURLToPath } from "node:url";

const CHILD = fileURLToPath(new URL("./queue-child.ts", import.meta.url));

/** Little room for garbage, so that the size of the process tells what it holds. */
const SMALL_HEAP = ["--expose-gc", "--max-semi-space-size=1", "--max-old-space-size=96"];

/** Starts `queue-child.ts`; `hear` gets each of its lines. */
export function queueChild(
  args: readonly (string | number)[],
  hear: (line: Record<string, unknown>) => void,
): { readonly process: ChildProcess; readonly end: Promise<NodeJS.Signals | null> } {
  const child = spawn(process.execPath, [...SMALL_HEAP, CHILD, ...args.map(String)], {
    stdio: ["ignore", "pipe", "inherit"],
  });
  createInterface(child.stdout).on("line", (line) => hear(JSON.parse(line)));
  const end = new Promise<NodeJS.Signals | null>((resolve) => {
    child.on("close", (_, signal) => resolve(signal));
  });
  return { process: child, end };
}
