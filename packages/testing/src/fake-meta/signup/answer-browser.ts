import { GraphError } from "../graph-error.ts";
import { readParams } from "../params.ts";
import type { RecordedRequest } from "../recorded-request.ts";
import type { State } from "../state.ts";
import { readDialog } from "./dialog.ts";
import { dialogPage } from "./dialog-page.ts";
import type { Signups } from "./finish-signup.ts";
import { forgerPage } from "./forger-page.ts";
import { html } from "./html.ts";
import { sdkScript } from "./sdk-script.ts";
import { submitDialog } from "./submit-dialog.ts";
import { page, type WebAnswer } from "./web-answer.ts";

/** What it takes to serve browsers. */
export interface BrowserParts {
  readonly state: State;
  readonly finishSignup: Signups["finishSignup"];
}

/** The SDK and the dialog, for browsers; `undefined` for every other path, which is the Graph API's. */
export function answerBrowser(
  parts: BrowserParts,
  request: RecordedRequest,
): WebAnswer | undefined {
  const { method, path, version } = request;
  const origin = `http://${request.headers.host}`;
  const [, locale] = /^\/([a-z]{2}_[A-Z]{2})\/sdk\.js$/.exec(path) ?? [];
  if (locale) return javascript(sdkScript({ origin, locale }));
  if (path === "/dialog/forger") return forgerPage(request.query);
  if (!version || path !== "/dialog/oauth") return undefined;
  try {
    const params = readParams(request);
    if (method === "POST") return submitDialog(parts, params);
    const { state } = parts;
    return dialogPage({ state, dialog: readDialog(state, params), params, origin, version });
  } catch (error) {
    if (error instanceof GraphError) return errorPage(error);
    throw error;
  }
}

/** Pages load it with `crossorigin`, as Meta's snippet does. */
function javascript(text: string): WebAnswer {
  const headers = {
    "content-type": "application/x-javascript; charset=utf-8",
    "access-control-allow-origin": "*",
    "cross-origin-resource-policy": "cross-origin",
  };
  return { status: 200, headers, text };
}

function errorPage({ fields: { message = "" }, status }: GraphError): WebAnswer {
  return page(
    html`<h1>Sorry, something went wrong.</h1><p data-testid="signup-error">${message}</p>`,
    status,
  );
}
