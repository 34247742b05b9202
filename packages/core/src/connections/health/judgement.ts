/** What was found about one thing, in whole sentences. */
export interface Judgement {
  readonly verdict: "ok" | "warning" | "failed";
  readonly message: string;
  /** What to do about it; `null` where nothing is to be done. */
  readonly nextStep: string | null;
}

/** All is well. */
export function ok(message: string): Judgement {
  return { verdict: "ok", message, nextStep: null };
}

/** It may be the reason, or could not be looked at. */
export function warning(message: string, nextStep: string): Judgement {
  return { verdict: "warning", message, nextStep };
}

/** It is a reason. */
export function failed(message: string, nextStep: string): Judgement {
  return { verdict: "failed", message, nextStep };
}
