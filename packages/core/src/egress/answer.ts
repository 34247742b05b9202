/** Why there is no answer. Stable: stored with every attempt. */
export type ErrorClass =
  | "timeout"
  | "dns"
  | "address_blocked"
  | "connect"
  | "tls"
  | "reset"
  | "protocol"
  | "invalid_url"
  | "aborted";

/** Somebody answered, with whatever status; a 3xx is an answer like any other. */
export interface Answered {
  readonly outcome: "answered";
  readonly status: number;
  readonly headers: {
    /** As it was sent: seconds or a date, unchecked. */
    readonly retryAfter?: string;
  };
  /** The first 1 KiB as text, on one line, for people to read. */
  readonly excerpt: string;
}

/** There was no complete answer; the request may or may not have been acted upon. */
export interface Failed {
  readonly outcome: "failed";
  readonly errorClass: ErrorClass;
  /** A sentence that the owner of the URL may see: no address, no header, no body. */
  readonly message: string;
}

/** What became of a request. */
export type EgressAnswer = (Answered | Failed) & {
  /** From the call to the last byte that was read. */
  readonly durationMs: number;
};

/** A failure as data. */
export function failed(errorClass: ErrorClass, message: string): Failed {
  return { outcome: "failed", errorClass, message };
}
