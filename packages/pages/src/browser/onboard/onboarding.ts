import { type AskHub, Refusal } from "../ask-hub.ts";
import type { Clock } from "../clock.ts";
import type { Meta } from "../signup/meta.ts";
import type { Outcome } from "../signup/signals.ts";
import { prepareSignup, type Signup } from "../signup/signup.ts";
import { canSignUp, type View } from "../view.ts";
import { webAddress } from "../web-address.ts";
import { NOTHING_YET, type OnboardActions, type OnboardState } from "./onboard-state.ts";
import type { Entry } from "./read-entry.ts";
import { sessionOf } from "./session.ts";

interface OnboardParts {
  readonly ask: AskHub;
  /** `null`: the address says nothing. */
  readonly entry: Entry | null;
  readonly meta: Meta;
  readonly clock: Clock;
  /** Sends this window elsewhere. */
  readonly leave: (url: string) => void;
  readonly show: (state: OnboardState, actions: OnboardActions) => void;
}

const POLL_MS = 2_000;

/** A hub that is being restarted comes back in less. */
const MAX_MISSED_POLLS = 5;

/** What the operator is told of a run that led to nothing. */
const EVENTS = { blocked: "POPUP_BLOCKED", left: "CANCEL", failed: "ERROR" } as const;

/**
 * The onboarding page without its looks: open → click → Meta's window → finish → outcome. Every turn
 * is shown; nothing is remembered that the hub does not know better.
 */
export function onboarding({ ask, entry, meta, clock, leave, show }: OnboardParts): OnboardActions {
  const session = sessionOf(ask, entry ?? { link: "" });
  let state = NOTHING_YET;
  let signup: Signup | undefined;
  let missedPolls = 0;
  let callOff = () => {};

  const set = (change: Partial<OnboardState>) => {
    state = { ...state, ...change };
    show(state, actions);
  };
  const later = (ms: number, run: () => void) => {
    callOff();
    callOff = clock.after(ms, run);
  };
  const refuse = (error: unknown) => {
    set({ busy: null, refusal: error instanceof Refusal ? error.reason : "unavailable" });
    if (!(error instanceof Refusal)) throw error;
  };

  const take = (view: View) => {
    callOff();
    missedPolls = 0;
    const coexistence = state.view ? state.coexistence : view.coexistence !== "off";
    set({ view, coexistence, busy: null, refusal: null, outcome: null });
    if (canSignUp(view)) signup ??= prepare(view);
    if (view.status === "exchanging" || view.status === "subscribing") later(POLL_MS, poll);
    const url = webAddress(view.redirect?.url);
    const afterMs = view.redirect?.afterMs ?? null;
    if (url && afterMs !== null) later(afterMs, () => leave(url.href));
  };
  const prepare = ({ login }: View) =>
    prepareSignup({ login, meta, clock, report, readiness: (readiness) => set({ readiness }) });
  const poll = () => {
    session.open().then(take, (error) => {
      const isGone = !(error instanceof Refusal) || error.reason !== "unavailable";
      missedPolls += 1;
      if (isGone || missedPolls > MAX_MISSED_POLLS) refuse(error);
      else later(POLL_MS, poll);
    });
  };

  /** Whatever was too late, or came from the wrong browser: the hub says which. */
  const lookAgain = (error: unknown) => {
    if (error instanceof Refusal && error.reason === "closed") return session.open();
    throw error;
  };
  const act = (action: string, details?: object) => session.act(action, details).catch(lookAgain);
  const run = async (busy: OnboardState["busy"], call: () => Promise<View>) => {
    callOff();
    set({ busy, refusal: null, problem: null });
    await call().then(take).catch(refuse);
  };
  const report = (outcome: Outcome) => {
    // The session may have ended meanwhile, or the person may have gone another way.
    if (state.busy || state.refusal || !state.view || !canSignUp(state.view)) return;
    if (outcome.kind === "finished") {
      void run("connecting", () => act("finish", withoutNulls(outcome.result)));
      return;
    }
    set({ outcome });
    if (outcome.kind === "open") return;
    const details = "details" in outcome ? outcome.details : {};
    session.act("signal", { event: EVENTS[outcome.kind], ...details }).catch(() => {});
  };
  const claim = async () => {
    const view = await session.start().catch(lookAgain);
    if (view && !canSignUp(view)) take(view);
  };

  const actions: OnboardActions = {
    choose(coexistence) {
      // Whoever chooses is not done here: a failure does not lead on by itself any more.
      callOff();
      set({ coexistence });
    },
    launch() {
      if (state.readiness !== "ready") return;
      callOff();
      set({ outcome: { kind: "open" } });
      signup?.launch(state.coexistence);
      // Not awaited: between the click and Meta's window nothing may come. `finish` starts it if need be.
      claim().catch((error) => {
        if (!(error instanceof Refusal) || error.reason !== "unavailable") refuse(error);
      });
    },
    async goHere() {
      callOff();
      set({ busy: "shortly" });
      const { coexistence } = state;
      await session
        .act<{ url: string }>("redirect", { coexistence })
        .then(({ url }) => leave(urlOf(url)))
        .catch(async (error) => take(await lookAgain(error)))
        .catch(refuse);
    },
    cancel: () => void run("shortly", () => act("cancel")),
    reopen: () => void run("shortly", session.open),
    resume: () => void run("connecting", () => act("resume")),
    async enterPin(text) {
      const pin = text.replaceAll(/\s/g, "");
      if (!/^\d{6}$/.test(pin)) return set({ problem: "pinShape" });
      await run("connecting", () => act("resume", { pin }));
      set({ problem: "pinWrong" });
    },
    chooseNumber(phoneNumberId) {
      if (phoneNumberId === null) return set({ problem: "chooseFirst" });
      void run("connecting", () => act("resume", { phoneNumberId }));
    },
  };
  if (entry) actions.reopen();
  else set({ refusal: "missing" });
  return actions;
}

/** The hub reads an absent id, not a `null`. */
function withoutNulls(result: object): object {
  return Object.fromEntries(Object.entries(result).filter(([, value]) => value !== null));
}

/** Only the hub says where to go, but it may have been told wrong. */
function urlOf(address: string): string {
  const url = webAddress(address);
  if (!url) throw new Refusal("unavailable");
  return url.href;
}
