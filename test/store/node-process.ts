import { spawn } from "node:child_process";
import { once } from "node:events";
import { createInterface } from "node:readline";
import { fileURLToPath } from "node:url";
import type { Answer, Request } from "./node-child.ts";

const CHILD = fileURLToPath(new URL("./node-child.ts", import.meta.url));

/** A process on a store it shares with others, that does what it is told. */
export interface NodeProcess {
  readonly ask: (request: Request) => Promise<Answer>;
  readonly pause: () => void;
  readonly resume: () => void;
  readonly kill: () => Promise<void>;
}

/** Starts `node-child.ts`. @param on Which Keyv, the namespace or table on it, and how long a lease lasts. */
export async function nodeProcess(on: readonly [connect: string, name: string, leaseMs: number]) {
  const child = spawn(process.execPath, [CHILD, ...on.map(String)], {
    stdio: ["pipe", "pipe", "inherit"],
  });
  const end = once(child, "close");
  const waiting = new Map<number, (answer: Answer) => void>();
  const started = Promise.withResolvers<void>();
  let asked = 0;

  createInterface(child.stdout).on("line", (line) => {
    if (line === "ready") return started.resolve();
    const { id, answer } = JSON.parse(line);
    waiting.get(id)?.(answer);
  });
  void end.then(() => started.reject(new Error("The process ended before it had started.")));
  await started.promise;

  const node: NodeProcess = {
    ask(request) {
      asked += 1;
      child.stdin.write(`${JSON.stringify({ id: asked, request })}\n`);
      return new Promise((resolve) => waiting.set(asked, resolve));
    },
    pause: () => void child.kill("SIGSTOP"),
    resume: () => void child.kill("SIGCONT"),
    async kill() {
      child.kill("SIGKILL");
      await end;
    },
  };
  return node;
}
