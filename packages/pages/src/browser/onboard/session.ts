import type { AskHub } from "../ask-hub.ts";
import type { View } from "../view.ts";
import type { Entry } from "./read-entry.ts";

/** The session behind the link, as the hub keeps it. All calls reject with a `Refusal`. */
export interface Session {
  /** Looks, and changes nothing. */
  readonly open: () => Promise<View>;
  /**
   * Makes the session this browser's, as the first click of a person does.
   *
   * @returns `null` when this page has done it before.
   */
  readonly start: () => Promise<View | null>;
  /** Does something with the session, which is started for it if need be. */
  readonly act: <Answer = View>(action: string, details?: object) => Promise<Answer>;
}

/** Opens nothing yet. */
export function sessionOf(ask: AskHub, entry: Entry): Session {
  let sessionId = "";
  // Whoever comes back from Meta has started it. A link may be a renewed one, whatever the status is.
  let isStarted = "sessionId" in entry;
  let starting: Promise<View> | undefined;

  const keep = (view: View) => {
    sessionId = view.sessionId;
    return view;
  };
  const start = async () => {
    if (isStarted) return null;
    starting ??= ask<View>("onboard/start", entry).finally(() => {
      starting = undefined;
    });
    const view = keep(await starting);
    isStarted = true;
    return view;
  };

  return {
    open: async () => keep(await ask<View>("onboard/open", entry)),
    start,
    async act(action, details) {
      // Meta may have given a code by now, which a lost request must not cost.
      await start().catch(start);
      return ask(`onboard/${action}`, { sessionId, ...details });
    },
  };
}
