import type { IncomingMessage, ServerResponse } from "node:http";
import { getRawBody } from "raw-body";
import { bodyIncomplete, bodyTooLarge, rawBodyUnavailable, refuseEncoding } from "./body.ts";
import { type BodyOptions, withinDeadline } from "./deadline.ts";
import { linger } from "./linger.ts";
import type { Body, HttpRequest, HttpResponse } from "./message.ts";
import { pump, release } from "./pump.ts";
import { splitTarget } from "./target.ts";

/** A request and its response as a framework on node:http holds them. */
export interface NodeExchange {
  readonly req: IncomingMessage;
  readonly res: ServerResponse;
  /** Path and query below the mount point. */
  readonly url: string;
  /** What a body parser made of the body, if one ran. */
  readonly body?: unknown;
  /** What a body parser kept of the body; trusted byte for byte when it is a `Uint8Array`. */
  readonly rawBody?: unknown;
}

/**
 * Maps a request without touching its body. What most requests never need (query, signal, address)
 * is made on first use.
 *
 * The body comes from the first of: the stream, if nobody has read of it; a `rawBody` of bytes; a
 * `body` of bytes; and, no longer exact, whatever a parser left.
 */
export function fromNode(exchange: NodeExchange, options: BodyOptions = {}): HttpRequest {
  const { req, res } = exchange;
  const { path, search } = splitTarget(exchange.url);
  let query: URLSearchParams | undefined;
  let signal: AbortSignal | undefined;
  return {
    method: req.method ?? "GET",
    path,
    get query() {
      query ??= new URLSearchParams(search);
      return query;
    },
    headers: req.headers,
    readBody: (maxBytes) => readBody(exchange, maxBytes, options),
    get signal() {
      signal ??= hangUpSignal(res);
      return signal;
    },
    get remoteAddress() {
      return req.socket.remoteAddress;
    },
  };
}

/**
 * Writes an answer: status, headers, body, and its length in bytes. Resolves when it is handed to
 * the socket, or when the client has gone. Where the request was answered before its body had
 * arrived, the connection ends after the answer, and not before the client could read it.
 *
 * @throws What a streamed body throws; the connection is cut then, so that no client takes the
 *   beginning for the whole.
 */
export async function toNode(res: ServerResponse, response: HttpResponse): Promise<void> {
  const { body } = response;
  const isOurs = !res.headersSent && !res.destroyed;
  if (isOurs) writeHead(res, response);
  if (!isOurs || !mayHaveBody(res)) {
    if (!(body instanceof Uint8Array)) release(body);
    return isOurs ? finish(res) : undefined;
  }
  if (body instanceof Uint8Array) return finish(res, body);
  res.flushHeaders();
  await pump(res, body).catch((error: unknown) => cut(res, error));
  return finish(res);
}

function writeHead(res: ServerResponse, { status, headers, body }: HttpResponse): void {
  res.statusCode = status;
  // Not with `writeHead`, which hides them from a host's access log.
  for (const [name, value] of Object.entries(headers)) res.setHeader(name, value);
  if (isCutShort(res.req)) res.setHeader("connection", "close");
  if (!(body instanceof Uint8Array) || isBodyless(status)) return;
  res.setHeader("content-length", body.byteLength);
}

async function finish(res: ServerResponse, bytes?: Uint8Array): Promise<void> {
  if (!isCutShort(res.req)) return void res.end(bytes);
  res.flushHeaders();
  if (bytes) res.write(bytes);
  await linger(res.req);
  res.end();
}

function cut(res: ServerResponse, error: unknown): void {
  if (res.destroyed) return;
  res.destroy();
  throw error;
}

/** HTTP/2 ends one stream without the others, and knows no `connection` header. */
function isCutShort(req: IncomingMessage): boolean {
  return !req.complete && req.httpVersionMajor < 2;
}

function mayHaveBody(res: ServerResponse): boolean {
  return res.req.method !== "HEAD" && !isBodyless(res.statusCode);
}

function isBodyless(status: number): boolean {
  return status === 204 || status === 304;
}

function hangUpSignal(res: ServerResponse): AbortSignal {
  const controller = new AbortController();
  const hangUp = () => {
    if (!res.writableEnded) controller.abort();
  };
  if (res.destroyed) hangUp();
  else res.once("close", hangUp);
  return controller.signal;
}

async function readBody(
  { req, body, rawBody }: NodeExchange,
  maxBytes: number,
  options: BodyOptions,
): Promise<Body> {
  if (isUntouched(req)) return { bytes: await readStream(req, maxBytes, options), exact: true };
  const kept = exactly(rawBody) ?? exactly(body) ?? emptyBody(req) ?? again(rawBody, body);
  if (!kept) throw hasHungUp(req) ? bodyIncomplete() : rawBodyUnavailable();
  if (kept.bytes.byteLength > maxBytes) throw bodyTooLarge(maxBytes);
  return kept;
}

/** Anything less, and bytes may be missing or the end may have passed: waiting for it would hang. */
function isUntouched(req: IncomingMessage): boolean {
  return (
    req.readable &&
    !req.readableDidRead &&
    req.readableEncoding === null &&
    req.listenerCount("readable") === 0
  );
}

async function readStream(
  req: IncomingMessage,
  maxBytes: number,
  options: BodyOptions,
): Promise<Uint8Array> {
  refuseEncoding(req.headers);
  const length = req.headers["content-length"] ?? null;
  const reading = getRawBody(req, { length, limit: maxBytes }).catch((error: unknown) => {
    throw isTooLarge(error) ? bodyTooLarge(maxBytes) : bodyIncomplete(error);
  });
  // A host may have paused it while it made up its mind; listening alone does not wake it then.
  req.resume();
  return withinDeadline(reading, options);
}

function isTooLarge(error: unknown): boolean {
  return error instanceof Error && "type" in error && error.type === "entity.too.large";
}

function exactly(kept: unknown): Body | undefined {
  return kept instanceof Uint8Array ? { bytes: kept, exact: true } : undefined;
}

/** A stream that ended without a single chunk had nothing to lose. */
function emptyBody(req: IncomingMessage): Body | undefined {
  if (!req.readableEnded || req.readableDidRead) return undefined;
  return { bytes: new Uint8Array(), exact: true };
}

/** A decoded string is closer to what was sent than a parsed value, but neither is what was sent. */
function again(rawBody: unknown, body: unknown): Body | undefined {
  const value = typeof rawBody === "string" ? rawBody : body;
  if (value === undefined) return undefined;
  const text = typeof value === "string" ? value : JSON.stringify(value);
  return { bytes: Buffer.from(text), exact: false };
}

function hasHungUp(req: IncomingMessage): boolean {
  return req.destroyed && !req.readableEnded;
}
