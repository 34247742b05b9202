import { refusals } from "../graph-error.ts";
import { type Params, textParam } from "../params.ts";
import type { State } from "../state.ts";
import { type Dialog, type RedirectWay, readDialog } from "./dialog.ts";
import type { FinishSignupInput, Signups } from "./finish-signup.ts";
import { data, redirect, type WebAnswer } from "./web-answer.ts";

interface SubmitParts {
  readonly state: State;
  readonly finishSignup: Signups["finishSignup"];
}

/**
 * `POST /v{N}.0/dialog/oauth`: a button of the dialog. In a popup it answers what the dialog has to tell;
 * without one it sends the browser back.
 *
 * @throws {GraphError} For what the dialog itself refuses, and for choices that do not fit.
 */
export function submitDialog({ state, finishSignup }: SubmitParts, params: Params): WebAnswer {
  const dialog = readDialog(state, params);
  const { way } = dialog;
  const left = LEFT[textParam(params, "action") ?? "finish"];
  if (left && way.kind === "redirect") return sendBack(way, left);

  const { code, event } = finishSignup(choiceIn(state, dialog, params));
  return way.kind === "popup" ? data({ code, event }) : sendBack(way, { code });
}

/** What an address is told instead of a code. General knowledge of Meta's login, as is `#_=_`. */
const LEFT: Readonly<Record<string, Readonly<Record<string, string>>>> = {
  cancel: {
    error: "access_denied",
    error_code: "200",
    error_description: "Permissions error",
    error_reason: "user_denied",
  },
  error: { error_code: "524126", error_message: "Something went wrong" },
};

function sendBack({ redirectUri, state }: RedirectWay, answer: Readonly<Record<string, string>>) {
  const target = new URL(redirectUri);
  for (const [name, value] of Object.entries(answer)) target.searchParams.append(name, value);
  if (state !== undefined) target.searchParams.append("state", state);
  target.hash = "_=_";
  return redirect(target.href);
}

function choiceIn(state: State, { app, way }: Dialog, params: Params): FinishSignupInput {
  const wabaId = textParam(params, "waba_id") ?? "";
  const phoneNumberId = textParam(params, "phone_number_id") || undefined;
  const coexistence = isOn(params, "coexistence");
  const number = state.numbers.get(phoneNumberId ?? "");
  if (!state.wabas.has(wabaId) || (phoneNumberId && number?.wabaId !== wabaId)) {
    throw refusals.parameterInvalid("This account and this number do not belong together");
  }
  if (coexistence && !phoneNumberId) throw refusals.parameterInvalid("Coexistence needs a number");
  return {
    appId: app.appId,
    wabaId,
    ...(phoneNumberId && { phoneNumberId }),
    coexistence,
    onlyWaba: textParam(params, "signals") === "only_waba",
    scopes: SCOPES.filter(([name]) => isOn(params, name)).map(([, scope]) => scope),
    listTargets: isOn(params, "list_targets"),
    announce: isOn(params, "announce"),
    ...(way.kind === "redirect" && { redirectUri: way.redirectUri }),
  };
}

/** The permissions the dialog can be denied, by the name of the box. */
const SCOPES: readonly (readonly [box: string, scope: string])[] = [
  ["manage", "whatsapp_business_management"],
  ["message", "whatsapp_business_messaging"],
  ["business", "business_management"],
];

/** A box that is not ticked is not sent. */
function isOn(params: Params, name: string): boolean {
  return params[name] !== undefined;
}
