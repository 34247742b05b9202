/** Lower-case names; the shape node:http already has, so that no adapter copies headers. */
export type RequestHeaders = Readonly<Record<string, string | readonly string[] | undefined>>;

/** A request as a framework adapter hands it over: mapped, not parsed, body still unread. */
export interface HttpRequest {
  /** Upper case, e.g. `"POST"`. */
  readonly method: string;
  /** Below the mount point, without query, starting with `/`; still percent-encoded. */
  readonly path: string;
  readonly query: URLSearchParams;
  readonly headers: RequestHeaders;
  /**
   * Reads the whole body. Called at most once, and only for paths that are ours, so that a request
   * we decline reaches the host's next handler untouched.
   *
   * @throws {Failure} `body_too_large` beyond `maxBytes`, `unsupported_encoding` for a compressed
   *   body, `request_timeout` when it does not arrive in time, `invalid_request` when the sender
   *   hangs up in the middle.
   */
  readonly readBody: (maxBytes: number) => Promise<Body>;
  /** Aborts when the client hangs up before it was answered. */
  readonly signal: AbortSignal;
  /** The peer's IP address, `undefined` where the host does not know it. */
  readonly remoteAddress: string | undefined;
}

/** What was sent, and whether we may trust it byte for byte. */
export interface Body {
  readonly bytes: Uint8Array;
  /**
   * False when the host parsed the body first and the adapter had to serialise the value again:
   * good enough for JSON routes, useless for signatures.
   */
  readonly exact: boolean;
}

/** An answer as data; `http/node.ts` and `http/fetch.ts` write it. */
export interface HttpResponse {
  readonly status: number;
  /** Lower-case names. `content-length` is set by the writer. */
  readonly headers: Readonly<Record<string, string>>;
  /** Bytes, or a stream of them for what must not be held in memory. */
  readonly body: Uint8Array | AsyncIterable<Uint8Array>;
}

/** Answers a request, or resolves to `undefined` when the path is not ours. */
export type Handler = (request: HttpRequest) => Promise<HttpResponse | undefined>;
