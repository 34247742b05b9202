import type { TargetedSubmitEvent } from "preact";
import type { Panel } from "../screens/panel.ts";
import type { NumberChoice } from "../view.ts";
import { errorSentence } from "../words/error-sentence.ts";
import type { OnboardScene } from "./scene.ts";

/** The screens that ask for something. */
export const formScreens = { number, pin };

function number({ words, view, actions, problem }: OnboardScene): Panel {
  const [title, text] = words.chooseNumber;
  const submit = (event: TargetedSubmitEvent<HTMLFormElement>) => {
    const form = event.currentTarget;
    event.preventDefault();
    const chosen = new FormData(form).get("number");
    actions.chooseNumber(typeof chosen === "string" ? chosen : null);
    focusField(form);
  };
  return {
    title,
    text,
    body: (
      <form noValidate onSubmit={submit}>
        <fieldset aria-describedby="problem">
          <legend class="unseen">{title}</legend>
          {view.phoneNumbers.map((choice) => (
            <NumberOption {...choice} key={choice.phoneNumberId} />
          ))}
        </fieldset>
        <p id="problem" class="note wrong" role="alert">
          {problem === "chooseFirst" && words.chooseFirst}
        </p>
        <button type="submit">{words.connectNumber}</button>
      </form>
    ),
  };
}

function NumberOption({ phoneNumberId, displayPhoneNumber, verifiedName }: NumberChoice) {
  return (
    <label class="option">
      <input type="radio" name="number" value={phoneNumberId} required />
      <span>
        <strong>{displayPhoneNumber ?? phoneNumberId}</strong>
        {verifiedName && <small>{verifiedName}</small>}
      </span>
    </label>
  );
}

function pin({ words, view, actions, problem }: OnboardScene): Panel {
  const [title, text] = words.pin;
  const submit = (event: TargetedSubmitEvent<HTMLFormElement>) => {
    const form = event.currentTarget;
    event.preventDefault();
    actions.enterPin(String(new FormData(form).get("pin")));
    focusField(form);
  };
  const wrong = pinProblem({ words, view, problem });
  return {
    title,
    text,
    body: (
      <form noValidate onSubmit={submit}>
        <label class="field">
          <strong>{words.pinLabel}</strong>
          <input
            name="pin"
            type="text"
            inputMode="numeric"
            autocomplete="off"
            required
            aria-invalid={wrong !== null}
            aria-describedby="problem help"
          />
        </label>
        <p id="problem" class="note wrong" role="alert">
          {wrong}
        </p>
        <button type="submit">{words.pinButton}</button>
        <p id="help" class="fine">
          {words.pinHelp}
        </p>
      </form>
    ),
  };
}

function pinProblem({
  words,
  view,
  problem,
}: Pick<OnboardScene, "words" | "view" | "problem">): string | null {
  if (problem === "pinShape") return words.pinShape;
  if (problem !== "pinWrong") return null;
  const isAboutPin = !view.errorCategory || view.errorCategory === "pin_required";
  return isAboutPin ? words.pinWrong : errorSentence(words, view.errorCategory);
}

/** Back to what has to be corrected; the form is gone when nothing had to be. */
function focusField(form: HTMLFormElement): void {
  form.querySelector<HTMLInputElement>("input")?.focus();
}
