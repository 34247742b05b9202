import type { App } from "../app.ts";
import type { ConnectedNumber } from "../connections/waba.ts";
import { constantTimeEqual, hmacSha256 } from "../crypto/hmac.ts";

const VALID_MS = 30 * 24 * 60 * 60 * 1000;
const FORM = /^(conn_[0-9a-z]+)\.([0-9a-z]+)\.([0-9a-z]+)\.([\w-]+)$/;

type LinkParts = Pick<App, "rootSecret" | "pagesUrl" | "clock">;

/** What a link is good for. Instants are milliseconds since the epoch. */
export interface LinkClaim {
  readonly connectionId: string;
  /** The confirmation it was made after: the next one ends it. */
  readonly confirmedAt: number;
  readonly expiresAt: number;
}

/** A link to the page that confirms a heartbeat: for whoever has it, until that is done, 30 days at most. */
export function confirmLink(
  { rootSecret, pagesUrl, clock }: LinkParts,
  { connectionId, heartbeatLastConfirmedAt }: ConnectedNumber,
): { readonly url: string; readonly expiresAt: number } {
  const expiresAt = clock.now() + VALID_MS;
  const instants = [heartbeatLastConfirmedAt ?? 0, expiresAt].map((at) => at.toString(36));
  const claim = [connectionId, ...instants].join(".");
  return { url: `${pagesUrl}/heartbeat/${claim}.${macOf(rootSecret, claim)}`, expiresAt };
}

/** @returns What the link's last part says, `undefined` when it is not one of ours. */
export function readLink(
  { rootSecret }: Pick<App, "rootSecret">,
  token: string,
): LinkClaim | undefined {
  const [, connectionId = "", confirmedAt = "", expiresAt = "", mac = ""] = FORM.exec(token) ?? [];
  const claim = [connectionId, confirmedAt, expiresAt].join(".");
  if (!constantTimeEqual(mac, macOf(rootSecret, claim))) return undefined;
  return {
    connectionId,
    confirmedAt: Number.parseInt(confirmedAt, 36),
    expiresAt: Number.parseInt(expiresAt, 36),
  };
}

function macOf(rootSecret: App["rootSecret"], claim: string): string {
  return hmacSha256(rootSecret.derive("heartbeat-link"), claim).toString("base64url");
}
