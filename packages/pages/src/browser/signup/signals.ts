import type { Finish, MetaMessage, Stop, StopDetails } from "./read-message.ts";

/**
 * What one run of Meta's window has told so far. There are two sources, in either order: the messages
 * of the window, and the answer to the login call, which has the code.
 */
export interface Evidence {
  readonly launchedAt: number;
  /** Whether a number of the WhatsApp Business app was asked for. */
  readonly launchedCoexistence: boolean;
  readonly code: string | null;
  /** When the login call came back without a code. */
  readonly closedAt: number | null;
  readonly finish: Finish | null;
  readonly stop: Stop | null;
  /** The ids have had their time: the hub finds them out from the token. */
  readonly hasWaited: boolean;
}

export type Signal =
  | { readonly kind: "message"; readonly message: MetaMessage }
  | { readonly kind: "answer"; readonly code: string | null; readonly at: number }
  | { readonly kind: "waited" };

/** What a person brought back from Meta. */
export interface SignupResult {
  readonly code: string;
  readonly wabaId: string | null;
  readonly phoneNumberId: string | null;
  readonly coexistence: boolean;
}

export type Outcome =
  /** Meta's window is open, as far as we know. */
  | { readonly kind: "open" }
  | { readonly kind: "finished"; readonly result: SignupResult }
  /** The browser did not let the window open. */
  | { readonly kind: "blocked" }
  | { readonly kind: "left"; readonly details: StopDetails }
  | { readonly kind: "failed"; readonly details: StopDetails };

/** Nobody closes a window this fast: it was never there. */
const BLOCKED_WITHIN_MS = 500;

/** The evidence of a window that was opened just now. */
export function launched(launchedAt: number, launchedCoexistence: boolean): Evidence {
  const nothing = { code: null, closedAt: null, finish: null, stop: null, hasWaited: false };
  return { launchedAt, launchedCoexistence, ...nothing };
}

/** Adds what was heard. The first of a kind counts: a repeated signal changes nothing. */
export function addSignal(evidence: Evidence, signal: Signal): Evidence {
  if (signal.kind === "waited") return { ...evidence, hasWaited: true };
  if (signal.kind === "answer") {
    return signal.code === null
      ? { ...evidence, closedAt: evidence.closedAt ?? signal.at }
      : { ...evidence, code: evidence.code ?? signal.code };
  }
  return signal.message.kind === "finish"
    ? { ...evidence, finish: evidence.finish ?? signal.message }
    : { ...evidence, stop: evidence.stop ?? signal.message };
}

/**
 * What the evidence amounts to. A code is the strongest: Meta gives it only to who went all the way,
 * so it outweighs a `CANCEL`, and a `FINISH` outweighs one, too.
 */
export function outcomeOf(evidence: Evidence): Outcome {
  const { code, closedAt, finish, stop, hasWaited, launchedAt } = evidence;
  if (code !== null) {
    const isComplete = finish !== null || stop !== null || hasWaited;
    return isComplete ? { kind: "finished", result: resultOf(evidence, code) } : { kind: "open" };
  }
  if (finish) {
    const details = { errorMessage: "Meta's window finished without a code." };
    return closedAt === null ? { kind: "open" } : { kind: "failed", details };
  }
  if (stop) return { kind: stop.event === "ERROR" ? "failed" : "left", details: stop.details };
  if (closedAt === null) return { kind: "open" };
  const wasBlocked = closedAt - launchedAt < BLOCKED_WITHIN_MS;
  return wasBlocked ? { kind: "blocked" } : { kind: "left", details: {} };
}

function resultOf({ finish, launchedCoexistence }: Evidence, code: string): SignupResult {
  return {
    code,
    wabaId: finish?.wabaId ?? null,
    phoneNumberId: finish?.phoneNumberId ?? null,
    coexistence: launchedCoexistence || finish?.coexistence === true,
  };
}
