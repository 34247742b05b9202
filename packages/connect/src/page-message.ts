/** What a signup yields: the four fields your server passes on to the hub. */
export interface ConnectResult {
  /** `null` when Meta's window did not say; the hub finds it out from the code. */
  readonly wabaId: string | null;
  /** The phone number id; `null` as above, or when the person finished without a number. */
  readonly phoneId: string | null;
  /** Single use, lives 30 seconds: complete the session at once. */
  readonly code: string;
  /** Whether the number stays in the WhatsApp Business app as well. */
  readonly coexistence: boolean;
}

/** What the hub's page says to the page that opened it. */
export type PageMessage =
  | { readonly type: "ready" }
  | { readonly type: "result"; readonly value: ConnectResult }
  | { readonly type: "error"; readonly reason: unknown; readonly message: string };

/** Understands a message; `undefined` for everything that is none of ours. */
export function readMessage(data: unknown): PageMessage | undefined {
  const { source, type, value, reason, message } = Object(data);
  if (source !== "wabakit") return undefined;
  if (type === "ready") return { type };
  if (type === "error") return { type, reason, message: isText(message) ? message : "" };
  const result = type === "result" && readResult(value);
  return result ? { type, value: result } : undefined;
}

function readResult(value: unknown): ConnectResult | undefined {
  const { wabaId, phoneId, code, coexistence } = Object(value);
  const isComplete = isText(code) && code !== "" && typeof coexistence === "boolean";
  if (!isComplete || !isTextOrNull(wabaId) || !isTextOrNull(phoneId)) return undefined;
  return { wabaId, phoneId, code, coexistence };
}

function isText(value: unknown): value is string {
  return typeof value === "string";
}

function isTextOrNull(value: unknown): value is string | null {
  return value === null || isText(value);
}
