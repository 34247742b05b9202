import { Agent } from "undici";
import { type Clock, systemClock } from "../clock.ts";
import { Failure } from "../failure.ts";
import { isPublicAddress } from "./address.ts";
import { type EgressAnswer, type Failed, failed } from "./answer.ts";
import { boundedConnector } from "./bounded-connector.ts";
import { createConnector } from "./connector.ts";
import { exchange } from "./exchange.ts";
import { dnsLookup, type Lookup, systemLookup } from "./lookup.ts";
import { checkUrl, type EgressPolicy } from "./url.ts";

/** A request to a host that somebody else has named. */
export interface EgressRequest {
  readonly url: string;
  readonly method: "GET" | "POST";
  /** Not `host`, `accept-encoding` nor what belongs to the connection: those are ours. */
  readonly headers: Readonly<Record<string, string>>;
  readonly body?: Uint8Array;
  /** From the call to the last byte of the answer; 15 seconds when left out. */
  readonly timeoutMs?: number;
  /** Gives the request up; what the host has received by then stays received. */
  readonly signal?: AbortSignal;
}

/** The one way out for every request that does not go to Meta. */
export interface Egress {
  /**
   * Sends a request once: no retry, no redirect, no decompression, no proxy. At most 64 KiB of the
   * answer are read.
   *
   * Never rejects on account of the URL, the network or the other side; all of that is data.
   */
  readonly send: (request: EgressRequest) => Promise<EgressAnswer>;
  /** Ends every connection at once. What is under way, or sent later, answers `aborted`. */
  readonly close: () => Promise<void>;
}

/** What an egress is made of. */
export interface EgressOptions {
  readonly policy: EgressPolicy;
  /** Finds the addresses of a host; asks DNS, or the machine where the private network is allowed. */
  readonly lookup?: Lookup;
  readonly clock?: Clock;
  /** How many connections there may be at once; 4,096 when left out. */
  readonly connections?: number;
}

const DEFAULT_TIMEOUT_MS = 15_000;

/** Many endpoints can share a host; further requests wait, and their time counts. */
const CONNECTIONS_PER_ORIGIN = 256;

/** However many hosts there are; further connections wait as well. */
const CONNECTIONS = 4_096;

/** Below the 5 seconds after which many servers hang up, so that we do not send into a closing door. */
const IDLE_MS = 4_000;

/** However long a server offers to keep a connection: a host that has moved must be noticed. */
const MAX_IDLE_MS = 30_000;

const OUR_HEADERS: ReadonlySet<string> = new Set([
  "accept-encoding",
  "connection",
  "content-length",
  "host",
]);

/** Opens the way out; every connection is made and kept under this one policy. */
export function createEgress(options: EgressOptions): Egress {
  const { policy, clock = systemClock } = options;
  const isAllowed = policy.allowPrivateNetwork ? () => true : isPublicAddress;
  const lookup = options.lookup ?? (policy.allowPrivateNetwork ? systemLookup : dnsLookup());
  const closing = new AbortController();
  const agent = new Agent({
    connect: boundedConnector(createConnector({ isAllowed, lookup, signal: closing.signal }), {
      most: options.connections ?? CONNECTIONS,
      signal: closing.signal,
    }),
    connections: CONNECTIONS_PER_ORIGIN,
    pipelining: 1,
    allowH2: false,
    keepAliveTimeout: IDLE_MS,
    keepAliveMaxTimeout: MAX_IDLE_MS,
    // The deadline of the exchange covers both.
    headersTimeout: 0,
    bodyTimeout: 0,
  });

  return {
    async send(request) {
      const options = read(request, policy);
      if ("errorClass" in options) return { ...options, durationMs: 0 };
      const { timeoutMs = DEFAULT_TIMEOUT_MS, signal } = request;
      return exchange({ agent, clock }, { options, timeoutMs, signal });
    },
    async close() {
      closing.abort();
      await agent.destroy();
    },
  };
}

/** The request in undici's words, or why it cannot be sent at all. */
function read(request: EgressRequest, policy: EgressPolicy): Agent.DispatchOptions | Failed {
  if (request.signal?.aborted) return failed("aborted", "The request was given up.");
  const taken = Object.keys(request.headers).find((name) => OUR_HEADERS.has(name.toLowerCase()));
  if (taken) return failed("protocol", `The header ${taken} cannot be chosen.`);

  const url = readUrl(request.url, policy);
  if ("errorClass" in url) return url;
  return {
    origin: url.origin,
    path: url.pathname + url.search,
    method: request.method,
    headers: { ...request.headers, "accept-encoding": "identity" },
    body: request.body ?? null,
  };
}

function readUrl(text: string, policy: EgressPolicy): URL | Failed {
  try {
    return checkUrl(text, policy);
  } catch (error) {
    if (error instanceof Failure) return failed("invalid_url", error.message);
    throw error;
  }
}
