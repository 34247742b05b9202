import { Launch } from "./launch.tsx";
import type { Panel, Scene } from "./panel.ts";

/** The screens around Meta's window. */
export const signupScreens = { welcome, waiting, blocked, left, metaFailed };

function welcome(scene: Scene): Panel {
  const { words, view } = scene;
  const service = view?.branding.displayName;
  return {
    title: service ? words.connectTo(service) : words.connect,
    ...(view?.tenantName && { text: words.madeFor(view.tenantName) }),
    body: (
      <>
        <ol>
          <li>{words.stepLogin}</li>
          <li>{words.stepBack}</li>
        </ol>
        <Launch scene={scene} label={words.continueWithFacebook} />
        <CancelButton {...scene} />
        <p class="fine">{words.password}</p>
      </>
    ),
  };
}

function waiting(scene: Scene): Panel {
  const { words, actions } = scene;
  const [title, text] = words.waiting;
  return {
    mark: "window",
    title,
    text,
    body: (
      <>
        <p class="aside">{words.noWindow}</p>
        <button type="button" class="second" onClick={actions.launch}>
          {words.startAgain}
        </button>
        <HereButton {...scene} />
      </>
    ),
  };
}

function blocked(scene: Scene): Panel {
  const { words, actions } = scene;
  const [title, text] = words.blocked;
  return {
    mark: "problem",
    title,
    text: actions.goHere ? words.blockedHere : text,
    body: (
      <>
        <button type="button" onClick={actions.launch}>
          {words.tryAgain}
        </button>
        <HereButton {...scene} />
        {!actions.goHere && <CancelButton {...scene} />}
      </>
    ),
  };
}

function left(scene: Scene): Panel {
  return again(scene, scene.words.left);
}

function metaFailed(scene: Scene): Panel {
  return again(scene, scene.words.metaFailed);
}

function again(scene: Scene, [title, text]: readonly [string, string]): Panel {
  const { words, signup } = scene;
  const { outcome } = signup;
  const message = outcome && "details" in outcome ? outcome.details.errorMessage : undefined;
  return {
    mark: "problem",
    title,
    text,
    body: (
      <>
        {message && <p class="aside">{words.metaSays(message)}</p>}
        <Launch scene={scene} label={words.tryAgain} />
        <CancelButton {...scene} />
      </>
    ),
  };
}

function HereButton({ words, actions }: Scene) {
  return (
    actions.goHere && (
      <button type="button" class="second" onClick={actions.goHere}>
        {words.continueHere}
      </button>
    )
  );
}

function CancelButton({ words, actions }: Scene) {
  return (
    <button type="button" class="quiet" onClick={actions.cancel}>
      {words.cancel}
    </button>
  );
}
