import { askHub } from "../ask-hub.ts";
import { browserClock } from "../clock.ts";
import { keepFragment } from "../keep-fragment.ts";
import { presenter } from "../look/present.tsx";
import type { Panel, Scene } from "../screens/panel.ts";
import { plainScreens } from "../screens/plain-screens.tsx";
import { signupScreens } from "../screens/signup-screens.tsx";
import { facebook } from "../signup/facebook.ts";
import { type Invitation, readInvitation } from "./read-invitation.ts";
import { type SdkScreen, screenOfSdk } from "./screen-of-sdk.ts";
import type { SdkMessage } from "./sdk-message.ts";
import { sdkWindow } from "./sdk-window.ts";

const SCREENS: Readonly<Record<SdkScreen, (scene: Scene) => Panel>> = {
  ...plainScreens,
  ...signupScreens,
};

/** The window that the browser SDK opens. */
export function runSdk(root: Element): void {
  const present = presenter(root);
  const invitation = readInvitation(keepFragment("wabakit.sdk").text);
  sdkWindow({
    ask: askHub(location.href),
    invitation,
    post: poster(invitation),
    meta: facebook,
    clock: browserClock,
    close: () => window.close(),
    show(state, actions) {
      const screen = screenOfSdk(state);
      const scene = { view: state.view, signup: state, actions };
      present({ screen, view: state.view, panel: (words) => SCREENS[screen]({ ...scene, words }) });
    },
  });
}

/** The browser delivers nothing when the opener is of another origin than the one named. */
function poster(invitation: Invitation | null): ((message: SdkMessage) => void) | null {
  // Typed as anything by the DOM's types.
  const opener: Window | null = window.opener;
  if (!opener) return null;
  return (message) => {
    if (invitation) opener.postMessage({ source: "wabakit", ...message }, invitation.origin);
  };
}
