import { type AskHub, Refusal, type RefusalReason } from "../ask-hub.ts";
import type { Clock } from "../clock.ts";
import type { Meta } from "../signup/meta.ts";
import type { Outcome, SignupResult } from "../signup/signals.ts";
import { prepareSignup, type Signup } from "../signup/signup.ts";
import type { SignupActions, SignupState } from "../signup/signup-state.ts";
import type { SdkView } from "../view.ts";
import type { Invitation } from "./read-invitation.ts";
import { type SdkMessage, type SdkReason, sdkError } from "./sdk-message.ts";

/** Whatever the SDK's window shows depends on. */
export interface SdkState extends SignupState {
  readonly view: SdkView | null;
  readonly refusal: RefusalReason | null;
  readonly hasOpener: boolean;
  /** The opener was told how it ended: this window has nothing more to do. */
  readonly isDone: boolean;
}

interface SdkParts {
  readonly ask: AskHub;
  readonly invitation: Invitation | null;
  /** Tells the opener, and nobody but its origin; `null`: there is none. */
  readonly post: ((message: SdkMessage) => void) | null;
  readonly meta: Meta;
  readonly clock: Clock;
  readonly close: () => void;
  readonly show: (state: SdkState, actions: SignupActions) => void;
}

/** What the opener is told when the hub refuses for good. */
const REASONS: Readonly<Partial<Record<RefusalReason, SdkReason>>> = {
  forbidden: "origin_not_allowed",
  missing: "unknown_key",
  closed: "session_closed",
};

/** The SDK's window without its looks: open → click → Meta's window → the result to the opener. */
export function sdkWindow({ ask, invitation, post, meta, clock, close, show }: SdkParts): void {
  let signup: Signup | undefined;
  let state: SdkState = {
    view: null,
    refusal: null,
    hasOpener: post !== null,
    isDone: false,
    readiness: "loading",
    outcome: null,
    coexistence: false,
  };

  const set = (change: Partial<SdkState>) => {
    state = { ...state, ...change };
    show(state, actions);
  };
  const end = (message: SdkMessage) => {
    if (state.isDone) return;
    post?.(message);
    set({ isDone: true });
    close();
  };
  const refuse = (error: unknown) => {
    const refusal = error instanceof Refusal ? error.reason : "unavailable";
    const reason = REASONS[refusal];
    if (reason) end(sdkError(reason));
    else set({ refusal });
    if (!(error instanceof Refusal)) throw error;
  };
  const report = (outcome: Outcome) => {
    if (outcome.kind === "finished") end(resultOf(outcome.result));
    else set({ outcome });
  };
  const open = async () => {
    set({ refusal: null });
    const view = await ask<SdkView>("sdk/open", invitation ?? {});
    set({ view, coexistence: view.coexistence !== "off" });
    const readiness = (readiness: SdkState["readiness"]) => set({ readiness });
    signup ??= prepareSignup({ login: view.login, meta, clock, readiness, report });
  };

  const actions: SignupActions = {
    choose: (coexistence) => set({ coexistence }),
    launch() {
      if (state.readiness !== "ready") return;
      set({ outcome: { kind: "open" } });
      signup?.launch(state.coexistence);
    },
    goHere: null,
    cancel: () => end(giveUp(state)),
    reopen: () => void open().catch(refuse),
  };
  if (!post) set({});
  else if (!invitation) set({ refusal: "missing" });
  else {
    post({ type: "ready" });
    actions.reopen();
  }
}

function resultOf({ code, wabaId, phoneNumberId, coexistence }: SignupResult): SdkMessage {
  return { type: "result", value: { wabaId, phoneId: phoneNumberId, code, coexistence } };
}

/** Whoever gives up after a failure is not the reason for it. */
function giveUp({ refusal, readiness, outcome }: SdkState): SdkMessage {
  if (refusal || readiness === "missing") return sdkError("unavailable");
  if (outcome?.kind === "failed") return sdkError("meta_error", outcome.details.errorMessage);
  return sdkError("cancelled");
}
