import type { Clock } from "../clock.ts";
import type { Login } from "../view.ts";
import { type Attempt, startAttempt } from "./attempt.ts";
import { loginOptions } from "./login-options.ts";
import type { Facebook, Meta } from "./meta.ts";
import { readMessage } from "./read-message.ts";
import type { Outcome } from "./signals.ts";

/** Whether Meta's script is there. */
export type Readiness = "loading" | "ready" | "missing";

/** Meta's login on this page. */
export interface Signup {
  /** Opens Meta's window. Only in a click handler, with nothing awaited before. */
  readonly launch: (coexistence: boolean) => void;
}

interface SignupParts {
  readonly login: Login;
  readonly meta: Meta;
  readonly clock: Clock;
  readonly readiness: (readiness: Readiness) => void;
  readonly report: (outcome: Outcome) => void;
}

/** A double click is one click. */
const DOUBLE_CLICK_MS = 1_000;

/** Loads Meta's script, so that a click finds it ready, and listens to what Meta's window says. */
export function prepareSignup({ login, meta, clock, readiness, report }: SignupParts): Signup {
  let facebook: Facebook | null = null;
  let attempt: Attempt | undefined;
  let launchedAt = Number.NEGATIVE_INFINITY;

  meta.hear(login.messageOrigins, (data) => {
    const message = readMessage(data);
    if (message) attempt?.onMessage(message);
  });
  meta.load(login, (loaded) => {
    facebook ??= loaded;
    readiness(facebook ? "ready" : "missing");
  });

  const isDoubleClick = () =>
    attempt?.outcome().kind === "open" && clock.now() - launchedAt < DOUBLE_CLICK_MS;

  return {
    launch(coexistence) {
      if (!facebook || isDoubleClick()) return;
      launchedAt = clock.now();
      attempt?.drop();
      const own = startAttempt({ clock, coexistence, report });
      attempt = own;
      facebook.login(loginOptions(login, coexistence), (code) => {
        // Whoever started again may still finish in the first window; that it is closed says nothing.
        if (attempt === own || code !== null) attempt?.onAnswer(code);
      });
    },
  };
}
