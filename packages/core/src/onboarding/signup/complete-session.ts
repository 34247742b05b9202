import { z } from "zod";
import { findMetaApp } from "../../connections/change/tell-meta.ts";
import { MetaId } from "../../connections/connect/connect.ts";
import type { Acting } from "../../connections/owned.ts";
import { Failure } from "../../failure.ts";
import { changeSession, requireSession } from "../sessions/change-session.ts";
import { requireOpen } from "../sessions/end-session.ts";
import { startedDraft } from "../sessions/events-of-session.ts";
import {
  isRunning,
  newSignup,
  type Session,
  sessionPlace,
  stepsWith,
} from "../sessions/session.ts";
import { holdSession, requireUntouched, watchSession } from "./hold-session.ts";
import { runSignup, stop } from "./run-signup.ts";
import type { SignupParts } from "./steps.ts";

/** What came of Meta's dialog. */
export const CompleteSession = z.strictObject({
  /** From Facebook Login: good for 30 seconds, and one try. */
  code: z.string().min(1).max(4_096),
  /** Found out from the token when left out. */
  wabaId: MetaId.optional(),
  phoneNumberId: MetaId.optional(),
  /** Whether the number is one of the WhatsApp Business app: then it is never registered. */
  coexistence: z.boolean().default(false),
});
export type CompleteSession = z.output<typeof CompleteSession>;

/** A code, and where it comes from. */
export interface SignedUp extends CompleteSession {
  readonly sessionId: string;
  /** What the dialog was opened with in the redirect flow. */
  readonly redirectUri?: string;
}

/**
 * Makes a working number of a code: exchange → inspect → discover → conflict → subscribe → register →
 * sync → mode → health → complete. A session that has failed begins again.
 *
 * @throws {Failure} `not_found`, `session_closed`, `connection_busy`; `code_exchange_failed`;
 *   `number_ambiguous` with the numbers to choose from; otherwise as `connect`; each with an
 *   `errorCategory`, once it is recorded
 */
export async function completeSession(
  parts: SignupParts,
  acting: Acting,
  input: SignedUp,
): Promise<Session> {
  const { sessionId } = input;
  await requireSession(parts.store, acting, sessionId);
  return holdSession(parts, sessionId, async () => {
    const begun = await begin(parts, acting, input);
    return runSignup(parts, await exchange(parts, begun, input));
  });
}

/** From here on the code counts as spent. */
async function begin(
  parts: SignupParts,
  { actor, requestId }: Acting,
  { sessionId, wabaId, phoneNumberId, coexistence }: SignedUp,
): Promise<Session> {
  const now = parts.clock.now();
  const claim = { wabaId: wabaId ?? null, phoneNumberId: phoneNumberId ?? null, coexistence };
  const signup = newSignup({ actor, requestId }, claim);
  await watchSession(parts, sessionId);
  return changeSession(parts, sessionId, (session) => {
    requireOpen(session);
    if (session.expiresAt <= now) throw new Failure("session_closed", "The session has expired.");
    if (isRunning(session)) throw new Failure("connection_busy");
    const error = { errorCategory: null, errorMessage: null };
    const begun = {
      status: "exchanging",
      step: "exchange",
      taken: [],
      state: null,
      signal: null,
    } as const;
    const startedAt = session.startedAt ?? now;
    const after: Session = { ...session, ...begun, ...error, signup, startedAt };
    return { session: after, drafts: session.startedAt === null ? [startedDraft(after)] : [] };
  });
}

async function exchange(
  parts: SignupParts,
  session: Session,
  { code, redirectUri }: SignedUp,
): Promise<Session> {
  try {
    const { graph } = await findMetaApp(parts.metaApps, session);
    const token = await graph.exchangeCode({ code, redirectUri });
    return await keepToken(parts, session, token);
  } catch (error) {
    if (!(error instanceof Failure) || error.code === "store_unavailable") throw error;
    return stop(parts, session, error);
  }
}

function keepToken(parts: SignupParts, begun: Session, token: string): Promise<Session> {
  return changeSession(parts, begun.sessionId, (session) => {
    requireUntouched(session, begun);
    const accessToken = parts.vault.seal(token, sessionPlace(session, "access_token"));
    const step = { step: "exchange", outcome: "done", at: parts.clock.now() } as const;
    const taken = stepsWith(session, step);
    const signup = session.signup && { ...session.signup, accessToken };
    return { session: { ...session, signup, taken, step: "inspect" } };
  });
}
