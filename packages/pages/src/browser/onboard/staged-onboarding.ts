import { type AskHub, Refusal, type RefusalReason } from "../ask-hub.ts";
import type { Facebook } from "../signup/meta.ts";
import { standingClock } from "../standing-clock.ts";
import type { View } from "../view.ts";
import { NOTHING_YET } from "./onboard-state.ts";
import { onboarding } from "./onboarding.ts";
import type { Entry } from "./read-entry.ts";
import { sampleView } from "./sample-view.ts";
import { screenOf } from "./screen-of.ts";

/** What the hub of a test answers: the changes to a sample view, a refusal, or nothing before it is let go. */
export type Answer = Partial<View> | { readonly url: string } | RefusalReason | Promise<object>;

/** An onboarding page without a browser, its hub and Meta in a test's hands. */
export function stagedOnboarding(answers: Record<string, Answer>, entry: Entry | null = LINK) {
  const clock = standingClock();
  /** In the order they came: requests of the hub by their path, and `login`. */
  const log: (readonly [string, object])[] = [];
  const left: string[] = [];
  const windows: ((code: string | null) => void)[] = [];
  let state = NOTHING_YET;
  let say: (data: unknown) => void = () => {};

  const ask: AskHub = async (path, body) => {
    log.push([path, body]);
    const answer = await (answers[path] ?? "missing");
    if (typeof answer === "string") throw new Refusal(answer);
    // Tests answer with what the path asks for.
    return { ...sampleView, ...answer } as never;
  };
  const script: Facebook = {
    login(options, answer) {
      log.push(["login", options]);
      windows.push(answer);
    },
  };
  const actions = onboarding({
    ask,
    entry,
    clock,
    meta: {
      load: (_, take) => take(script),
      hear: (_, take) => {
        say = take;
      },
    },
    leave: (url) => left.push(url),
    show: (next) => {
      state = next;
    },
  });
  return {
    actions,
    answers,
    clock,
    left,
    log,
    /** The bodies that a path was asked with. */
    asked: (path: string) => log.filter(([name]) => name === path).map(([, body]) => body),
    screen: () => screenOf(state),
    state: () => state,
    say: (data: unknown) => say(data),
    answerLogin: (code: string | null) => windows.at(-1)?.(code),
  };
}

const LINK: Entry = { link: "token" };
