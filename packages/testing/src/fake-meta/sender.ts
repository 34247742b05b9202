import type { Dispatcher } from "undici";
import { serializeLikeMeta } from "./serialize-like-meta.ts";
import { signLikeMeta } from "./sign-like-meta.ts";
import { appOf, type State } from "./state.ts";

/** What a notification is made from. */
export interface SignOptions {
  /** Whose secret signs; the first app's when left out. */
  readonly appId?: string;
  /** Signs with this one instead, as after a rotation or by a forger. */
  readonly appSecret?: string;
  /** Grows a serialised body to exactly this many bytes; Meta's largest is 3 MB. */
  readonly padToBytes?: number;
  /** Adds headers, or replaces those of the same lower-case name. */
  readonly headers?: Readonly<Record<string, string>>;
}

/** How a notification is sent. */
export interface SendOptions extends SignOptions {
  /** How long an answer may take; 20,000 when left out. Real time. */
  readonly timeoutMs?: number;
}

/** A notification as it goes over the wire. */
export interface SignedRequest {
  readonly body: Buffer;
  readonly headers: Readonly<Record<string, string>>;
}

/** What the receiver answered. */
export interface SendResult {
  readonly status: number;
  readonly headers: Readonly<Record<string, string | string[] | undefined>>;
  readonly body: string;
}

/** Sends what Meta would send. */
export interface Sender {
  /**
   * A notification as bytes and headers, for hosts that are tested without a socket. A `Uint8Array`
   * is signed as it is, every other payload is serialised as Meta does.
   *
   * @throws {RangeError} When the payload is larger than `padToBytes`.
   */
  readonly sign: (payload: unknown, options?: SignOptions) => SignedRequest;
  /** Signs and posts once. @throws What undici throws when there is no answer. */
  readonly send: (target: string, payload: unknown, options?: SendOptions) => Promise<SendResult>;
}

/** A sender that signs with the secrets of `state`. */
export function sender(state: State, dispatcher: Dispatcher): Sender {
  const sign: Sender["sign"] = (payload, options = {}) => {
    const body = bytesOf(payload, options.padToBytes);
    const secret = options.appSecret ?? appOf(state, options.appId).appSecret;
    return {
      body,
      headers: {
        "content-type": "application/json",
        "user-agent": "facebookexternalua",
        ...signLikeMeta(body, secret),
        ...options.headers,
      },
    };
  };

  return {
    sign,
    async send(target, payload, options = {}) {
      const { body, headers } = sign(payload, options);
      const { origin, pathname, search } = new URL(target);
      const { timeoutMs = 20_000 } = options;
      const response = await dispatcher.request({
        origin,
        path: `${pathname}${search}`,
        method: "POST",
        headers,
        body,
        headersTimeout: timeoutMs,
        bodyTimeout: timeoutMs,
      });
      const text = await response.body.text();
      return { status: response.statusCode, headers: response.headers, body: text };
    },
  };
}

function bytesOf(payload: unknown, padToBytes: number | undefined): Buffer {
  if (payload instanceof Uint8Array) return Buffer.from(payload);
  return padToBytes === undefined ? serializeLikeMeta(payload) : padded(payload, padToBytes);
}

/** Pads with a member nobody knows: a receiver has to parse it and may not mind it. */
function padded(payload: unknown, bytes: number): Buffer {
  const pad = (filler: string) => serializeLikeMeta({ ...Object(payload), _padding: filler });
  const missing = bytes - pad("").length;
  if (missing < 0) throw new RangeError(`The payload is ${-missing} bytes too large to pad.`);
  return pad("x".repeat(missing));
}
