import { once } from "node:events";
import { createServer, type IncomingMessage, type ServerResponse } from "node:http";
import type { AddressInfo } from "node:net";
import { setTimeout as sleep } from "node:timers/promises";
import { type Arrivals, openArrivals } from "./arrivals.ts";

/** What a customer's server does with a request. */
export type Conduct =
  /** Answers 200: from now on it is the customer's. */
  | "take"
  /** Answers 500. */
  | "refuse"
  /** Keeps it waiting for a while, then cuts the connection. */
  | "hang"
  /** Never answers, and keeps the connection. */
  | "stall";

/** A customer's server, which outlives every life of the product. */
export interface Customer {
  readonly url: string;
  readonly arrivals: Arrivals;
  /** Decides about every later request; all are taken until told otherwise. */
  readonly behave: (decide: () => Conduct) => void;
  /** Calls this once, when the `n`th request from now is here and has no answer. */
  readonly atRequest: (n: number, then: () => void) => void;
  /** Nobody listens any more; requests that are here are answered. */
  readonly goAway: () => Promise<void>;
  readonly comeBack: () => Promise<void>;
  readonly close: () => Promise<void>;
}

const HANG_MS = 700;

/** Starts a customer's server on a port of its own, to which it comes back. */
export async function openCustomer(): Promise<Customer> {
  const arrivals = openArrivals();
  let decide = (): Conduct => "take";
  let awaited: { left: number; readonly then: () => void } | undefined;

  async function receive(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const chunks: Buffer[] = [];
    for await (const chunk of request) chunks.push(chunk);
    const name = arrivals.note(String(request.headers["webhook-id"]), Buffer.concat(chunks));
    if (awaited && --awaited.left === 0) awaited.then();
    const conduct = decide();
    if (conduct === "take") arrivals.take(name);
    await answer(response, conduct);
  }

  const server = createServer((request, response) => {
    receive(request, response).catch(() => response.destroy());
  });
  const listen = async (port: number) => {
    await once(server.listen(port, "127.0.0.1"), "listening");
    // A TCP server that listens has this shape of address.
    return (server.address() as AddressInfo).port;
  };
  const port = await listen(0);
  const goAway = async () => {
    if (!server.listening) return;
    server.close();
    server.closeIdleConnections();
  };
  return {
    url: `http://127.0.0.1:${port}/`,
    arrivals,
    behave(next) {
      decide = next;
    },
    atRequest(n, then) {
      awaited = { left: n, then };
    },
    goAway,
    async comeBack() {
      if (!server.listening) await listen(port);
    },
    async close() {
      await goAway();
      server.closeAllConnections();
    },
  };
}

async function answer(response: ServerResponse, conduct: Conduct): Promise<void> {
  if (conduct === "stall") return;
  if (conduct === "hang") {
    await sleep(HANG_MS);
    return void response.socket?.resetAndDestroy();
  }
  response.writeHead(conduct === "take" ? 200 : 500).end();
}
