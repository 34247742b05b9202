import type { IncomingHttpHeaders, ServerResponse } from "node:http";
import { buffer } from "node:stream/consumers";
import { type Clock, systemClock } from "@wabakit/core";
import { loopbackServer } from "./loopback-server.ts";

/** One request as it arrived. */
export interface Delivery {
  readonly method: string;
  /** With the query, as it was sent. */
  readonly path: string;
  readonly headers: IncomingHttpHeaders;
  /** The exact bytes. */
  readonly body: Buffer;
  /** Milliseconds since the epoch, by the sink's clock. */
  readonly at: number;
}

/** What a sink answers; everything left out is a plain 200. */
export interface SinkAnswer {
  readonly status?: number;
  readonly headers?: Readonly<Record<string, string>>;
  readonly body?: string | Buffer;
  /** How long to wait before the answer; `"hang"` never answers, `"reset"` cuts the connection. */
  readonly delayMs?: number | "hang" | "reset";
}

/** One answer for all, or one per request; `index` counts from 0. */
export type SinkBehaviour =
  | SinkAnswer
  | ((delivery: Delivery, index: number) => SinkAnswer | Promise<SinkAnswer>);

/** How a sink behaves until told otherwise. */
export interface SinkOptions {
  /** Measures `delayMs` and stamps deliveries. */
  readonly clock?: Clock;
  /** 0, the default, takes a free port. */
  readonly port?: number;
  readonly respond?: SinkBehaviour;
  /** Only this token passes Meta's handshake; every token does when it is left out. */
  readonly verifyToken?: string;
}

/** A customer's webhook endpoint that remembers what it was sent. */
export interface Sink {
  /** Without a trailing slash; every path below it is answered. */
  readonly url: string;
  /** In the order in which the bodies were complete. Handshakes are kept apart. */
  readonly received: readonly Delivery[];
  /** Meta's verification requests (`GET ?hub.mode=subscribe`), answered with their challenge. */
  readonly handshakes: readonly Delivery[];
  /** Changes the answer to every later delivery. */
  readonly respond: (behaviour: SinkBehaviour) => void;
  /** Changes the answer to every later handshake; `undefined` passes them again. */
  readonly respondToHandshake: (behaviour: SinkBehaviour | undefined) => void;
  /**
   * Resolves with everything received once that is at least `count`. `timeoutMs` is real time, 5,000
   * by default.
   *
   * @throws {Error} Saying how many there were, when they do not come in time.
   */
  readonly waitFor: (count: number, timeoutMs?: number) => Promise<readonly Delivery[]>;
  readonly close: () => Promise<void>;
}

/** Starts a real HTTP server that plays a customer's endpoint. */
export async function sink(options: SinkOptions = {}): Promise<Sink> {
  const clock = options.clock ?? systemClock;
  const { all: received, add, waitFor } = inbox();
  const handshakes: Delivery[] = [];
  const passing = passingHandshake(options.verifyToken);
  let onDelivery = options.respond ?? {};
  let onHandshake = passing;

  const server = await loopbackServer(async (request, response) => {
    const { method = "", url: path = "", headers } = request;
    const body = await buffer(request);
    const delivery = { method, path, headers, body, at: clock.now() };
    const handshaking = isHandshake(delivery);
    const behaviour = handshaking ? onHandshake : onDelivery;
    const index = handshaking ? handshakes.push(delivery) - 1 : add(delivery);
    await write(clock, response, await decide(behaviour, delivery, index));
  }, options.port);

  return {
    ...server,
    received,
    handshakes,
    respond: (behaviour) => {
      onDelivery = behaviour;
    },
    respondToHandshake: (behaviour = passing) => {
      onHandshake = behaviour;
    },
    waitFor,
  };
}

function isHandshake({ method, path }: Delivery): boolean {
  return method === "GET" && /[?&]hub\.mode=/.test(path);
}

function passingHandshake(verifyToken: string | undefined): SinkBehaviour {
  return ({ path }) => {
    const query = new URL(path, "http://sink").searchParams;
    const accepted = verifyToken === undefined || query.get("hub.verify_token") === verifyToken;
    return accepted ? { body: query.get("hub.challenge") ?? "" } : { status: 403 };
  };
}

function decide(behaviour: SinkBehaviour, delivery: Delivery, index: number) {
  return typeof behaviour === "function" ? behaviour(delivery, index) : behaviour;
}

async function write(clock: Clock, response: ServerResponse, answer: SinkAnswer): Promise<void> {
  const { status = 200, headers = {}, body = "", delayMs = 0 } = answer;
  if (delayMs === "hang") return;
  if (delayMs === "reset") return void response.socket?.resetAndDestroy();
  if (delayMs > 0) {
    await new Promise<void>((resolve) => clock.schedule(clock.now() + delayMs, resolve));
  }
  response.writeHead(status, headers).end(body);
}

/** The deliveries, and those who wait for more of them. */
function inbox() {
  const all: Delivery[] = [];
  const waiters = new Set<() => void>();

  const waitFor = (count: number, timeoutMs = 5_000): Promise<readonly Delivery[]> =>
    new Promise((resolve, reject) => {
      const finish = (settle: () => void) => {
        clearTimeout(timer);
        waiters.delete(check);
        settle();
      };
      const check = () => {
        if (all.length >= count) finish(() => resolve(all));
      };
      const giveUp = () =>
        finish(() => reject(new Error(`The sink received ${all.length} of ${count}.`)));
      const timer = setTimeout(giveUp, timeoutMs);
      waiters.add(check);
      check();
    });

  const add = (delivery: Delivery): number => {
    const index = all.push(delivery) - 1;
    for (const check of [...waiters]) check();
    return index;
  };
  return { all, add, waitFor };
}
