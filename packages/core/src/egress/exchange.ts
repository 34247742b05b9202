import type { Agent, Dispatcher } from "undici";
import type { Clock } from "../clock.ts";
import { type Answered, type EgressAnswer, type Failed, failed } from "./answer.ts";
import { classify } from "./error-class.ts";
import { createResponseReader } from "./response-reader.ts";

/** A request that is ready to go, and how long it may take until the last byte of its answer. */
export interface Exchange {
  readonly options: Agent.DispatchOptions;
  readonly timeoutMs: number;
  readonly signal: AbortSignal | undefined;
}

/** Ends a connection; nobody sees it, since its exchange has been answered by then. */
const CUT = new Error("The answer is no longer wanted.");

/**
 * Sends one request and waits for what comes first: the answer, enough of it, an error, the
 * deadline, or the caller's signal. In the last two cases, and when enough was read, the connection
 * is destroyed: what still comes on it is nobody's answer.
 */
export function exchange(
  { agent, clock }: { readonly agent: Agent; readonly clock: Clock },
  { options, timeoutMs, signal }: Exchange,
): Promise<EgressAnswer> {
  const { promise, resolve } = Promise.withResolvers<EgressAnswer>();
  const startedAt = clock.now();
  const reader = createResponseReader();
  let control: Dispatcher.DispatchController | undefined;
  let over = false;

  const finish = (result: Answered | Failed) => {
    if (over) return;
    over = true;
    cancelDeadline();
    signal?.removeEventListener("abort", abort);
    resolve({ ...result, durationMs: Math.max(0, clock.now() - startedAt) });
  };
  const cut = (result: Answered | Failed) => {
    finish(result);
    control?.abort(CUT);
  };
  const abort = () => cut(failed("aborted", "The request was given up."));
  const expire = () => cut(failed("timeout", `No complete answer came within ${timeoutMs} ms.`));
  const cancelDeadline = clock.schedule(startedAt + timeoutMs, expire);
  signal?.addEventListener("abort", abort, { once: true });
  agent.dispatch(options, {
    onRequestStart(controller) {
      control = controller;
      // What was given up while it waited for a connection can be stopped only now.
      if (over) controller.abort(CUT);
    },
    onResponseStart: (_control, status, headers) => reader.start(status, headers),
    onResponseData: (_control, chunk) => {
      if (!reader.take(chunk)) cut(reader.answer());
    },
    onResponseEnd: () => finish(reader.answer()),
    onResponseError: (_control, error) => finish(classify(error)),
  });
  return promise;
}
