import type { Outcome } from "../signup/signals.ts";
import type { OnboardState } from "./onboard-state.ts";

/**
 * What the last run of Meta's window came to: in this page, or before it was loaded, as when it ran in
 * this very window.
 */
export function lastRun({ outcome, view }: Pick<OnboardState, "outcome" | "view">): Outcome | null {
  if (outcome || !view?.signal) return outcome;
  const { event, errorMessage } = view.signal;
  if (event === "POPUP_BLOCKED") return { kind: "blocked" };
  const details = errorMessage === null ? {} : { errorMessage };
  return { kind: event === "CANCEL" ? "left" : "failed", details };
}
