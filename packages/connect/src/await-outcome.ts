import { ConnectError, knownReason } from "./connect-error.ts";
import type { HostMessage, HostPage, HostPopup } from "./host-page.ts";
import { type ConnectResult, type PageMessage, readMessage } from "./page-message.ts";

/** Which window is waited for, and whose page has to be in it. */
interface Waiting {
  readonly page: HostPage;
  readonly popup: HostPopup;
  readonly hubOrigin: string;
}

/** Until the hub's page has loaded; how long the person takes afterwards is up to them. */
const READY_TIMEOUT_MS = 30_000;
/** Browsers tell nobody that a window was closed: one has to look. */
const CLOSED_POLL_MS = 250;

/**
 * What comes out of an open window. Settles in any case, and leaves nothing behind: neither listener
 * nor timer, nor the window.
 *
 * @throws {ConnectError} What the page says; `timeout` while it says nothing; `popup_closed`.
 */
export function awaitOutcome(waiting: Waiting): Promise<ConnectResult> {
  const { page, popup } = waiting;
  return new Promise((resolve, reject) => {
    const end = () => {
      page.clearTimeout(deadline);
      stopLooking();
      stopHearing();
      popup.close();
    };
    const fail = (error: ConnectError) => {
      end();
      reject(error);
    };
    const deadline = page.setTimeout(() => fail(new ConnectError("timeout")), READY_TIMEOUT_MS);
    const stopLooking = onceClosed(waiting, () => fail(new ConnectError("popup_closed")));
    const stopHearing = hear(waiting, (message) => {
      if (message.type === "ready") return page.clearTimeout(deadline);
      if (message.type === "error") return fail(errorOf(message));
      end();
      resolve(message.value);
    });
  });
}

/** Any page that can reach this one may send messages: only this window, with this page in it, counts. */
function hear({ page, popup, hubOrigin }: Waiting, tell: (message: PageMessage) => void) {
  const listener = ({ source, origin, data }: HostMessage) => {
    const message = source === popup && origin === hubOrigin && readMessage(data);
    if (message) tell(message);
  };
  page.addEventListener("message", listener);
  return () => page.removeEventListener("message", listener);
}

/** The second look decides: what was said right before closing may still be on its way. */
function onceClosed({ page, popup }: Waiting, tell: () => void) {
  let wasClosed = false;
  const look = () => {
    if (wasClosed) return tell();
    wasClosed = popup.closed;
  };
  const poll = page.setInterval(look, CLOSED_POLL_MS);
  return () => page.clearInterval(poll);
}

function errorOf({ reason, message }: PageMessage & { readonly type: "error" }): ConnectError {
  return new ConnectError(knownReason(reason), message);
}
