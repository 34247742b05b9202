import type { RefusalReason } from "../ask-hub.ts";
import type { SignupActions, SignupState } from "../signup/signup-state.ts";
import type { View } from "../view.ts";

/** Whatever the onboarding page shows depends on. */
export interface OnboardState extends SignupState {
  readonly view: View | null;
  readonly refusal: RefusalReason | null;
  /** A request is under way: a short one, or one that connects the number. */
  readonly busy: "shortly" | "connecting" | null;
  /** What is wrong with what a form was sent with. */
  readonly problem: "chooseFirst" | "pinShape" | "pinWrong" | null;
}

/** What a person can do on the onboarding page. */
export interface OnboardActions extends SignupActions {
  readonly resume: () => void;
  readonly enterPin: (pin: string) => void;
  readonly chooseNumber: (phoneNumberId: string | null) => void;
}

/** Before the hub has told anything. */
export const NOTHING_YET: OnboardState = {
  view: null,
  refusal: null,
  busy: null,
  problem: null,
  readiness: "loading",
  outcome: null,
  coexistence: false,
};
