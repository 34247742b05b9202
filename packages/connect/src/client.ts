import { awaitOutcome } from "./await-outcome.ts";
import { ConnectError } from "./connect-error.ts";
import type { HostPage, HostPopup } from "./host-page.ts";
import type { ConnectResult } from "./page-message.ts";

/** Where the hub is, and how it knows you. */
export interface ClientOptions {
  /** `pk_…`, made for the origin of your page. It may be public. */
  readonly publicKey: string;
  /** The hub's public URL, e.g. `https://hub.example.com`, with its path where it has one. */
  readonly baseUrl: string;
  /** Where the hub serves its pages, below `baseUrl`; `/connect` when left out. */
  readonly pagesPath?: string;
}

/** What is to be connected: a session your server has made, or a channel. */
export type ConnectTarget =
  | { readonly sessionId: string; readonly channelId?: never }
  | { readonly channelId: string; readonly sessionId?: never };

/** Opens the signup of one hub. */
export interface Client {
  /**
   * Opens the hub's window and resolves when the person has finished the signup in it. Call it in the
   * handler of a click, before anything is awaited: browsers open windows for clicks only. One window
   * at a time: another call while it is open brings it to the front.
   *
   * @throws {ConnectError} As a rejection, with the `reason`; never hangs.
   */
  readonly connect: (target: ConnectTarget) => Promise<ConnectResult>;
}

const WIDTH = 560;
const HEIGHT = 720;

/**
 * A client for the page that `page` yields; asked for late, as servers that render have none.
 *
 * @throws {TypeError} When `baseUrl` is no whole URL.
 */
export function clientFor(page: () => HostPage, options: ClientOptions): Client {
  const { origin: hubOrigin } = new URL(options.baseUrl);
  let current: HostPopup | undefined;
  return {
    async connect(target) {
      if (current && !current.closed) {
        current.focus();
        throw new ConnectError("already_open");
      }
      const popup = openWindow(page(), sdkUrl(options, page().location.origin, target));
      current = popup;
      try {
        return await awaitOutcome({ page: page(), popup, hubOrigin });
      } finally {
        if (current === popup) current = undefined;
      }
    },
  };
}

/** Everything is in the fragment, which no server logs and no `Referer` carries. */
function sdkUrl(options: ClientOptions, origin: string, target: ConnectTarget): string {
  const { publicKey, baseUrl, pagesPath = "/connect" } = options;
  const { sessionId, channelId } = target;
  const named = sessionId ? { sessionId } : channelId && { channelId };
  if (!named) throw new TypeError("Name a sessionId or a channelId.");
  const fragment = new URLSearchParams({ publicKey, origin, ...named });
  return `${baseUrl.replace(/\/+$/, "")}${pagesPath}/sdk#${fragment}`;
}

/** Without a name, so that no other window is ever taken over. @throws {ConnectError} `popup_blocked`. */
function openWindow(page: HostPage, url: string): HostPopup {
  const left = Math.round(page.screenX + (page.outerWidth - WIDTH) / 2);
  const top = Math.round(page.screenY + (page.outerHeight - HEIGHT) / 2);
  const features = `popup,width=${WIDTH},height=${HEIGHT},left=${left},top=${top}`;
  const popup = page.open(url, "_blank", features);
  // Some blockers hand out a window that is closed already.
  if (!popup || popup.closed) throw new ConnectError("popup_blocked");
  return popup;
}
