import { z } from "zod";
import { instant, wholeSeconds } from "../../connections/instant.ts";
import { ERROR_CATEGORIES } from "../../error-categories.ts";
import { type Candidate, SESSION_STATUSES, type Session, SIGNUP_STEPS } from "./session.ts";

const Text = z.string().nullable();
const Instant = z.iso.datetime().nullable();

/** A number to choose, where several are possible. */
export const PhoneNumberChoice = z.strictObject({
  phoneNumberId: z.string(),
  displayPhoneNumber: Text,
  verifiedName: Text,
});
export type PhoneNumberChoice = z.output<typeof PhoneNumberChoice>;

/** A session as the API shows it; never with its link. */
export const ShownSession = z.strictObject({
  sessionId: z.string(),
  tenantId: z.string(),
  tenantName: z.string(),
  status: z.enum(SESSION_STATUSES),
  /** The step that is under way, or that it did not get past. */
  step: z.enum(SIGNUP_STEPS).nullable(),
  /** The steps that were taken, in their order. */
  steps: z.array(
    z.strictObject({
      step: z.enum(SIGNUP_STEPS),
      outcome: z.enum(["done", "failed", "waiting"]),
      at: z.iso.datetime(),
    }),
  ),
  connectionId: Text,
  wabaId: Text,
  phoneNumberId: Text,
  /** The numbers to choose from, while `choose_number`. */
  phoneNumbers: z.array(PhoneNumberChoice),
  errorCategory: z.enum(ERROR_CATEGORIES).nullable(),
  /** What went wrong, and what to do about it, in a sentence. */
  errorMessage: Text,
  /** What Meta's dialog told the browser last, when it was cancelled or has failed. */
  lastSignal: z
    .strictObject({
      event: z.string(),
      currentStep: Text,
      errorCode: Text,
      errorMessage: Text,
      metaSessionId: Text,
      at: z.iso.datetime(),
    })
    .nullable(),
  appId: z.string(),
  webhookOverrideUrl: Text,
  coexistence: z.enum(["offer", "require", "off"]),
  language: Text,
  metadata: z.record(z.string(), z.unknown()).nullable(),
  createdAt: z.iso.datetime(),
  startedAt: Instant,
  expiresAt: z.iso.datetime(),
  endedAt: Instant,
});
export type ShownSession = z.output<typeof ShownSession>;

/** Presents a session. */
export function presentSession(session: Session): ShownSession {
  const { signup, signal, webhook, metadata } = session;
  const chosen = signup?.chosen ?? null;
  return {
    sessionId: session.sessionId,
    tenantId: session.tenantId,
    tenantName: session.tenantName,
    status: session.status,
    step: session.step,
    steps: session.taken.map(({ at, ...step }) => ({ ...step, at: wholeSeconds(at) })),
    connectionId: session.connectionId,
    wabaId: chosen?.wabaId ?? null,
    phoneNumberId: chosen?.phoneNumberId ?? null,
    phoneNumbers: choicesOf(session),
    errorCategory: session.errorCategory,
    errorMessage: session.errorMessage,
    lastSignal: signal && { ...signal, at: wholeSeconds(signal.at) },
    appId: session.appId,
    webhookOverrideUrl: webhook?.url ?? null,
    coexistence: session.coexistence,
    language: session.language,
    metadata: metadata && { ...metadata },
    createdAt: wholeSeconds(session.createdAt),
    startedAt: instant(session.startedAt),
    expiresAt: wholeSeconds(session.expiresAt),
    endedAt: instant(session.endedAt),
  };
}

/** The numbers a session waits for a choice among. */
export function choicesOf({ status, signup }: Session): PhoneNumberChoice[] {
  return status === "choose_number" ? (signup?.candidates ?? []).map(toChoice) : [];
}

/** A candidate as callers see it. */
export function toChoice(candidate: Candidate): PhoneNumberChoice {
  const { phoneNumberId, displayPhoneNumber, verifiedName } = candidate;
  return { phoneNumberId, displayPhoneNumber, verifiedName };
}
