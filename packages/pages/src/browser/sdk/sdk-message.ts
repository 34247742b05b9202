/** Why the window has no result. */
export type SdkReason =
  | "cancelled"
  | "origin_not_allowed"
  | "unknown_key"
  | "session_closed"
  | "meta_error"
  | "unavailable";

/** What the window tells the page that opened it. */
export type SdkMessage =
  | { readonly type: "ready" }
  | {
      readonly type: "result";
      readonly value: {
        readonly wabaId: string | null;
        readonly phoneId: string | null;
        readonly code: string;
        readonly coexistence: boolean;
      };
    }
  | { readonly type: "error"; readonly reason: SdkReason; readonly message: string };

const MEANINGS: Readonly<Record<SdkReason, string>> = {
  cancelled: "The person closed Meta's window, or cancelled.",
  origin_not_allowed: "The public key does not allow this page's origin.",
  unknown_key: "The hub does not know this public key or session.",
  session_closed: "The session is over, or belongs to another browser.",
  meta_error: "Something went wrong in Meta's window.",
  unavailable: "The hub, or Meta's login, could not be reached.",
};

/**
 * An error for the page that opened the window; for its developers, so in English.
 *
 * @param detail What Meta said about it.
 */
export function sdkError(reason: SdkReason, detail = ""): SdkMessage {
  return { type: "error", reason, message: `${MEANINGS[reason]} ${detail}`.trim() };
}
