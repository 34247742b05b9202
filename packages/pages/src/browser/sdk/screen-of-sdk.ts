import { OUTCOME_SCREENS } from "../signup/signup-state.ts";
import type { SdkState } from "./sdk-window.ts";

/** The screens of the SDK's window. */
export type SdkScreen =
  | "loading"
  | "welcome"
  | "missing"
  | "unavailable"
  | "noOpener"
  | "sent"
  | (typeof OUTCOME_SCREENS)[keyof typeof OUTCOME_SCREENS];

/** Which screen a person sees in the SDK's window. */
export function screenOfSdk({ view, refusal, hasOpener, isDone, outcome }: SdkState): SdkScreen {
  if (!hasOpener) return "noOpener";
  if (isDone) return "sent";
  if (refusal) return refusal === "unavailable" ? "unavailable" : "missing";
  if (!view) return "loading";
  return outcome ? OUTCOME_SCREENS[outcome.kind] : "welcome";
}
