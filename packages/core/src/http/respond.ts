import type { Failure } from "../failure.ts";
import type { HttpResponse } from "./message.ts";

type Fields = HttpResponse["headers"];

/** An answer that is whole in memory. */
export interface WholeResponse extends HttpResponse {
  readonly body: Uint8Array;
}

/** Stops browsers from guessing that an answer is a page. */
const NO_SNIFFING = { "x-content-type-options": "nosniff" };

const JSON_TYPE = { "content-type": "application/json; charset=utf-8" };
const TEXT_TYPE = { "content-type": "text/plain; charset=utf-8" };

/** How soon to come back when a backend is down, or Meta throttles, and nobody knows for how long. */
const UNAVAILABLE_RETRY_AFTER_MS = 5_000;

/** An answer in JSON. */
export function json(status: number, value: unknown, headers: Fields = {}): WholeResponse {
  return encoded(status, JSON.stringify(value), { ...JSON_TYPE, ...headers });
}

/** An answer in plain text that no browser takes for anything else, whatever a caller got into it. */
export function text(status: number, body: string, headers: Fields = {}): WholeResponse {
  return encoded(status, body, { ...TEXT_TYPE, ...headers });
}

/**
 * Presents a refusal: `{ error: { type, code, message, ...context }, requestId }`, with
 * `x-request-id`, and `retry-after` in whole seconds where a retry can help.
 */
export function failureResponse(failure: Failure, requestId: string): WholeResponse {
  const { type, code, message, context } = failure;
  const body = { error: { type, code, message, ...context }, requestId };
  return json(failure.status, body, { "x-request-id": requestId, ...retryAfter(failure) });
}

/** The same answer with more headers. */
export function withHeaders<Response extends HttpResponse>(
  response: Response,
  headers: Fields,
): Response {
  return { ...response, headers: { ...response.headers, ...headers } };
}

const LATER: ReadonlySet<number> = new Set([429, 503]);

function retryAfter({ status, retryAfterMs }: Failure): Fields {
  const waitMs = retryAfterMs ?? (LATER.has(status) ? UNAVAILABLE_RETRY_AFTER_MS : undefined);
  return waitMs === undefined ? {} : { "retry-after": String(Math.ceil(waitMs / 1000)) };
}

function encoded(status: number, body: string, headers: Fields): WholeResponse {
  return { status, headers: { ...NO_SNIFFING, ...headers }, body: Buffer.from(body) };
}
