import { STATUS_CODES } from "node:http";
import type { Clock } from "@wabakit/core";
import { type Dispatcher, request } from "undici";
import { refusals } from "./graph-error.ts";

/** Asks a callback to prove that it expects us; resolves when it did. */
export type Handshake = (callback: Callback) => Promise<void>;

/** A callback someone wants to register. */
export interface Callback {
  readonly url: string;
  readonly verifyToken: string;
}

interface HandshakeParts {
  readonly clock: Clock;
  readonly dispatcher: Dispatcher;
  /** Integrators report about 6 s; Meta does not say. */
  readonly timeoutMs: number;
  /** A number no receiver can know in advance. */
  readonly nextChallenge: () => string;
}

/** Meta's longest override URL. */
const MAX_URL_LENGTH = 200;

/**
 * Meta's verification GET (webhooks/create-webhook-endpoint): status 200 and the challenge as body,
 * redirects not followed.
 *
 * @throws {GraphError} 100 for something that is no URL, 2200 for a callback that does not answer
 *   as it should.
 */
export function handshakeOver(parts: HandshakeParts): Handshake {
  return async ({ url, verifyToken }) => {
    const target = callbackUrl(url);
    const challenge = parts.nextChallenge();
    target.searchParams.set("hub.mode", "subscribe");
    target.searchParams.set("hub.challenge", challenge);
    target.searchParams.set("hub.verify_token", verifyToken);

    const answer = await ask(parts, target);
    const status = `HTTP Status Code = ${answer.status}; HTTP Message = ${STATUS_CODES[answer.status]}`;
    if (answer.status !== 200) throw refusals.callbackUnverified(status);
    if (answer.body !== challenge) {
      throw refusals.callbackUnverified(`Response does not match challenge; ${status}`);
    }
  };
}

function callbackUrl(url: string): URL {
  const target = URL.parse(url);
  const isHttp = target?.protocol === "https:" || target?.protocol === "http:";
  if (!target || !isHttp || url.length > MAX_URL_LENGTH) throw refusals.callbackUriInvalid();
  return target;
}

async function ask({ clock, dispatcher, timeoutMs }: HandshakeParts, target: URL) {
  const deadline = new AbortController();
  const cancel = clock.schedule(clock.now() + timeoutMs, () => deadline.abort());
  try {
    const { signal } = deadline;
    // A connection of its own: nobody's kept-alive socket may decide whether a callback is verified.
    const response = await request(target, { dispatcher, signal, reset: true });
    return { status: response.statusCode, body: await response.body.text() };
  } catch {
    const [errno, because] = deadline.signal.aborted
      ? [28, "Operation timed out"]
      : [7, "Failed to connect"];
    throw refusals.callbackUnverified(
      `curl_errno = ${errno}; curl_error = ${because}; HTTP Status Code = 0`,
    );
  } finally {
    cancel();
  }
}
