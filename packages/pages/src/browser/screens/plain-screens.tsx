import type { Heading } from "../words/words.ts";
import type { Panel, Scene } from "./panel.ts";

/** The screens that only say something. */
export const plainScreens = {
  loading: ({ words }: Scene): Panel => ({ mark: "busy", title: words.loading }),
  working: ({ words }: Scene) => plain("busy", words.working),
  elsewhere: ({ words }: Scene) => plain("problem", words.elsewhere),
  missing: ({ words }: Scene) => plain("problem", words.missing),
  noOpener: ({ words }: Scene) => plain("problem", words.noOpener),
  sent: ({ words }: Scene) => plain("done", words.sent),
  unavailable,
};

function plain(mark: NonNullable<Panel["mark"]>, [title, text]: Heading): Panel {
  return { mark, title, text };
}

function unavailable({ words, actions }: Scene): Panel {
  return {
    ...plain("problem", words.unavailable),
    body: (
      <>
        <button type="button" onClick={actions.reopen}>
          {words.tryAgain}
        </button>
        {!actions.goHere && (
          <button type="button" class="quiet" onClick={actions.cancel}>
            {words.close}
          </button>
        )}
      </>
    ),
  };
}
