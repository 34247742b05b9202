import { bodyIncomplete, bodyTooLarge, rawBodyUnavailable, refuseEncoding } from "./body.ts";
import { type BodyOptions, withinDeadline } from "./deadline.ts";
import type { Body, Handler, HttpRequest, HttpResponse, RequestHeaders } from "./message.ts";
import { release } from "./pump.ts";
import { splitTarget } from "./target.ts";

type Reader = ReadableStreamDefaultReader<Uint8Array>;

/** The Fetch standard refuses to build a `Response` with a body for these. */
const BODYLESS: readonly number[] = [101, 204, 205, 304];

/**
 * Serves hosts that speak the Fetch standard. `undefined` means "not mine": the request is as it
 * was, its body unread. A body that was refused is left where it is; cancelling it would make some
 * hosts cut the connection before the answer is out.
 */
export function fetchHandler(
  handle: Handler,
  options: BodyOptions = {},
): (request: Request) => Promise<Response | undefined> {
  return async (request) => {
    const response = await handle(fromFetch(request, options));
    return response && toFetch(request.method, response);
  };
}

function fromFetch(request: Request, options: BodyOptions): HttpRequest {
  const { path, search } = splitTarget(request.url);
  const headers = Object.fromEntries(request.headers);
  return {
    method: request.method,
    path,
    query: new URLSearchParams(search),
    headers,
    readBody: (maxBytes) => readBody(request, headers, { ...options, maxBytes }),
    signal: request.signal,
    remoteAddress: undefined,
  };
}

async function readBody(
  { body, bodyUsed }: Request,
  headers: RequestHeaders,
  { maxBytes, ...options }: BodyOptions & { readonly maxBytes: number },
): Promise<Body> {
  if (bodyUsed || body?.locked) throw rawBodyUnavailable();
  refuseEncoding(headers);
  if (Number(headers["content-length"]) > maxBytes) throw bodyTooLarge(maxBytes);
  if (!body) return { bytes: new Uint8Array(), exact: true };

  const reader: Reader = body.getReader();
  try {
    return { bytes: await withinDeadline(readAll(reader, maxBytes), options), exact: true };
  } finally {
    reader.releaseLock();
  }
}

async function readAll(reader: Reader, maxBytes: number): Promise<Uint8Array> {
  const chunks: Uint8Array[] = [];
  let bytes = 0;
  for (let step = await next(reader); !step.done; step = await next(reader)) {
    bytes += step.value.byteLength;
    if (bytes > maxBytes) throw bodyTooLarge(maxBytes);
    chunks.push(step.value);
  }
  return Buffer.concat(chunks, bytes);
}

async function next(reader: Reader) {
  try {
    return await reader.read();
  } catch (cause) {
    throw bodyIncomplete(cause);
  }
}

function toFetch(method: string, { status, headers, body }: HttpResponse): Response {
  const isBodyless = BODYLESS.includes(status);
  const isSilent = isBodyless || method === "HEAD";
  if (!(body instanceof Uint8Array)) {
    if (isSilent) release(body);
    return new Response(isSilent ? null : webStream(body), { status, headers });
  }
  const length = { "content-length": String(body.byteLength) };
  const init = { status, headers: isBodyless ? headers : { ...headers, ...length } };
  return new Response(isSilent ? null : body, init);
}

function webStream(body: AsyncIterable<Uint8Array>): ReadableStream<Uint8Array> {
  const source = body[Symbol.asyncIterator]();
  return new ReadableStream<Uint8Array>(
    {
      async pull(controller) {
        const { done, value } = await source.next();
        if (done) controller.close();
        else controller.enqueue(value);
      },
      cancel: () => release(body, source),
    },
    // Nothing is asked of the source before the client asks for it.
    { highWaterMark: 0 },
  );
}
