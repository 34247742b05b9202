import { spawn } from "node:child_process";
import { once } from "node:events";
import { text } from "node:stream/consumers";
import { fileURLToPath } from "node:url";
import { CONFIG_VARIABLE, type ServerConfig, type StoreWord } from "./server-config.ts";

const SERVER = fileURLToPath(new URL("./server.ts", import.meta.url));

/** How a life ended. */
export interface End {
  readonly code: number | null;
  readonly signal: NodeJS.Signals | null;
  /** What it had to complain about. */
  readonly complaints: string;
}

/** One process of the server, from its birth to its end. */
export interface Life {
  /** When the modules are loaded and the hub is about to start; `false` when it ended before. */
  readonly starting: Promise<boolean>;
  /** When it listens; `false` when it ended before. */
  readonly ready: Promise<boolean>;
  readonly end: Promise<End>;
  /** kill -9. */
  readonly kill: () => void;
  /** What an operator sends. */
  readonly terminate: () => void;
  /** How its store is from now on. */
  readonly storeIs: (word: StoreWord) => void;
}

/** Begins a life. `compileCache` is a folder that makes the next ones begin faster. */
export function beginLife(config: ServerConfig, compileCache: string): Life {
  const env = {
    ...process.env,
    [CONFIG_VARIABLE]: JSON.stringify(config),
    NODE_COMPILE_CACHE: compileCache,
  };
  const child = spawn(process.execPath, [SERVER], { env, stdio: "pipe" });
  const complaints = text(child.stderr);
  const closed = once(child, "close");
  // Nobody reads it any more.
  child.stdin.on("error", () => {});
  let said = "";
  const says = (word: string) =>
    new Promise<boolean>((resolve) => {
      child.stdout.on("data", () => said.includes(word) && resolve(true));
      closed.then(() => resolve(said.includes(word)));
    });
  child.stdout.on("data", (chunk) => {
    said += String(chunk);
  });

  return {
    starting: says("starting\n"),
    ready: says("ready\n"),
    end: endOf(closed, complaints),
    kill: () => void child.kill("SIGKILL"),
    terminate: () => void child.kill("SIGTERM"),
    storeIs: (word) => void child.stdin.write(`${word}\n`),
  };
}

async function endOf(closed: Promise<unknown[]>, complaints: Promise<string>): Promise<End> {
  // The arguments of `close`, as Node documents them.
  const [code, signal] = (await closed) as [number | null, NodeJS.Signals | null];
  return { code, signal, complaints: await complaints };
}
