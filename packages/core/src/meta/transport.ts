import { Agent, type Dispatcher } from "undici";
import type { Clock } from "../clock.ts";

/** A request as it goes over the wire. */
export interface WireRequest {
  readonly method: "GET" | "POST" | "DELETE";
  /** Below the origin, with the query. */
  readonly path: string;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: string | null;
}

/** What became of a request. `reason` is a code for people, never words from outside. */
export type Outcome =
  | {
      readonly kind: "answered";
      readonly status: number;
      readonly headers: Readonly<Record<string, string | readonly string[] | undefined>>;
      readonly text: string;
    }
  /** Not a byte of it left this machine. */
  | { readonly kind: "unsent"; readonly reason: string }
  /** It was sent, at least in part, and there is no whole answer. */
  | { readonly kind: "unanswered"; readonly reason: string };

/** One server, asked over and over. */
export interface Transport {
  /** Asks once: no retries, no redirects. Never rejects. */
  readonly ask: (request: WireRequest) => Promise<Outcome>;
  /** Waits for what is under way, then lets go of the connections. */
  readonly close: () => Promise<void>;
}

/** What a transport needs to know. */
export interface TransportOptions {
  readonly origin: string;
  readonly clock: Clock;
  /** Milliseconds from `ask` to the last byte of the answer. */
  readonly timeoutMs: number;
}

/** Meta's longest lists stay far below this. */
const MAX_ANSWER_BYTES = 1024 * 1024;

/**
 * Makes the one place where a request for Meta leaves this machine.
 *
 * It listens to undici's lowest layer, because only there one can see whether a request was written:
 * of the calls above it none tells a connection that never came about from one that broke off.
 */
export function createTransport({ origin, clock, timeoutMs }: TransportOptions): Transport {
  const agent = new Agent({
    // HTTP/2 repeats refused streams by itself; here nothing may be sent twice unasked.
    allowH2: false,
    connect: { timeout: timeoutMs },
    // The deadline below covers both.
    headersTimeout: 0,
    bodyTimeout: 0,
    maxResponseSize: MAX_ANSWER_BYTES,
  });
  let closed: Promise<void> | undefined;

  return {
    ask: (request) =>
      new Promise((resolve) => {
        const exchange = listen((outcome) => {
          cancelDeadline();
          resolve(outcome);
        });
        const cancelDeadline = clock.schedule(clock.now() + timeoutMs, exchange.expire);
        agent.dispatch({ ...request, origin }, exchange.handler);
      }),
    close() {
      closed ??= agent.close();
      return closed;
    },
  };
}

interface Exchange {
  readonly handler: Dispatcher.DispatchHandler;
  readonly expire: () => void;
}

/** Follows one request and settles once; what happens after that changes nothing. */
function listen(settle: (outcome: Outcome) => void): Exchange {
  const chunks: Buffer[] = [];
  let written: Dispatcher.DispatchController | undefined;
  let head: Pick<Extract<Outcome, { kind: "answered" }>, "status" | "headers">;
  let expired = false;

  const fail = (reason: string) => settle({ kind: written ? "unanswered" : "unsent", reason });
  return {
    expire() {
      expired = true;
      fail("deadline exceeded");
      written?.abort(new Error("Deadline exceeded."));
    },
    handler: {
      onRequestStart(controller) {
        // The connection came too late: we have said "unsent", so it must stay unsent.
        if (expired) controller.abort(new Error("Deadline exceeded."));
        else written = controller;
      },
      onResponseStart(_, status, headers) {
        head = { status, headers };
      },
      onResponseData: (_, chunk) => void chunks.push(chunk),
      onResponseEnd: () => settle({ kind: "answered", ...head, text: `${Buffer.concat(chunks)}` }),
      onResponseError: (_, error) => fail(reasonOf(error)),
    },
  };
}

/** The error itself stays here: a parser's error carries the bytes it choked on, tokens and all. */
function reasonOf(error: Error): string {
  const code = "code" in error ? String(error.code) : "";
  return /^[A-Z][A-Z0-9_]*$/.test(code) ? code : "network error";
}
