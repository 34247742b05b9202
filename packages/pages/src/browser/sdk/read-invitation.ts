/** Who opened this window, and what for. */
export interface Invitation {
  readonly publicKey: string;
  /** Of the page that opened it: the only one that is told anything. */
  readonly origin: string;
  readonly sessionId?: string;
  readonly channelId?: string;
}

/**
 * Reads what the browser SDK put behind the `#`.
 *
 * @returns `null` when it is incomplete, or names no exact origin: `*` would tell everybody.
 */
export function readInvitation(fragment: string): Invitation | null {
  const { publicKey, origin, ...about } = Object.fromEntries(new URLSearchParams(fragment));
  if (!publicKey || !origin || !isExactOrigin(origin)) return null;
  const { sessionId, channelId } = about;
  return { publicKey, origin, ...(sessionId && { sessionId }), ...(channelId && { channelId }) };
}

function isExactOrigin(origin: string): boolean {
  return /^https?:/.test(origin) && URL.canParse(origin) && new URL(origin).origin === origin;
}
