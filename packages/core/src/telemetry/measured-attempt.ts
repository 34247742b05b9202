import { instruments } from "./instruments.ts";
import { inSpan } from "./span.ts";

/** What of an attempt to deliver is told. */
export interface AttemptOf {
  readonly url: string;
  readonly eventId: string;
  /** Counts from 1. */
  readonly number: number;
  /** When what is delivered came about, in epoch milliseconds; where it is known. */
  readonly emittedAt: number | undefined;
  readonly now: () => number;
}

interface Judged {
  readonly status: "delivered" | "retrying" | "failed";
  readonly attempt: {
    readonly durationMs: number;
    readonly httpStatus: number | null;
    readonly errorClass: string | null;
  };
}

/** Makes an attempt in a span, and counts and times it; one that was broken off is none. */
export function measuredAttempt<Verdict extends Judged>(
  { url, eventId, number, emittedAt, now }: AttemptOf,
  attempt: () => Promise<Verdict>,
): Promise<Verdict> {
  const attributes = {
    "server.address": hostOf(url),
    "messaging.message.id": eventId,
    "wabakit.attempt": number,
  };
  return inSpan("deliver", { kind: "client", attributes }, async (note) => {
    const verdict = await attempt();
    const outcome = { "wabakit.outcome": verdict.status, ...errorOf(verdict) };
    note(outcome);
    if (verdict.attempt.errorClass === "aborted") return verdict;
    const { attempts, attemptSeconds, deliverySeconds } = instruments();
    attempts.add(1, outcome);
    attemptSeconds.record(verdict.attempt.durationMs / 1_000, outcome);
    const isMeasured = verdict.status === "delivered" && emittedAt !== undefined;
    if (isMeasured) deliverySeconds.record(Math.max(0, now() - emittedAt) / 1_000);
    return verdict;
  });
}

/** Why an attempt failed: the class of the error, or of the status, e.g. `5xx`. */
function errorOf({ status, attempt: { httpStatus, errorClass } }: Judged) {
  if (status === "delivered") return {};
  const ofStatus = httpStatus === null ? "_OTHER" : `${Math.floor(httpStatus / 100)}xx`;
  return { "error.type": errorClass ?? ofStatus };
}

/** Paths and queries of customers' URLs may hold secrets. */
function hostOf(url: string): string {
  return URL.canParse(url) ? new URL(url).hostname : "";
}
