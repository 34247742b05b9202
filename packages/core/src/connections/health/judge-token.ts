import { Failure } from "../../failure.ts";
import type { Graph } from "../../meta/graph.ts";
import type { TokenInfo } from "../../meta/nodes.ts";
import { wholeSeconds } from "../instant.ts";
import { failed, type Judgement, ok, warning } from "./judgement.ts";

/** What a token is to be good for. */
export interface TokenUse {
  readonly appId: string;
  readonly wabaId: string;
  /** Milliseconds since the epoch. */
  readonly now: number;
}

const MANAGEMENT = "whatsapp_business_management";
const PERMISSIONS = [MANAGEMENT, "whatsapp_business_messaging"];
const NOTICE_MS = 7 * 24 * 60 * 60 * 1000;

const RECONNECT = "Connect the number again, or store a new access token for its account.";
const APP_REFUSED = failed(
  "Meta refused the hub's own app.",
  "Check the app's id and secret in the hub's options.",
);
const FOREIGN = failed("The access token was issued for another Meta app.", RECONNECT);

/**
 * Asks Meta about a token and judges the answer; a dead token is an answer, too.
 *
 * @throws {Failure} `meta_unavailable`, `meta_throttled`
 */
export async function inspectToken(
  graph: Pick<Graph, "debugToken">,
  token: string,
  use: TokenUse,
): Promise<Judgement> {
  try {
    return judgeToken(await graph.debugToken({ token }), use);
  } catch (error) {
    // The call is made with the app's own token, so that is the one Meta does not take.
    if (error instanceof Failure && error.code === "meta_token_expired") return APP_REFUSED;
    if (error instanceof Failure && error.code === "meta_rejected") return FOREIGN;
    throw error;
  }
}

/** Whether a token is alive, of the app, with both WhatsApp permissions, and for the account. */
export function judgeToken(token: TokenInfo, { appId, wabaId, now }: TokenUse): Judgement {
  if (!token.isValid) return failed("The access token is no longer valid.", RECONNECT);
  if (token.appId !== appId) return FOREIGN;
  const missing = PERMISSIONS.filter((scope) => !token.scopes.includes(scope));
  if (missing.length > 0) {
    return failed(`The access token lacks the permission ${missing.join(" and ")}.`, RECONNECT);
  }
  const granted = token.granularScopes.find(({ scope }) => scope === MANAGEMENT)?.targetIds;
  if (granted && !granted.includes(wabaId)) {
    return failed("The access token was not granted for this account.", RECONNECT);
  }
  if (token.expiresAt !== null && token.expiresAt - now < NOTICE_MS) {
    return warning(`The access token ends at ${wholeSeconds(token.expiresAt)}.`, RECONNECT);
  }
  return ok("The access token is valid, and good for this account.");
}
