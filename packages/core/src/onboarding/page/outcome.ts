import type { ErrorCategory } from "../../error-categories.ts";
import type { Session } from "../sessions/session.ts";

/** Where the page of a session leads. */
export interface Outcome {
  readonly url: string;
  /** In milliseconds; `null` by a button only. */
  readonly afterMs: number | null;
}

const DONE_AFTER_MS = 3_000;
const CANCELLED_AFTER_MS = 1_500;
/** Long enough to read what went wrong, and to try again. */
const FAILED_AFTER_MS = 15_000;

/** What the reader can mend, here and now. */
const MENDED_HERE: ReadonlySet<ErrorCategory | null> = new Set<ErrorCategory>([
  "code_expired",
  "code_used",
  "exchange_ambiguous",
  "missing_permission",
  "waba_not_granted",
  "number_ambiguous",
  "number_missing",
  "pin_required",
  "meta_unavailable",
]);

/** Where somebody is sent with an outcome, and when; `null` where the page itself is the end. */
export function outcomeOf(session: Session): Outcome | null {
  const { status, redirects, errorCategory, connectionId } = session;
  if (status === "completed") {
    return leading(redirects.success, session, { status, connectionId, afterMs: DONE_AFTER_MS });
  }
  if (status === "cancelled") {
    const afterMs = CANCELLED_AFTER_MS;
    return leading(redirects.cancel, session, { status, errorCategory, afterMs });
  }
  if (status !== "failed" && status !== "expired") return null;
  const afterMs = MENDED_HERE.has(errorCategory) ? null : FAILED_AFTER_MS;
  return leading(redirects.failure, session, { status: "failed", errorCategory, afterMs });
}

interface Leading {
  readonly status: "completed" | "failed" | "cancelled";
  readonly connectionId?: string | null;
  readonly errorCategory?: ErrorCategory | null;
  readonly afterMs: number | null;
}

function leading(
  url: string | null,
  { sessionId }: Session,
  { status, connectionId, errorCategory, afterMs }: Leading,
): Outcome | null {
  if (url === null) return null;
  const target = new URL(url);
  target.searchParams.set("sessionId", sessionId);
  target.searchParams.set("status", status);
  if (connectionId) target.searchParams.set("connectionId", connectionId);
  if (errorCategory) target.searchParams.set("errorCategory", errorCategory);
  return { url: target.href, afterMs };
}
