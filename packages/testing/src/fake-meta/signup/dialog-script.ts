/** How the outcome reaches the page that opened the dialog, with the words the dialog has for it. */
export const SIGNALS = {
  normal: "the message, then the callback",
  callback_first: "the callback, then the message",
  late: "the callback, and the message after 4 seconds",
  twice: "the message, the callback, and the message again",
  none: "the callback alone",
  object: "the message as an object, then the callback",
  only_waba: "FINISH_ONLY_WABA, then the callback",
  forged: "a forged message of another origin, then as usual",
} as const;

/** What the script of the dialog is given, as JSON in `#dialog-data`. */
export interface DialogData {
  /** Whom to tell; `null` where the outcome goes along with the browser. */
  readonly popup: { readonly origin: string; readonly channel: string } | null;
  /** The document that forges signals. */
  readonly forgerUrl: string;
  /** What is told instead of an outcome, by the name of the button; `cancel` by the step as well. */
  readonly events: Readonly<Record<string, object>>;
}

/**
 * Shows the numbers of the chosen account, and plays the signals in the chosen way. Kept as text: it
 * runs in browsers, and no compiler or bundler of the tests may touch it.
 */
export const DIALOG_SCRIPT = `
const { popup, forgerUrl, events } = JSON.parse(document.querySelector("#dialog-data").textContent);
const form = document.forms[0];
const fields = form.elements;
const LATE_MS = 4000;
// A browser that is driven by a test has to see its click through before the window is gone.
const CLOSING_MS = 100;
// Messages of two processes keep no order by themselves.
const FORGERY_LEAD_MS = 250;

const post = (data) => window.opener?.postMessage(data, popup.origin);
const tell = (event) => post(JSON.stringify(event));
const callBack = (code) => post(String(new URLSearchParams({ cb: popup.channel, code })));
const pause = (ms) => new Promise((resolve) => setTimeout(resolve, ms));

const close = async () => {
  await pause(CLOSING_MS);
  window.close();
};

const messageFirst = ({ event, code }) => {
  tell(event);
  callBack(code);
};
const callbackFirst = ({ event, code }) => {
  callBack(code);
  tell(event);
};
const forge = async (signals) => {
  const frame = document.createElement("iframe");
  const loaded = new Promise((resolve) => (frame.onload = resolve));
  frame.src = forgerUrl;
  document.body.append(frame);
  await loaded;
  await pause(FORGERY_LEAD_MS);
  messageFirst(signals);
};

const PLAYS = {
  normal: messageFirst,
  callback_first: callbackFirst,
  late: async ({ event, code }) => {
    callBack(code);
    await pause(LATE_MS);
    tell(event);
  },
  twice: (signals) => {
    messageFirst(signals);
    tell(signals.event);
  },
  none: ({ code }) => callBack(code),
  object: ({ event, code }) => {
    post(event);
    callBack(code);
  },
  only_waba: messageFirst,
  forged: forge,
};

const leave = (event) => {
  if (event) tell(event);
  close();
};

const finish = async () => {
  const body = new URLSearchParams(new FormData(form));
  // Not form.action: that is the button of this name.
  const answer = await fetch(form.getAttribute("action"), { method: "POST", body });
  if (!answer.ok) {
    document.querySelector("#problem").innerHTML = await answer.text();
    return;
  }
  await PLAYS[fields.signals.value](await answer.json());
  close();
};

const showNumbers = () => {
  const offered = [...fields.phone_number_id.options];
  for (const option of offered) {
    option.hidden = option.disabled = option.value !== "" && option.dataset.waba !== fields.waba_id.value;
  }
  fields.phone_number_id.value = offered.find((option) => !option.disabled).value;
};

fields.waba_id.addEventListener("change", showNumbers);
showNumbers();
if (popup) {
  form.addEventListener("submit", (submission) => {
    submission.preventDefault();
    finish();
  });
  fields.cancel.addEventListener("click", () => leave(events[fields.current_step.value]));
  fields.report.addEventListener("click", () => leave(events.report));
  fields.error.addEventListener("click", () => leave(events.error));
  fields.close.addEventListener("click", () => leave());
}
`;
