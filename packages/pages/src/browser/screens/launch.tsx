import type { Scene } from "./panel.ts";

/** The choice of what to connect, where there is one, and the button that opens Meta's window. */
export function Launch({ scene, label }: { readonly scene: Scene; readonly label: string }) {
  const { words, view, signup, actions } = scene;
  const { readiness } = signup;
  return (
    <>
      {view?.coexistence === "offer" && <Choice {...scene} />}
      {view?.coexistence === "require" && <p class="aside">{words.appNumberHint}</p>}
      <p class="note" role="status">
        {readiness === "missing" &&
          (actions.goHere ? words.scriptMissingHere : words.scriptMissing)}
      </p>
      {readiness === "missing" ? (
        <WithoutScript {...scene} />
      ) : (
        <button type="button" disabled={readiness === "loading"} onClick={actions.launch}>
          {readiness === "loading" ? words.preparing : label}
        </button>
      )}
    </>
  );
}

function WithoutScript({ words, actions }: Scene) {
  const { goHere } = actions;
  return (
    <button type="button" onClick={goHere ?? (() => location.reload())}>
      {goHere ? words.continueHere : words.reload}
    </button>
  );
}

function Choice({ words, signup, actions }: Scene) {
  const options = [
    { value: true, label: words.appNumber, hint: words.appNumberHint },
    { value: false, label: words.newNumber, hint: words.newNumberHint },
  ];
  return (
    <fieldset>
      <legend>{words.whichNumber}</legend>
      {options.map(({ value, label, hint }) => (
        <label class="option" key={label}>
          <input
            type="radio"
            name="coexistence"
            checked={signup.coexistence === value}
            onChange={() => actions.choose(value)}
          />
          <span>
            <strong>{label}</strong>
            <small>{hint}</small>
          </span>
        </label>
      ))}
    </fieldset>
  );
}
