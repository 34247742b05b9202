import { isMetaOrigin } from "./is-meta-origin.ts";
import type { Meta } from "./meta.ts";

interface FacebookGlobal {
  init(options: object): void;
  login(answer: (response: LoginResponse | undefined) => void, options: object): void;
}

interface LoginResponse {
  readonly authResponse?: { readonly code?: string } | null;
}

declare global {
  interface Window {
    FB?: FacebookGlobal;
    /** Called by Meta's script once it is complete. `FB` is there before, but only takes notes. */
    fbAsyncInit?: () => void;
  }
}

/** Some blockers do not refuse the script: they let it hang. */
const LOAD_PATIENCE_MS = 10_000;

/** Meta's script in this browser. */
export const facebook: Meta = {
  load(login, take) {
    window.fbAsyncInit = () => {
      const { FB } = window;
      FB?.init({
        appId: login.appId,
        autoLogAppEvents: true,
        xfbml: false,
        version: login.graphVersion,
      });
      clearTimeout(timer);
      take(FB ? { login: (options, answer) => logIn(FB, options, answer) } : null);
    };
    const timer = setTimeout(take, LOAD_PATIENCE_MS, null);
    const script = document.createElement("script");
    Object.assign(script, { src: login.sdkUrl, async: true, crossOrigin: "anonymous" });
    script.onerror = () => {
      clearTimeout(timer);
      take(null);
    };
    document.head.append(script);
  },
  hear(origins, take) {
    addEventListener("message", ({ origin, data }) => {
      if (isMetaOrigin(origin, origins)) take(data);
    });
  },
};

function logIn(FB: FacebookGlobal, options: object, answer: (code: string | null) => void): void {
  try {
    FB.login((response) => answer(response?.authResponse?.code || null), options);
  } catch {
    answer(null);
  }
}
