/**
 * Why there is no result. Two groups: what the hub's page says, and what is noticed on this side.
 * Removing one is a breaking change; a hub that is newer and says something else is `unavailable`.
 */
const REASONS = {
  cancelled: "The person left the signup.",
  origin_not_allowed: "The public key does not allow the origin of this page.",
  unknown_key: "The hub does not know the public key, or what was to be connected.",
  session_closed: "The session is over: completed, cancelled or expired.",
  meta_error: "Meta's signup ended with an error.",
  unavailable: "The hub cannot do this now.",
  popup_blocked: "The browser opened no window; call connect() in the click itself.",
  popup_closed: "The window was closed before the signup was finished.",
  timeout: "The hub's page did not answer within 30 seconds.",
  already_open: "A signup is open already; its window was brought to the front.",
} as const;

/** Why a connection did not come about; see the table in the README. */
export type ConnectReason = keyof typeof REASONS;

/** The only error `connect()` rejects with on purpose. Safe to switch over by `reason`. */
export class ConnectError extends Error {
  override readonly name = "ConnectError";
  readonly reason: ConnectReason;

  /** @param message What the hub's page has to add: for a log, not for machines. */
  constructor(reason: ConnectReason, message?: string) {
    super(message || REASONS[reason]);
    this.reason = reason;
  }
}

/** The reason a hub gave, or `unavailable` for one that this version has never heard of. */
export function knownReason(reason: unknown): ConnectReason {
  const isKnown = typeof reason === "string" && Object.hasOwn(REASONS, reason);
  // The table's own keys: hasOwn has just said so.
  return isKnown ? (reason as ConnectReason) : "unavailable";
}
