import { spawn } from "node:child_process";
import { once } from "node:events";
import { mkdtemp } from "node:fs/promises";
import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { join } from "node:path";
import { text } from "node:stream/consumers";
import { fileURLToPath } from "node:url";
import { fakeMeta } from "@wabakit/testing";

/** So many events that wait for each of so many endpoints, and how long a hub works on them. */
export interface BacklogSize {
  readonly events: number;
  readonly endpoints: number;
  readonly deliverMs: number;
}

export interface BacklogPlace {
  /** The database stays there. */
  readonly folder: string;
  /** Kills whatever process runs. */
  readonly signal: AbortSignal;
}

/** What a hub on SQLite is like that starts with so much to deliver. */
export interface BacklogFigures {
  /** From the start of the process to the first delivery; infinite when there was none. */
  readonly firstAfterMs: number;
  /** Most memory the process held, in units of 10^6 bytes. */
  readonly rssMb: number;
  readonly delivered: number;
  /** Of taking a batch off a backlog, in a process of its own; absent where nothing was left. */
  readonly claimP50Ms?: number;
  readonly claimP99Ms?: number;
}

/** Little room for garbage, so that the size of the process tells what it holds. */
const SMALL_HEAP = ["--max-semi-space-size=8", "--max-old-space-size=160"];

const CHILD = fileURLToPath(new URL("./backlog-child.ts", import.meta.url));

/** Has so much wait in a SQLite file of its own, starts a hub on it, and takes the measures. */
export async function measureBacklog(
  { events, endpoints, deliverMs }: BacklogSize,
  { folder, signal }: BacklogPlace,
): Promise<BacklogFigures> {
  const database = join(await mkdtemp(join(folder, "backlog-")), "wabakit.db");
  await using servers = await openServers();
  const { graphUrl, sink } = servers;
  const run = <Said>(mode: string, ...args: readonly (string | number)[]) =>
    runChild<Said>(signal, [mode, database, graphUrl, ...args]);
  const filled = await run<{ organizationId: string }>("fill", sink.url, events, endpoints);
  const startedAt = Date.now();
  const { rssMb } = await run<{ rssMb: number }>("start", deliverMs);
  const { firstAt, delivered } = sink.read();
  const claims = await run<Claims>("claim", filled.organizationId);
  return { firstAfterMs: firstAt - startedAt, rssMb, delivered, ...claims };
}

type Claims = Pick<BacklogFigures, "claimP50Ms" | "claimP99Ms">;

/** Runs `backlog-child.ts` to its end. @returns What it said. */
async function runChild<Said>(
  signal: AbortSignal,
  args: readonly (string | number)[],
): Promise<Said> {
  const running = spawn(process.execPath, [...SMALL_HEAP, CHILD, ...args.map(String)], {
    stdio: ["ignore", "pipe", "inherit"],
    signal,
    killSignal: "SIGKILL",
  });
  const [said, [code]] = await Promise.all([text(running.stdout), once(running, "close")]);
  if (code !== 0) throw new Error(`${CHILD} ${args[0]} ended with ${code}.`);
  return JSON.parse(said) as Said;
}

async function openServers() {
  const [meta, sink] = await Promise.all([fakeMeta(), timedSink()]);
  return {
    graphUrl: meta.url,
    sink,
    async [Symbol.asyncDispose]() {
      await Promise.all([meta.close(), sink.close()]);
    },
  };
}

/** An endpoint that knows when the first delivery came, and how many have. */
async function timedSink() {
  const seen = { delivered: 0, firstAt: Number.POSITIVE_INFINITY };
  const server = createServer((request, response) => {
    seen.firstAt = Math.min(seen.firstAt, Date.now());
    seen.delivered += 1;
    request.resume().once("end", () => response.end());
  });
  await once(server.listen(0, "127.0.0.1"), "listening");
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    read: () => seen,
    async close() {
      server.closeAllConnections();
      await new Promise((resolve) => server.close(resolve));
    },
  };
}
