import type { Outcome } from "./signals.ts";
import type { Readiness } from "./signup.ts";

/** How far Meta's login is on this page. */
export interface SignupState {
  readonly readiness: Readiness;
  /** Of the last run of Meta's window; `null` before the first, and once it has led to something. */
  readonly outcome: Outcome | null;
  /** Whether the number of a WhatsApp Business app is to be connected. */
  readonly coexistence: boolean;
}

/** What a person can do about Meta's login. */
export interface SignupActions {
  readonly choose: (coexistence: boolean) => void;
  /** Opens Meta's window; only in a click handler. */
  readonly launch: () => void;
  /** Does without Meta's window; `null` where that is not possible. */
  readonly goHere: (() => void) | null;
  readonly cancel: () => void;
  /** Asks the hub again after it gave no answer. */
  readonly reopen: () => void;
}

/** The screens that a run of Meta's window leads to. */
export const OUTCOME_SCREENS = {
  open: "waiting",
  finished: "working",
  blocked: "blocked",
  left: "left",
  failed: "metaFailed",
} as const satisfies Record<Outcome["kind"], string>;
