import { execFileSync, spawn } from "node:child_process";
import { once } from "node:events";
import { mkdtemp, rm } from "node:fs/promises";
import { createServer } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { createInterface } from "node:readline";
import KeyvRedis from "@keyv/redis";
import { onTestFinished } from "vitest";

/** Whether tests can start a Redis of their own. */
export const HAS_REDIS_SERVER = answers("redis-server", ["--version"]);

/** A Redis that a test may spoil. */
export interface RedisServer {
  readonly url: string;
  readonly port: number;
  readonly send: (...command: readonly string[]) => Promise<unknown>;
}

/** Starts one for this test alone. @param settings As on its command line, without the dashes. */
export async function redisServer(settings: Readonly<Record<string, string>> = {}) {
  const folder = await mkdtemp(join(tmpdir(), "wabakit-redis-"));
  const port = await freePort();
  const fixed = { port: String(port), dir: folder, bind: "127.0.0.1", save: "" };
  const all = Object.entries({ ...fixed, ...settings });
  const args = all.flatMap(([name, value]) => [`--${name}`, value]);
  const child = spawn("redis-server", args, { stdio: ["ignore", "pipe", "inherit"] });
  const end = once(child, "close");
  onTestFinished(async () => {
    child.kill("SIGKILL");
    await end;
    await rm(folder, { recursive: true });
  });
  for await (const line of createInterface(child.stdout)) {
    if (line.includes("Ready to accept connections")) break;
  }
  child.stdout.resume();

  const url = `redis://127.0.0.1:${port}`;
  return { url, port, send: (...command) => send(url, command) } satisfies RedisServer;
}

async function send(url: string, command: readonly string[]): Promise<unknown> {
  const adapter = new KeyvRedis(url);
  const client = (await adapter.getClient()) as unknown as {
    sendCommand(command: readonly string[]): Promise<unknown>;
  };
  const answer = await client.sendCommand(command);
  await adapter.disconnect();
  return answer;
}

function answers(binary: string, args: readonly string[]): boolean {
  try {
    execFileSync(binary, args, { stdio: "ignore" });
    return true;
  } catch {
    return false;
  }
}

async function freePort(): Promise<number> {
  const server = createServer().listen(0, "127.0.0.1");
  await once(server, "listening");
  const address = server.address();
  server.close();
  if (typeof address !== "object" || !address) throw new Error("There is no free port.");
  return address.port;
}
