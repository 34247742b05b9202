import type { Scene } from "../screens/panel.ts";
import type { View } from "../view.ts";
import type { OnboardActions, OnboardState } from "./onboard-state.ts";

/** What the onboarding page's own screens are made of: these are shown only once there is a view. */
export interface OnboardScene extends Scene {
  readonly view: View;
  readonly actions: OnboardActions;
  readonly problem: OnboardState["problem"];
}
