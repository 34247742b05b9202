import type { Clock } from "../clock.ts";
import { Failure } from "../failure.ts";
import { measuredCall } from "../telemetry/measured-call.ts";
import type { Retry } from "./errors.ts";
import { type GraphCall, secretsOf, toWire } from "./graph-call.ts";
import { interpret, type Understanding } from "./interpret.ts";
import { createTransport, type Outcome } from "./transport.ts";
import { type GraphUsage, readUsage } from "./usage.ts";

/** Asks the Graph API. */
export interface GraphClient {
  /**
   * Makes one call. A read is tried up to three times while Meta cannot be reached, fails or
   * throttles, each time with a deadline of its own; a write is sent once.
   *
   * @throws {Failure} What Meta's refusal means (see `errors.ts`), with Meta's words in
   *   `context.meta`: `meta_rejected`, `meta_token_expired`, `meta_throttled`, `window_closed`,
   *   `webhook_subscribe_failed`, `code_exchange_failed`. `meta_unavailable` when nothing was done
   *   and trying again can help; `meta_outcome_unknown` when a write may have been done, so nobody
   *   may repeat it blindly. No failure holds a token, a secret or a code, whatever Meta said.
   */
  readonly call: <Value>(call: GraphCall<Value>) => Promise<Value>;
  /** Waits for the requests under way and closes the connections. Calls made later fail. */
  readonly close: () => Promise<void>;
}

/** How to reach the Graph API. */
export interface GraphClientOptions {
  /** Defaults to `https://graph.facebook.com`; may have a path. */
  readonly graphUrl?: string;
  /** Defaults to `v25.0`. Meta keeps a version for about two years. */
  readonly graphVersion?: string;
  readonly clock: Clock;
  /** A number in [0, 1) that spreads retries. */
  readonly random?: () => number;
  /** Milliseconds for one try, from dialling to the last byte; 10,000 by default. */
  readonly timeoutMs?: number;
  /** Hears what the rate headers of an answer say. Must not throw. */
  readonly onUsage?: (usage: GraphUsage) => void;
}

/** Pauses before the second and the third try of a read. */
const WAITS_MS = [300, 1_200];

/** Stretches a pause by up to this share of it, so that callers do not come back all at once. */
const JITTER = 0.5;

const REPEATABLE: ReadonlySet<Retry> = new Set<Retry>(["backoff", "later"]);

/**
 * Makes a client for one Graph API. It keeps connections alive between calls and follows no
 * redirects; answers over 1 MiB count as unreadable.
 */
export function createGraphClient(options: GraphClientOptions): GraphClient {
  const { graphUrl = "https://graph.facebook.com", graphVersion = "v25.0" } = options;
  const { clock, random = Math.random, timeoutMs = 10_000, onUsage } = options;
  const { origin, hostname, pathname } = new URL(graphUrl);
  const root = `${pathname.replace(/\/$/, "")}/${graphVersion}`;
  const transport = createTransport({ origin, clock, timeoutMs });

  async function tryOnce<Value>(call: GraphCall<Value>): Promise<Understanding<Value>> {
    const outcome = await transport.ask(toWire(root, call));
    const usage = outcome.kind === "answered" ? readUsage(outcome.headers) : undefined;
    if (usage) onUsage?.(usage);
    return understand(outcome, call);
  }

  async function ask<Value>(call: GraphCall<Value>): Promise<Value> {
    for (const waitMs of call.method === "GET" ? WAITS_MS : []) {
      const understood = await tryOnce(call);
      if (!mayRepeat(understood)) return resultOf(understood);
      await pause(clock, waitMs * (1 + JITTER * random()));
    }
    return resultOf(await tryOnce(call));
  }

  return {
    call: (call) => measuredCall({ method: call.method, host: hostname }, () => ask(call)),
    close: transport.close,
  };
}

function understand<Value>(outcome: Outcome, call: GraphCall<Value>): Understanding<Value> {
  const isWrite = call.method !== "GET";
  if (outcome.kind === "answered") {
    return interpret(outcome, call.schema, { isWrite, secrets: secretsOf(call) });
  }
  const { kind, reason } = outcome;
  if (isWrite && kind === "unanswered") {
    const message = `Meta did not answer (${reason}): it may or may not have done it.`;
    return { failure: new Failure("meta_outcome_unknown", message), retry: "no" };
  }
  const what = kind === "unsent" ? "could not be reached" : "did not answer";
  return { failure: new Failure("meta_unavailable", `Meta ${what} (${reason}).`), retry: "later" };
}

/** A failure that names its own pause, minutes at least, is the caller's to repeat. */
function mayRepeat(understood: Understanding<unknown>): boolean {
  if ("value" in understood) return false;
  return REPEATABLE.has(understood.retry) && understood.failure.retryAfterMs === undefined;
}

function resultOf<Value>(understood: Understanding<Value>): Value {
  if ("value" in understood) return understood.value;
  throw understood.failure;
}

function pause(clock: Clock, ms: number): Promise<void> {
  return new Promise((resolve) => void clock.schedule(clock.now() + ms, resolve));
}
