import { GraphError, refusals } from "../graph-error.ts";
import { objectParam, type Params, textParam } from "../params.ts";
import type { MetaApp, State } from "../state.ts";

/** A signup that somebody asked for, as its query says it. */
export interface Dialog {
  readonly app: MetaApp;
  readonly extras: Params;
  readonly way: PopupWay | RedirectWay;
}

/** Opened by the SDK: the outcome goes to the page that opened it. */
export interface PopupWay {
  readonly kind: "popup";
  /** Of that page; nobody else is told anything. */
  readonly origin: string;
  /** What the SDK knows the call by. */
  readonly channel: string;
}

/** Opened by a link: the outcome goes along with the browser. */
export interface RedirectWay {
  readonly kind: "redirect";
  readonly redirectUri: string;
  readonly state: string | undefined;
}

/**
 * Reads what the dialog is asked for.
 *
 * @throws {GraphError} For an app or a configuration that is none, and for an address nobody allowed:
 *   what a person sees is an error page.
 */
export function readDialog(state: State, params: Params): Dialog {
  const app = state.apps.get(textParam(params, "client_id") ?? "");
  if (!app) throw refusals.clientUnknown();
  if (!/^\d+$/.test(textParam(params, "config_id") ?? "")) {
    throw refusals.parameterInvalid("Param config_id must be the id of a login configuration");
  }
  const isCode = textParam(params, "response_type") === "code";
  if (!isCode || textParam(params, "override_default_response_type") !== "true") {
    throw refusals.parameterInvalid(
      "This configuration needs response_type=code, and the override",
    );
  }
  const extras = params.extras === undefined ? {} : objectParam(params, "extras");
  return { app, extras, way: wayOf(app, params) };
}

function wayOf(app: MetaApp, params: Params): Dialog["way"] {
  if (textParam(params, "display") !== "popup") {
    const redirectUri = allowedRedirect(app, textParam(params, "redirect_uri") ?? "");
    return { kind: "redirect", redirectUri, state: textParam(params, "state") };
  }
  const origin = textParam(params, "origin") ?? "";
  if (URL.parse(origin)?.origin !== origin) {
    throw refusals.parameterInvalid("Param origin must be that of the page with the SDK");
  }
  return { kind: "popup", origin, channel: textParam(params, "cb") ?? "" };
}

function allowedRedirect({ redirectUris }: MetaApp, uri: string): string {
  const isWeb = /^https?:$/.test(URL.parse(uri)?.protocol ?? "");
  if (!isWeb) throw new GraphError({ code: 191, message: "The redirect_uri URL must be absolute" });
  if (redirectUris?.includes(uri) ?? true) return uri;
  throw new GraphError({
    code: 191,
    message:
      "URL Blocked: the redirect URI is not whitelisted in the app's Client OAuth Settings. Make sure Client and Web OAuth Login are on and add all your app domains as Valid OAuth Redirect URIs.",
  });
}
