import type { ConnectionMode } from "../../events.ts";
import { Failure } from "../../failure.ts";
import type { Graph } from "../../meta/graph.ts";
import type { PhoneNumber, TokenInfo } from "../../meta/nodes.ts";

const MANAGEMENT = "whatsapp_business_management";
const MESSAGING = "whatsapp_business_messaging";
/** A token for more accounts than this has to name the one it is used for. */
const MAX_DISCOVERED_WABAS = 20;

const NOT_OURS = "was issued for another Meta app";
const APP_REFUSED = "Meta refused the hub's own app: check its id and secret in the hub's options.";

/** What Meta says about a number and the token it was brought with. */
export interface GrantedNumber {
  readonly wabaId: string;
  /** E.164, where Meta told. */
  readonly displayPhoneNumber: string | null;
  readonly verifiedName: string | null;
  readonly connectionMode: ConnectionMode;
  /** Meta's word: `CLOUD_API` once it is registered there. */
  readonly platformType: string | null;
  /** Milliseconds since the epoch; `null` for a token that does not expire. */
  readonly tokenExpiresAt: number | null;
}

interface Claim {
  readonly accessToken: string;
  readonly phoneNumberId: string;
  readonly wabaId?: string | undefined;
}

/**
 * Holds a claim against Meta: the token is alive, issued for this app, with both WhatsApp permissions,
 * for the account, and the number is one of the account's.
 *
 * @throws {Failure} `meta_token_expired`, `invalid_request` naming the field that does not hold;
 *   `meta_rejected` in Meta's words for an account that was named, or for our own app.
 * @see https://developers.facebook.com/docs/facebook-login/guides/access-tokens/debugging
 */
export async function verifyGrant(graph: Graph, claim: Claim): Promise<GrantedNumber> {
  const token = await inspectToken(graph, claim.accessToken);
  requireUsable(token, graph.appId);
  const { wabaId, number } = await findNumber(graph, claim, grantedWabas(token));
  return grantOf(number, { wabaId, tokenExpiresAt: token.expiresAt });
}

/** What is known of a number of an account that a token was granted for. */
export function grantOf(
  number: PhoneNumber,
  account: Pick<GrantedNumber, "wabaId" | "tokenExpiresAt">,
): GrantedNumber {
  return {
    ...account,
    displayPhoneNumber: toE164(number.displayPhoneNumber),
    verifiedName: number.verifiedName,
    connectionMode: modeOf(number),
    platformType: number.platformType,
  };
}

/**
 * Holds a token against Meta: alive, issued for this app, with both WhatsApp permissions, for the
 * account, whose numbers it can read.
 *
 * @returns When it expires, in epoch ms; `null` for never. @throws {Failure} as `verifyGrant`
 */
export async function verifyToken(
  graph: Graph,
  { accessToken, wabaId }: { readonly accessToken: string; readonly wabaId: string },
): Promise<number | null> {
  const token = await inspectToken(graph, accessToken);
  requireUsable(token, graph.appId);
  const granted = grantedWabas(token);
  if (granted && !granted.includes(wabaId))
    refuse("accessToken", "was not granted for this account");
  await graph.listPhoneNumbers({ wabaId, token: accessToken });
  return token.expiresAt;
}

/** What Meta says of a token. A dead one is an answer. What Meta refuses here is a stranger's token, or our app itself. */
export async function inspectToken(graph: Graph, token: string): Promise<TokenInfo> {
  try {
    return await graph.debugToken({ token });
  } catch (cause) {
    if (!(cause instanceof Failure)) throw cause;
    if (cause.code === "meta_rejected") refuse("accessToken", NOT_OURS, cause);
    if (cause.code !== "meta_token_expired") throw cause;
    throw new Failure("meta_rejected", APP_REFUSED, { cause, context: cause.context });
  }
}

function requireUsable(token: TokenInfo, appId: string): void {
  if (!token.isValid) throw new Failure("meta_token_expired");
  if (token.appId !== appId) refuse("accessToken", NOT_OURS);
  const missing = missingScopes(token);
  if (missing.length > 0) refuse("accessToken", `lacks the permission ${missing.join(" and ")}`);
}

/** Those of both WhatsApp permissions that a token does not have. */
export function missingScopes({ scopes }: TokenInfo): readonly string[] {
  return [MANAGEMENT, MESSAGING].filter((scope) => !scopes.includes(scope));
}

/** Most recently onboarded first; `null` when the token does not say, or is not limited. */
export function grantedWabas({ granularScopes }: TokenInfo): readonly string[] | null {
  return granularScopes.find(({ scope }) => scope === MANAGEMENT)?.targetIds ?? null;
}

async function findNumber(graph: Graph, claim: Claim, granted: readonly string[] | null) {
  const { wabaId, accessToken, phoneNumberId } = claim;
  if (wabaId !== undefined && granted && !granted.includes(wabaId)) {
    refuse("wabaId", "is not an account this access token was granted for");
  }
  const candidates = wabaId === undefined ? (granted ?? []) : [wabaId];
  if (candidates.length === 0) refuse("wabaId", "is needed: the access token does not name one");
  for (const candidate of candidates.slice(0, MAX_DISCOVERED_WABAS)) {
    const access = { wabaId: candidate, token: accessToken };
    const numbers = await graph.listPhoneNumbers(access).catch((error: unknown) => {
      if (wabaId === undefined && isRefusal(error)) return []; // it may have been deleted since
      throw error;
    });
    const number = numbers.find(({ id }) => id === phoneNumberId);
    if (number) return { wabaId: candidate, number };
  }
  return refuse("phoneNumberId", "is not a number of the account");
}

/** Coexistence is a number on the Cloud API that is also in the WhatsApp Business app. */
export function modeOf({ isOnBizApp }: Pick<PhoneNumber, "isOnBizApp">): ConnectionMode {
  if (isOnBizApp === null) return "unknown";
  return isOnBizApp ? "coexistence" : "cloud_api";
}

export function toE164(display: string | null): string | null {
  const digits = display?.replaceAll(/\D/g, "");
  return digits ? `+${digits}` : null;
}

function isRefusal(error: unknown): boolean {
  return error instanceof Failure && error.code === "meta_rejected";
}

function refuse(path: string, message: string, cause?: Failure): never {
  throw new Failure("invalid_request", `${path}: ${message}`, {
    cause,
    context: { ...cause?.context, fields: [{ path, message }] },
  });
}
