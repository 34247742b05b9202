import { spawn } from "node:child_process";
import { once } from "node:events";
import { setTimeout as pause } from "node:timers/promises";
import { freePort } from "../../examples/demo/free-port.ts";

const POLL_MS = 50;

/** A script that serves a hub, started as people start it. */
export interface ServerProcess {
  readonly url: string;
  /** All it has said so far. */
  readonly output: () => string;
  /** Resolves once it has said this. @throws {Error} When it ends before. */
  readonly waitFor: (text: string) => Promise<void>;
  /** Resolves once the hub is ready. @throws {Error} When it ends before. */
  readonly ready: () => Promise<void>;
  /** @returns The exit code after SIGTERM; `null` when that killed it. */
  readonly stop: () => Promise<number | null>;
  readonly kill: () => void;
  readonly exit: Promise<number | null>;
}

/** Where a script runs, and with which variables; there are no others. */
export interface Start {
  readonly cwd: string;
  readonly env?: Readonly<Record<string, string>>;
}

/** Starts a script that listens on `PORT`, a free one. */
export async function startServer(
  script: string,
  { cwd, env = {} }: Start,
): Promise<ServerProcess> {
  const PORT = String(await freePort(0));
  const child = spawn(process.execPath, [script], { cwd, env: { PORT, ...env } });
  const exit = once(child, "close").then(() => child.exitCode);
  const url = `http://127.0.0.1:${PORT}`;
  const heard = new EventTarget();
  let said = "";
  for (const stream of [child.stdout, child.stderr]) {
    stream.setEncoding("utf8").on("data", (text: string) => {
      said += text;
      heard.dispatchEvent(new Event("said"));
    });
  }
  void exit.then(() => heard.dispatchEvent(new Event("said")));

  const requireLife = () => {
    if (child.exitCode !== null) throw new Error(`It has ended: ${said}`);
  };
  return {
    url,
    exit,
    output: () => said,
    async waitFor(text) {
      while (!said.includes(text)) {
        requireLife();
        await once(heard, "said");
      }
    },
    async ready() {
      while (!(await isReady(url))) {
        requireLife();
        await pause(POLL_MS);
      }
    },
    async stop() {
      child.kill("SIGTERM");
      return exit;
    },
    kill: () => void child.kill("SIGKILL"),
  };
}

async function isReady(url: string): Promise<boolean> {
  const response = await fetch(`${url}/api/v1/health/ready`).catch(() => undefined);
  return response?.status === 200;
}
