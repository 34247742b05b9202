import type { IncomingHttpHeaders, IncomingMessage } from "node:http";
import { buffer } from "node:stream/consumers";

/** A call to the fake Graph API, as it arrived. */
export interface RecordedRequest {
  readonly method: string;
  /** Below the version, e.g. `/104996122390001/subscribed_apps`. */
  readonly path: string;
  /** E.g. `v25.0`; empty when the caller forgot it. */
  readonly version: string;
  /** Path and query exactly as sent: the place to look for leaked secrets. */
  readonly url: string;
  readonly query: URLSearchParams;
  readonly headers: IncomingHttpHeaders;
  /** As text, unparsed. */
  readonly body: string;
  /** Milliseconds since the epoch, by this Meta's clock. */
  readonly at: number;
}

const VERSIONED = /^\/(v\d+\.0)(\/.*)$/;

/** Reads a request to its end. */
export async function recordRequest(
  request: IncomingMessage,
  at: number,
): Promise<RecordedRequest> {
  const { method = "", url = "/", headers } = request;
  const { pathname, searchParams: query } = new URL(url, "http://graph");
  const [, version = "", path = pathname] = VERSIONED.exec(pathname) ?? [];
  const body = (await buffer(request)).toString("utf8");
  return { method, path, version, url, query, headers, body, at };
}
