/** Where a page loads the SDK from. */
export interface SdkPlace {
  /** Of this Meta: serves the dialog, and is whose messages are believed. */
  readonly origin: string;
  /** E.g. `en_US`. */
  readonly locale: string;
}

/**
 * `GET /{locale}/sdk.js`: as much of Meta's SDK for browsers as the signup needs. `FB.login` opens the
 * dialog in a window named after the call and learns the outcome by a message, as the real one does:
 * `cb=…&code=…`, from this origin only. No message before the window is closed is an answer as well.
 */
export function sdkScript(place: SdkPlace): string {
  return `(${SDK})(${JSON.stringify(place)});\n`;
}

/** Kept as text: it runs in browsers, and no compiler or bundler of the tests may touch it. */
const SDK = String.raw`({ origin, locale }) => {
  if (window.FB) return;
  const CLOSED_POLL_MS = 100;
  // A message that was sent before the window closed may still be on its way.
  const GRACE_MS = 300;
  const pending = new Map();
  let settings;

  const settle = (id, code) => {
    const call = pending.get(id);
    if (!call) return;
    pending.delete(id);
    clearInterval(call.poll);
    const unknown = { authResponse: null, status: "unknown" };
    call.callback(code ? { authResponse: { code }, status: "connected" } : unknown);
  };

  const onceClosed = (popup, then) => {
    const poll = setInterval(() => {
      if (!popup.closed) return;
      clearInterval(poll);
      setTimeout(then, GRACE_MS);
    }, CLOSED_POLL_MS);
    return poll;
  };

  const dialogUrl = (id, options) => {
    const { extras, ...simple } = options;
    const query = new URLSearchParams({
      ...simple,
      ...(extras && { extras: JSON.stringify(extras) }),
      client_id: settings.appId,
      display: "popup",
      origin: location.origin,
      cb: id,
      locale,
      sdk: "joey",
      version: settings.version,
    });
    return origin + "/" + settings.version + "/dialog/oauth?" + query;
  };

  window.addEventListener("message", ({ origin: from, data }) => {
    if (from !== origin || typeof data !== "string") return;
    const answer = new URLSearchParams(data);
    settle(answer.get("cb"), answer.get("code"));
  });

  window.FB = {
    init(options = {}) {
      if (!/^v\d+\.\d$/.test(options.version)) throw new Error("init not called with valid version");
      settings = options;
    },
    login(callback, options = {}) {
      if (!settings) return console.error("FB.login() called before FB.init().");
      const id = "f" + Math.random().toString(16).slice(2, 15);
      const size = "width=600,height=679,left=" + (screen.width - 600) / 2 + ",top=60";
      const popup = window.open(dialogUrl(id, options), id, size + ",scrollbars=1");
      const poll = popup && onceClosed(popup, () => settle(id));
      pending.set(id, { callback, poll });
      if (!popup) setTimeout(() => settle(id));
    },
    getLoginStatus(callback) {
      setTimeout(() => callback({ authResponse: null, status: "unknown" }));
    },
  };

  setTimeout(() => {
    const ready = window.fbAsyncInit;
    if (!ready || ready.hasRun) return;
    ready.hasRun = true;
    ready();
  });
}`;
