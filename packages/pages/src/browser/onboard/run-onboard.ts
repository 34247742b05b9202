import { askHub } from "../ask-hub.ts";
import { browserClock } from "../clock.ts";
import { keepFragment } from "../keep-fragment.ts";
import { presenter } from "../look/present.tsx";
import type { Panel } from "../screens/panel.ts";
import { plainScreens } from "../screens/plain-screens.tsx";
import { signupScreens } from "../screens/signup-screens.tsx";
import { facebook } from "../signup/facebook.ts";
import type { View } from "../view.ts";
import { formScreens } from "./form-screens.tsx";
import { lastRun } from "./last-run.ts";
import { onboarding } from "./onboarding.ts";
import { outcomeScreens } from "./outcome-screens.tsx";
import { readEntry } from "./read-entry.ts";
import type { OnboardScene } from "./scene.ts";
import { type OnboardScreen, screenOf } from "./screen-of.ts";

const SCREENS: Readonly<Record<OnboardScreen, (scene: OnboardScene) => Panel>> = {
  ...plainScreens,
  ...signupScreens,
  ...formScreens,
  ...outcomeScreens,
};

/** The page that a tenant's link leads to. */
export function runOnboard(root: Element): void {
  const present = presenter(root);
  const { text, isNew } = keepFragment("wabakit.link");
  const { reopen } = onboarding({
    ask: askHub(location.href),
    entry: readEntry(text, location.search, isNew),
    meta: facebook,
    clock: browserClock,
    leave: (url) => location.assign(url),
    show(now, actions) {
      const state = { ...now, outcome: lastRun(now) };
      const screen = screenOf(state);
      // Without a view there are only screens that need none: see screenOf.
      const view = state.view as View;
      const scene = { view, signup: state, actions, problem: state.problem };
      present({ screen, view, panel: (words) => SCREENS[screen]({ ...scene, words }) });
    },
  });
  addEventListener("pageshow", ({ persisted }) => {
    // Back from where this page led to: what it showed then may be over.
    if (persisted) reopen();
  });
}
