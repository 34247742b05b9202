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

const commands = { start, until, forget };
export type SinkCommands = typeof commands;
obey(commands);

const UNTIL_MS = 60_000;
const CHECK_MS = 5;

const seen = new Set<string>();
let requests = 0;
let lastAt = 0;

/** @returns Where it listens; every path is another endpoint. */
async function start(): Promise<string> {
  const server = createServer({ keepAliveTimeout: UNTIL_MS }, (req, res) => {
    req.resume();
    req.once("end", () => {
      requests += 1;
      seen.add(`${req.url} ${req.headers["webhook-id"]}`);
      lastAt = Date.now();
      res.writeHead(200, { "content-length": 0 }).end();
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

function forget(): void {
  seen.clear();
  requests = 0;
}
