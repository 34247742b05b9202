import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { obey } from "./commands.ts";

/** What the sink has received since it was told to forget. */
export interface Received {
  readonly requests: number;
  /** How many pairs of a path and a `webhook-id` these were. */
  readonly deliveries: number;
  /** Milliseconds since the epoch. */
  readonly lastAt: number;
}

const commands = { start, until, forget, swallow };
export type SinkCommands = typeof commands;
obey(commands);

const UNTIL_MS = 60_000;
const CHECK_MS = 5;

const seen = new Set<string>();
let requests = 0;
let lastAt = 0;
let swallowed: Swallowed = { uncounted: 0, blackHole: null };

interface Swallowed {
  /** So many of the first paths are not counted. */
  readonly uncounted: number;
  /** Requests to this path get no answer. */
  readonly blackHole: number | null;
}

/** @returns Where it listens; every path is another endpoint. */
async function start(): Promise<string> {
  const server = createServer({ keepAliveTimeout: UNTIL_MS }, (req, res) => {
    req.resume();
    const path = Number(req.url?.slice(1));
    if (path === swallowed.blackHole) return;
    req.once("end", () => {
      res.writeHead(200, { "content-length": 0 }).end();
      if (path < swallowed.uncounted) return;
      requests += 1;
      seen.add(`${req.url} ${req.headers["webhook-id"]}`);
      lastAt = Date.now();
    });
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  // A TCP server that listens has this shape of address.
  const { port } = server.address() as AddressInfo;
  return `http://127.0.0.1:${port}`;
}

async function until(deliveries: number): Promise<Received> {
  const giveUpAt = Date.now() + UNTIL_MS;
  while (seen.size < deliveries) {
    if (Date.now() > giveUpAt) throw new Error(`Received ${seen.size} of ${deliveries}.`);
    await new Promise((resolve) => setTimeout(resolve, CHECK_MS));
  }
  return { requests, deliveries: seen.size, lastAt };
}

function swallow(next: Swallowed): void {
  swallowed = next;
}

function forget(): void {
  seen.clear();
  requests = 0;
}
