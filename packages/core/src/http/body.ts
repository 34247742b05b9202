import { Failure } from "../failure.ts";
import type { Body, RequestHeaders } from "./message.ts";

/** Deeper JSON than this is an attack: no API and no notification nests half as deep. */
const MAX_JSON_DEPTH = 64;

/**
 * The bytes a signature was made over.
 *
 * @throws {Failure} `raw_body_unavailable` when a parser ran first and only its result is left. The
 *   message names the fix, because whoever reads it has just mounted the hub in the wrong place.
 */
export function requireExact(body: Body): Uint8Array {
  if (body.exact) return body.bytes;
  throw rawBodyUnavailable();
}

/** What to throw when the bytes are gone; see `requireExact`. */
export function rawBodyUnavailable(): Failure {
  return new Failure(
    "raw_body_unavailable",
    "Something read the body before wabakit, and its exact bytes are gone. Mount the hub before express.json() or bodyParser(), or keep the bytes with express.json({ verify: keepRawBody }).",
  );
}

/**
 * The JSON value of a body; an empty body is `{}`.
 *
 * @throws {Failure} `invalid_request` for malformed UTF-8, malformed JSON, or more than 64 levels.
 */
export function readJson(body: Body): unknown {
  if (body.bytes.byteLength === 0) return {};
  const value = parse(body.bytes);
  if (isDeeperThan(MAX_JSON_DEPTH, value)) {
    throw new Failure("invalid_request", "The JSON of the body is nested too deeply.");
  }
  return value;
}

/** @throws {Failure} `unsupported_encoding` for a compressed body: its size is not what it seems. */
export function refuseEncoding(headers: RequestHeaders): void {
  const encoding = headers["content-encoding"] ?? "identity";
  if (String(encoding).toLowerCase() !== "identity") throw new Failure("unsupported_encoding");
}

/** What to throw for a body of more than `maxBytes`. */
export function bodyTooLarge(maxBytes: number): Failure {
  return new Failure("body_too_large", `The request body is larger than ${maxBytes} bytes.`);
}

/** What to throw for a body whose sender hung up, or whose framing broke, before its end. */
export function bodyIncomplete(cause?: unknown): Failure {
  return new Failure("invalid_request", "The request body ended too early.", { cause });
}

function parse(bytes: Uint8Array): unknown {
  try {
    return JSON.parse(new TextDecoder("utf-8", { fatal: true }).decode(bytes));
  } catch (cause) {
    throw new Failure("invalid_request", "The request body is not valid JSON.", { cause });
  }
}

function isDeeperThan(levels: number, value: unknown): boolean {
  if (typeof value !== "object" || value === null) return false;
  if (levels === 0) return true;
  return Object.values(value).some((child) => isDeeperThan(levels - 1, child));
}
