import type { App } from "../../app.ts";
import { constantTimeEqual } from "../../crypto/hmac.ts";
import type { HttpRequest } from "../../http/message.ts";
import { hashToken } from "../sessions/link.ts";
import type { Session } from "../sessions/session.ts";

type CookieParts = Pick<App, "publicUrl" | "rootSecret" | "clock">;

/**
 * The cookie that binds a session to the browser that has used its link. With https it has the prefix
 * that keeps it to this host; browsers take no such cookie without.
 */
function nameOf({ publicUrl }: Pick<App, "publicUrl">, sessionId: string): string {
  return `${publicUrl.startsWith("https:") ? "__Host-" : ""}wabakit-${sessionId}`;
}

/** The header that sets it, for as long as the link lives. */
export function bindingCookie(
  parts: CookieParts,
  { sessionId, expiresAt }: Session,
  token: string,
): string {
  const seconds = Math.max(0, Math.ceil((expiresAt - parts.clock.now()) / 1_000));
  const isSecure = parts.publicUrl.startsWith("https:");
  return [
    `${nameOf(parts, sessionId)}=${token}`,
    "Path=/",
    `Max-Age=${seconds}`,
    "HttpOnly",
    "SameSite=Lax",
    ...(isSecure ? ["Secure"] : []),
  ].join("; ");
}

/** Whether a request comes from the browser that a session is bound to. */
export function isBoundBrowser(
  parts: CookieParts,
  { headers }: Pick<HttpRequest, "headers">,
  { sessionId, browser }: Session,
): boolean {
  const token = readCookie(String(headers.cookie ?? ""), nameOf(parts, sessionId));
  return browser !== null && token !== "" && constantTimeEqual(hashToken(parts, token), browser);
}

function readCookie(header: string, name: string): string {
  const pairs = header.split(";").map((pair) => pair.trim());
  return pairs.find((pair) => pair.startsWith(`${name}=`))?.slice(name.length + 1) ?? "";
}
