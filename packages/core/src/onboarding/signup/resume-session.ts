import { z } from "zod";
import type { App } from "../../app.ts";
import { MetaId } from "../../connections/connect/connect.ts";
import type { Acting } from "../../connections/owned.ts";
import { type TimerHandler, tryAgain } from "../../connections/timers/timers.ts";
import { Failure } from "../../failure.ts";
import type { JobHandler } from "../../queue/queue.ts";
import { changeSession, requireSession } from "../sessions/change-session.ts";
import { expireSession, requireOpen } from "../sessions/end-session.ts";
import {
  isOver,
  isRunning,
  readSession,
  type Session,
  SIGNUP_STEPS,
  type SignupStep,
  sessionKey,
  sessionPlace,
} from "../sessions/session.ts";
import { ambiguous } from "./discover.ts";
import { holdSession, watchSession } from "./hold-session.ts";
import { runSignup } from "./run-signup.ts";
import type { SignupParts } from "./steps.ts";

/** What a sign-up that has stopped still needs. */
export const ResumeSession = z.strictObject({
  /** Of the number's two-step verification. */
  pin: z
    .string()
    .regex(/^\d{6}$/, "must be six digits")
    .optional(),
  /** One of the session's `phoneNumbers`, or one that was added since. */
  phoneNumberId: MetaId.optional(),
});
export type ResumeSession = z.output<typeof ResumeSession>;

/**
 * Goes on with a sign-up where it stopped, with the token that it has.
 *
 * @throws {Failure} `not_found`, `session_closed`, `connection_busy`, `number_ambiguous`;
 *   `token_required` when there is nothing to go on with: sign up again; otherwise as `completeSession`
 */
export async function resumeSession(
  parts: SignupParts,
  acting: Acting,
  input: ResumeSession & { readonly sessionId: string },
): Promise<Session> {
  const { sessionId } = input;
  await requireSession(parts.store, acting, sessionId);
  return holdSession(parts, sessionId, async () => {
    await watchSession(parts, sessionId);
    const session = await changeSession(parts, sessionId, (now) => {
      requireOpen(now);
      return isRunning(now) ? undefined : { session: reopened(parts, now, input) };
    });
    return runSignup(parts, session);
  });
}

const NOTHING_TO_RESUME =
  "There is no sign-up to resume: complete the session with a code of Embedded Signup.";

/** The step that failed; beyond the connection, which may be gone since, all from there: what is done is found done. */
function restartAt(failed: SignupStep): SignupStep {
  return SIGNUP_STEPS.indexOf(failed) < SIGNUP_STEPS.indexOf("conflict") ? failed : "conflict";
}

/** Another number is looked for anew; anything else goes on about where it stopped. */
function reopened(
  { vault }: Pick<App, "vault">,
  session: Session,
  { pin, phoneNumberId }: ResumeSession,
): Session {
  const { signup, status, errorCategory } = session;
  if (!signup?.accessToken) throw new Failure("token_required", NOTHING_TO_RESUME);
  if (status === "choose_number" && phoneNumberId === undefined) throw ambiguous(signup.candidates);
  if (errorCategory === "pin_required" && pin === undefined) throw needsPin();
  const given = {
    ...(pin !== undefined && { pin: vault.seal(pin, sessionPlace(session, "pin")) }),
    ...(phoneNumberId !== undefined && { claim: { ...signup.claim, phoneNumberId } }),
  };
  const step = phoneNumberId === undefined ? restartAt(session.step ?? "inspect") : "discover";
  const open = { errorCategory: null, errorMessage: null, status: "subscribing" } as const;
  return { ...session, ...open, step, signup: { ...signup, ...given } };
}

/** Without it the next try would be in vain, and ten of those lock a number. */
function needsPin(): Failure {
  const message = "is needed: the six digits of the number's two-step verification";
  const context = { fields: [{ path: "pin", message }] };
  return new Failure("invalid_request", `pin: ${message}`, { context });
}

/** The job that goes on with one sign-up whose process has died; its id is the session's. */
const RESUME_JOB = "onboard";

/** Sees to it that sessions end when their time is over, and that sign-ups which were cut short go on. */
export function sessionTimers(
  parts: Pick<App, "store" | "clock" | "emit" | "queue">,
): TimerHandler {
  const { store, clock, queue } = parts;
  return async (fired) => {
    const stored = await store.getMany<Session>(fired.map(({ id }) => sessionKey(id)));
    const open = fired.flatMap((timer, index) => {
      const session = stored[index]?.value;
      return session && !isOver(session) ? [{ timer, session }] : [];
    });
    const running = open.filter(({ session }) => isRunning(session));
    const due = open.filter(
      ({ session }) => !isRunning(session) && session.expiresAt <= clock.now(),
    );
    const later = open.filter((one) => !running.includes(one) && !due.includes(one));
    return {
      next: [
        ...[...running, ...due].map(({ timer }) => tryAgain(timer, clock.now())),
        ...later.map(({ timer: { kind, id }, session }) => ({
          kind,
          id,
          dueAt: session.expiresAt,
        })),
      ],
      async apply() {
        await queue.add(running.map(({ timer: { id } }) => ({ kind: RESUME_JOB, id })));
        await Promise.all(due.map(({ timer }) => expireSession(parts, timer.id)));
      },
    };
  };
}

/** The job that goes on with a sign-up, unless somebody is at it. What stops it is told by its event. */
export function resumeSignup(parts: SignupParts): JobHandler {
  return async (sessionId) => {
    try {
      await holdSession(parts, sessionId, async () => {
        const session = (await readSession(parts.store, sessionId))?.value;
        if (session && isRunning(session)) await runSignup(parts, session);
      });
    } catch (error) {
      if (!(error instanceof Failure) || error.code === "store_unavailable") throw error;
      parts.logger.info({ error, sessionId }, "a sign-up that was cut short has stopped");
    }
    return undefined;
  };
}
