import { type Params, textParam } from "../params.ts";
import type { PhoneNumber, State, Waba } from "../state.ts";
import type { Dialog } from "./dialog.ts";
import { DIALOG_SCRIPT, type DialogData, SIGNALS } from "./dialog-script.ts";
import { type Html, html, script } from "./html.ts";
import { cancelEvent, errorEvent, STEPS } from "./signup-event.ts";
import { page, type WebAnswer } from "./web-answer.ts";

/** A signup that is to be shown. */
interface DialogInput {
  readonly state: State;
  readonly dialog: Dialog;
  /** All of its query, which the form carries along. */
  readonly params: Params;
  /** Of this Meta, as the browser reached it. */
  readonly origin: string;
  /** E.g. `v25.0`. */
  readonly version: string;
}

/**
 * `GET /v{N}.0/dialog/oauth`: the signup on one page. Beside the customer's choices it has Meta's own:
 * in which way the signals arrive, what is granted, whether `PARTNER_ADDED` is sent. Every control has
 * a `data-testid`.
 */
export function dialogPage(input: DialogInput): WebAnswer {
  const { dialog, params, version } = input;
  const carried = Object.keys(params).map((name) => hidden(name, textParam(params, name) ?? ""));
  return page(html`
    <h1>Sign up for WhatsApp</h1>
    <p>${dialog.app.name} asks for access. This is a fake.</p>
    <form method="post" action="/${version}/dialog/oauth" data-testid="signup-dialog">
      ${carried} ${choices(input)} ${moods(dialog)} ${buttons(dialog)}
    </form>
    <div id="problem" role="alert" data-testid="signup-problem"></div>
    <pre data-testid="signup-extras">${JSON.stringify(dialog.extras)}</pre>
    ${script('type="application/json" id="dialog-data"', JSON.stringify(dataOf(input)))}
    ${script("", DIALOG_SCRIPT)}`);
}

/** What the customer chooses. */
function choices({ state, dialog }: DialogInput): Html {
  const wabas = offeredWabas(state);
  const coexists = dialog.extras.featureType === "whatsapp_business_app_onboarding";
  const numbers = wabas.flatMap((waba) => numbersOf(state, waba));
  return html`
    <p><label>Business account
      <select name="waba_id" data-testid="signup-waba">${wabas.map(wabaOption)}</select></label></p>
    <p><label>Number
      <select name="phone_number_id" data-testid="signup-number">
        ${numbers.map(numberOption)}<option value="">None, only the account</option>
      </select></label></p>
    <p>${checkbox("coexistence", "Keep using the WhatsApp Business app", coexists)}</p>`;
}

/** What Meta makes of it. */
function moods({ way }: Dialog): Html {
  const signals = Object.entries(SIGNALS).map(([value, label]) => option(value, label));
  const select = html`<p><label>Signals
    <select name="signals" data-testid="signup-signals">${signals}</select></label></p>`;
  return html`<fieldset><legend>The fake</legend>
    ${way.kind === "popup" ? select : ""}
    <p>${checkbox("manage", "Grant whatsapp_business_management", true)}</p>
    <p>${checkbox("message", "Grant whatsapp_business_messaging", true)}</p>
    <p>${checkbox("business", "Grant business_management", false)}</p>
    <p>${checkbox("list_targets", "debug_token lists the accounts", true)}</p>
    <p>${checkbox("announce", "Send PARTNER_ADDED", true)}</p>
  </fieldset>`;
}

/** The ways out; where the browser goes along, all of them submit. */
function buttons({ way }: Dialog): Html {
  const type = way.kind === "popup" ? "button" : "submit";
  const finish = html`<button name="action" value="finish" data-testid="signup-finish">Finish</button>`;
  const leave = (name: string, label: string) =>
    html`<button type="${type}" name="${type === "submit" ? "action" : name}" value="${name}" data-testid="signup-${name}">${label}</button>`;
  const inPopup = html`
    <select name="current_step" data-testid="signup-current-step">${STEPS.map((step) => option(step, step))}</select>
    ${leave("report", "Report a problem")} ${leave("close", "Just close the window")}`;
  return html`<p>${finish} ${leave("cancel", "Cancel")} ${leave("error", "Let it fail")}
    ${way.kind === "popup" ? inPopup : ""}</p>`;
}

function dataOf({ state, dialog: { way }, origin }: DialogInput) {
  const now = state.clock.now();
  const left = STEPS.map((step) => [step, cancelEvent(step)] as const);
  const channel = way.kind === "popup" ? way.channel : "";
  const forgerUrl = `${otherName(origin)}/dialog/forger?${new URLSearchParams({ cb: channel })}`;
  const events = {
    ...Object.fromEntries(left),
    report: errorEvent("CANCEL", now),
    error: errorEvent("ERROR", now),
  };
  return { popup: way.kind === "popup" ? way : null, forgerUrl, events } satisfies DialogData;
}

/** This machine has two names, and a browser takes them for two sites. */
function otherName(origin: string): string {
  const { protocol, hostname, port } = new URL(origin);
  return `${protocol}//${hostname === "localhost" ? "127.0.0.1" : "localhost"}:${port}`;
}

function offeredWabas({ wabas, offered }: State): readonly Waba[] {
  return [...wabas.values()].filter(({ wabaId }) => offered.size === 0 || offered.has(wabaId));
}

/** The newest first: it is what a customer has just added. */
function numbersOf({ numbers }: State, { wabaId }: Waba): readonly PhoneNumber[] {
  return [...numbers.values()].filter((number) => number.wabaId === wabaId).reverse();
}

function wabaOption({ wabaId, fields }: Waba): Html {
  return option(wabaId, `${fields.name} (${wabaId})`);
}

function numberOption({ phoneNumberId, wabaId, fields }: PhoneNumber): Html {
  return html`<option value="${phoneNumberId}" data-waba="${wabaId}">${String(fields.display_phone_number)}</option>`;
}

function option(value: string, label: string): Html {
  return html`<option value="${value}">${label}</option>`;
}

function hidden(name: string, value: string): Html {
  return html`<input type="hidden" name="${name}" value="${value}">`;
}

function checkbox(name: string, label: string, checked: boolean): Html {
  const id = `signup-${name.replaceAll("_", "-")}`;
  return html`<label><input type="checkbox" name="${name}"${checked ? html` checked` : ""} data-testid="${id}"> ${label}</label>`;
}
