import type { RefusalReason } from "../ask-hub.ts";
import { OUTCOME_SCREENS } from "../signup/signup-state.ts";
import { canSignUp, type View } from "../view.ts";
import type { OnboardState } from "./onboard-state.ts";

const REFUSALS = {
  missing: "missing",
  closed: "elsewhere",
  forbidden: "elsewhere",
  unavailable: "unavailable",
} as const satisfies Record<RefusalReason, string>;

const STATUSES = {
  created: "welcome",
  started: "welcome",
  exchanging: "working",
  choose_number: "number",
  subscribing: "working",
  completed: "completed",
  failed: "failed",
  cancelled: "cancelled",
  expired: "expired",
} as const satisfies Record<View["status"], string>;

/** The screens of the onboarding page. */
export type OnboardScreen =
  | "loading"
  | "pin"
  | (typeof REFUSALS)[RefusalReason]
  | (typeof STATUSES)[View["status"]]
  | (typeof OUTCOME_SCREENS)[keyof typeof OUTCOME_SCREENS];

type ScreenParts = Pick<OnboardState, "refusal" | "view" | "busy" | "outcome">;

/** Which screen a person sees. */
export function screenOf({ refusal, view, busy, outcome }: ScreenParts): OnboardScreen {
  if (refusal) return REFUSALS[refusal];
  if (!view || busy === "shortly") return "loading";
  if (busy) return "working";
  return outcome && canSignUp(view) ? OUTCOME_SCREENS[outcome.kind] : screenOfView(view);
}

function screenOfView(view: View): OnboardScreen {
  const { status, retry, errorCategory } = view;
  if (status === "failed" && retry === "pin") return "pin";
  if (status === "failed" && retry === "number") return "number";
  return canSignUp(view) && errorCategory ? "failed" : STATUSES[status];
}
