import { presentConnection } from "../../connections/connection.ts";
import { requireOwned } from "../../connections/owned.ts";
import { momentOf } from "../../connections/timers/heartbeat-fields.ts";
import { Failure } from "../../failure.ts";
import { changeSession, type SessionDecision } from "../sessions/change-session.ts";
import { ended } from "../sessions/end-session.ts";
import { completedDraft, failedDraft } from "../sessions/events-of-session.ts";
import {
  isRunning,
  type Session,
  type SessionStatus,
  SIGNUP_STEPS,
  type SignupStep,
  stepsWith,
} from "../sessions/session.ts";
import { ambiguous, discover, inspect } from "./discover.ts";
import { CATEGORY_SENTENCES, categoryOf } from "./error-category.ts";
import { requireUntouched } from "./hold-session.ts";
import { conflict, subscribe } from "./join.ts";
import { register } from "./register-number.ts";
import { connectionOf, health, mode, sync } from "./settle.ts";
import { openUnderWay, type SignupParts, type Step, type StepResult } from "./steps.ts";

type TokenStep = Exclude<SignupStep, "exchange" | "complete">;

/** What follows the exchange of the code, in the order of `SIGNUP_STEPS`. */
const STEPS: Readonly<Record<TokenStep, Step>> = {
  inspect,
  discover,
  conflict,
  subscribe,
  register,
  sync,
  mode,
  health,
};

/** What a session is while a step is under way. */
const STATUS_IN: Readonly<Record<SignupStep, SessionStatus>> = {
  exchange: "exchanging",
  inspect: "exchanging",
  discover: "exchanging",
  conflict: "subscribing",
  subscribe: "subscribing",
  register: "subscribing",
  sync: "subscribing",
  mode: "subscribing",
  health: "subscribing",
  complete: "subscribing",
};

/**
 * Takes the steps that are left of a sign-up, each recorded before the next begins, so that whoever
 * finds it after a crash goes on where it stopped. Whoever calls holds the session.
 *
 * @returns The session, completed or waiting for a choice.
 * @throws {Failure} What stopped it, once that is recorded and told; `store_unavailable`, after which
 *   it is still under way
 */
export async function runSignup(parts: SignupParts, session: Session): Promise<Session> {
  let now = session;
  while (isRunning(now)) now = await takeStep(parts, now);
  if (now.status === "choose_number") throw ambiguous(now.signup?.candidates ?? []);
  return now;
}

async function takeStep(parts: SignupParts, session: Session): Promise<Session> {
  const { step } = session;
  if (step === null || step === "exchange") return stop(parts, session, exchangeLost());
  try {
    if (step === "complete") return await complete(parts, session);
    const result = await STEPS[step](parts, await openUnderWay(parts, session));
    return await record(parts, { session, step, result });
  } catch (error) {
    if (!(error instanceof Failure) || error.code === "store_unavailable") throw error;
    return stop(parts, session, error);
  }
}

interface Taken {
  readonly session: Session;
  readonly step: TokenStep;
  readonly result: StepResult;
}

function record(parts: SignupParts, { session, step, result }: Taken): Promise<Session> {
  return changeSession(parts, session.sessionId, (now) => {
    requireUntouched(now, session);
    const outcome = result.waits ? "waiting" : "done";
    const taken = stepsWith(now, { step, outcome, at: parts.clock.now() });
    const signup = now.signup && { ...now.signup, ...result.signup };
    const connectionId = result.connectionId ?? now.connectionId;
    const after = { ...now, taken, signup, connectionId };
    if (result.waits) {
      const errorMessage = CATEGORY_SENTENCES.number_ambiguous;
      return {
        session: {
          ...after,
          status: "choose_number",
          errorCategory: "number_ambiguous",
          errorMessage,
        },
      };
    }
    const next = SIGNUP_STEPS[SIGNUP_STEPS.indexOf(step) + 1] ?? "complete";
    return { session: { ...after, step: next, status: STATUS_IN[next] } };
  });
}

/** Records why a sign-up has stopped, and tells it; then whoever asked for it hears the same. */
export async function stop(parts: SignupParts, session: Session, why: Failure): Promise<never> {
  const step = session.step ?? "exchange";
  const category = categoryOf(step, why);
  await changeSession(parts, session.sessionId, (now) => {
    requireUntouched(now, session);
    const taken = stepsWith(now, { step, outcome: "failed", at: parts.clock.now() });
    const after: Session = {
      ...now,
      taken,
      status: "failed",
      errorCategory: category,
      errorMessage: sentence(category, why),
    };
    return { session: after, drafts: [failedDraft(after, "failed")] };
  });
  const { retryAfterMs } = why;
  throw new Failure(why.code, why.message, {
    cause: why,
    context: { ...why.context, errorCategory: category },
    ...(retryAfterMs !== undefined && { retryAfterMs }),
  });
}

/** What to do, and what was said. */
function sentence(category: keyof typeof CATEGORY_SENTENCES, { message }: Failure): string {
  return `${CATEGORY_SENTENCES[category]} (${message})`;
}

/** The process that had the code is gone, and the code with it. */
function exchangeLost(): Failure {
  return new Failure("code_exchange_failed", "The exchange of the code was cut short.", {
    context: { errorCategory: "exchange_ambiguous" },
  });
}

async function complete(parts: SignupParts, session: Session): Promise<Session> {
  return changeSession(parts, session.sessionId, async (now): Promise<SessionDecision> => {
    requireUntouched(now, session);
    const { waba, number } = await requireOwned(parts.store, ...connectionOf(now));
    const at = parts.clock.now();
    const taken = stepsWith(now, { step: "complete", outcome: "done", at });
    const done = {
      status: "completed",
      step: null,
      errorCategory: null,
      errorMessage: null,
    } as const;
    const after = ended({ ...now, ...done, taken }, at);
    const connection = presentConnection(waba.value, number, momentOf(parts));
    return { session: after, drafts: [completedDraft(after, connection)] };
  });
}
