import { createHmac, timingSafeEqual } from "node:crypto";
import { Readable } from "node:stream";
import {
  Failure,
  failureResponse,
  type Handler,
  type HttpRequest,
  type HttpResponse,
  json,
  readJson,
  requireExact,
  text,
} from "@wabakit/core";

/** As large as the hub lets a notification be. */
export const MAX_BODY_BYTES = 4 * 1024 * 1024;

/** More than any kernel keeps for a connection, so that only back-pressure can stop it. */
export const ENDLESS_CHUNKS = 1024;

const CHUNK = Buffer.alloc(64 * 1024, "x");
const APP_SECRET = "the app secret of the probe";
const BYTES = { "content-type": "application/octet-stream" };

/** A handler with one route for each thing an adapter can get wrong, and what it has seen. */
export interface Probe {
  readonly handle: Handler;
  /** Streams and waits that learnt that their client has gone. */
  readonly stopped: readonly string[];
  /** Codes of the bodies that could not be read. */
  readonly refused: readonly string[];
  /** Chunks that `/stream/endless` was asked for. */
  readonly produced: () => number;
}

type Route = (request: HttpRequest) => HttpResponse | Promise<HttpResponse>;

/** Signs a body as Meta does. */
export function sign(body: Uint8Array): string {
  return `sha256=${createHmac("sha256", APP_SECRET).update(body).digest("hex")}`;
}

/** Makes a probe; each test has its own. */
export function probe(): Probe {
  const stopped: string[] = [];
  const refused: string[] = [];
  let produced = 0;
  const stop = (name: string) => void stopped.push(name);
  const streams = streamRoutes(stop, () => void produced++);
  const routes: Readonly<Record<string, Route>> = { ...plainRoutes(stop), ...streams };
  return {
    stopped,
    refused,
    produced: () => produced,
    handle: async (request) => {
      const route = routes[`${request.method} ${request.path}`];
      if (!route) return undefined;
      try {
        return await route(request);
      } catch (error) {
        if (!(error instanceof Failure)) throw error;
        refused.push(error.code);
        return failureResponse(error, "req_1");
      }
    },
  };
}

function plainRoutes(stop: (name: string) => void): Readonly<Record<string, Route>> {
  const greeting = () => text(200, "grüße, 世界", { "x-probe": "yes" });
  return {
    "POST /webhooks/meta": receive,
    "POST /api/v1/echo": async (request) => json(201, readJson(await read(request))),
    "GET /api/v1/request": ({ query, headers, remoteAddress }) =>
      json(200, { query: [...query], header: headers["x-probe"], remoteAddress }),
    "POST /unauthorized": () => failureResponse(new Failure("unauthorized"), "req_2"),
    "GET /text": greeting,
    "HEAD /text": greeting,
    "DELETE /text": () => ({ status: 204, headers: {}, body: new Uint8Array() }),
    "GET /bytes": () => ({ status: 200, headers: BYTES, body: new Uint8Array([0, 255, 128]) }),
    "GET /throws": () => {
      throw new Error("kaput");
    },
    "GET /signal": async ({ signal }) => {
      signal.addEventListener("abort", () => stop("signal"));
      return text(200, "still here");
    },
    "GET /waits": async ({ signal }) => {
      await new Promise((resolve) => signal.addEventListener("abort", resolve));
      stop("waits");
      return text(200, "too late");
    },
  };
}

function streamRoutes(
  stop: (name: string) => void,
  count: () => void,
): Readonly<Record<string, Route>> {
  const idle = () => streamed(idling(() => stop("idle")));
  return {
    "GET /stream/finite": () => streamed(finite()),
    "GET /stream/endless": () => streamed(endless(count, () => stop("endless"))),
    "GET /stream/idle": idle,
    "HEAD /stream/idle": idle,
    "GET /stream/node": () => streamed(nodeStream(() => stop("node"))),
    "GET /stream/broken": () => streamed(broken()),
  };
}

async function receive(request: HttpRequest): Promise<HttpResponse> {
  const bytes = requireExact(await read(request));
  const expected = Buffer.from(sign(bytes));
  const given = Buffer.from(String(request.headers["x-hub-signature-256"]));
  if (given.length !== expected.length || !timingSafeEqual(given, expected)) {
    throw new Failure("signature_mismatch");
  }
  return text(200, `${bytes.byteLength} bytes`);
}

function read(request: HttpRequest) {
  return request.readBody(MAX_BODY_BYTES);
}

function streamed(body: AsyncIterable<Uint8Array>): HttpResponse {
  return { status: 200, headers: BYTES, body };
}

async function* finite() {
  yield Buffer.from("grü");
  yield new Uint8Array([0, 255]);
  yield Buffer.from("世界");
}

async function* endless(count: () => void, stop: () => void) {
  try {
    for (let chunk = 0; chunk < ENDLESS_CHUNKS; chunk++) {
      count();
      yield CHUNK;
    }
  } finally {
    stop();
  }
}

/** One chunk, and then nothing for ever: only `return` can end it. */
function idling(stop: () => void): AsyncIterable<Uint8Array> {
  let asked = 0;
  const next = async () => {
    asked++;
    if (asked > 1) await new Promise(() => {});
    return { done: false, value: Buffer.from("first") } as const;
  };
  const finish = async () => {
    stop();
    return { done: true, value: undefined } as const;
  };
  return { [Symbol.asyncIterator]: () => ({ next, return: finish }) };
}

/** As an HTTP client hands over what it downloads. */
function nodeStream(stop: () => void): Readable {
  const stream = new Readable({ read() {}, destroy: (error, done) => done(error) });
  stream.push("first");
  return stream.once("close", stop);
}

async function* broken() {
  yield Buffer.from("first");
  throw new Error("kaput");
}
