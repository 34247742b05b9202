import { spawn } from "node:child_process";
import { createInterface } from "node:readline";
import { fileURLToPath } from "node:url";
import { type Acknowledged, WRITERS } from "./crash-changes.ts";

const CHILD = fileURLToPath(new URL("./crash-child.ts", import.meta.url));

export interface CrashProcess {
  /** Also resolves when the process ends without one. */
  readonly firstAcknowledgement: Promise<void>;
  readonly kill: () => void;
  readonly end: Promise<End>;
}

export interface End {
  /** `null` when it came to its end by itself. */
  readonly signal: NodeJS.Signals | null;
  /** Only of the writers that were heard. */
  readonly acknowledged: Partial<Acknowledged>;
}

/** Starts `crash-child.ts` and listens to what it acknowledges. */
export function crashProcess(...args: readonly string[]): CrashProcess {
  const child = spawn(process.execPath, [CHILD, ...args], { stdio: ["ignore", "pipe", "inherit"] });
  const acknowledged: Record<string, number> = {};
  const heard = Promise.withResolvers<void>();

  createInterface(child.stdout).on("line", (line) => {
    const [writer = "", n] = line.split(" ");
    if (!WRITERS.some((known) => known === writer)) throw new Error(`Not a line of ours: ${line}`);
    acknowledged[writer] = Number(n);
    heard.resolve();
  });
  const end = new Promise<End>((resolve) => {
    child.on("close", (_, signal) => resolve({ signal, acknowledged }));
  });

  return {
    firstAcknowledgement: Promise.race([heard.promise, end.then(() => {})]),
    kill: () => void child.kill("SIGKILL"),
    end,
  };
}
