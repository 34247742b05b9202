import { Launch } from "../screens/launch.tsx";
import type { Panel } from "../screens/panel.ts";
import { canSignUp } from "../view.ts";
import { webAddress } from "../web-address.ts";
import { errorSentence } from "../words/error-sentence.ts";
import type { OnboardScene } from "./scene.ts";

/** The screens a session ends on. */
export const outcomeScreens = { completed, failed, cancelled, expired };

function completed(scene: OnboardScene): Panel {
  const { words, view } = scene;
  const { connection } = view;
  return {
    mark: "done",
    title: words.completed,
    ...(connection?.status === "pending" && { text: words.pending }),
    body: (
      <>
        {connection && (
          <dl>
            <Fact name={words.number} value={connection.displayPhoneNumber} />
            <Fact name={words.verifiedName} value={connection.verifiedName} />
          </dl>
        )}
        <Onward {...scene} />
        {!webAddress(view.redirect?.url) && <p class="fine">{words.mayClose}</p>}
      </>
    ),
  };
}

function Fact({ name, value }: { readonly name: string; readonly value: string | null }) {
  return value ? (
    <div>
      <dt>{name}</dt>
      <dd>{value}</dd>
    </div>
  ) : null;
}

function failed(scene: OnboardScene): Panel {
  const { words, view } = scene;
  return {
    mark: "problem",
    title: words.failed,
    text: errorSentence(words, view.errorCategory),
    body: (
      <>
        <Retry {...scene} />
        <Onward {...scene} />
        <Reference {...scene} />
      </>
    ),
  };
}

function Retry(scene: OnboardScene) {
  const { words, view, actions } = scene;
  if (canSignUp(view)) return <Launch scene={scene} label={words.startAgain} />;
  if (view.retry === "resume") {
    return (
      <button type="button" onClick={actions.resume}>
        {words.tryAgain}
      </button>
    );
  }
  return null;
}

/** For whoever is asked for help: without it nobody can tell what happened. */
function Reference({ words, view }: OnboardScene) {
  return (
    <p class="fine">
      {words.askSupport} <code>{`${view.errorCategory ?? "unknown"} ${view.sessionId}`}</code>
    </p>
  );
}

function cancelled(scene: OnboardScene): Panel {
  const [title, text] = scene.words.cancelled;
  return { mark: "closed", title, text, body: <Onward {...scene} /> };
}

function expired(scene: OnboardScene): Panel {
  const [title, text] = scene.words.expired;
  return { mark: "closed", title, text, body: <Onward {...scene} /> };
}

/** Where the outcome leads, which is said before anybody is taken there. */
function Onward({ words, view }: OnboardScene) {
  const url = webAddress(view.redirect?.url);
  if (!url) return null;
  const isButton = view.retry === null;
  return (
    <>
      {view.redirect?.afterMs != null && <p class="aside">{words.leadsTo(url.host)}</p>}
      <a class={isButton ? "button" : "button second"} href={url.href}>
        {words.goTo(url.host)}
      </a>
    </>
  );
}
