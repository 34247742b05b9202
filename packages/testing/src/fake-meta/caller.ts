import { createHmac } from "node:crypto";
import { refusals } from "./graph-error.ts";
import { type Params, textParam } from "./params.ts";
import type { RecordedRequest } from "./recorded-request.ts";
import { known, type MetaApp, type State, type Token } from "./state.ts";

/** Who makes a call. */
export interface Caller {
  readonly app: MetaApp;
  /** What was sent, for the URLs that Meta puts it into. */
  readonly accessToken: string;
  /** `undefined` for an app token, `APP_ID|APP_SECRET`. */
  readonly token: Token | undefined;
}

/** Whether calls have to prove that they know the app secret ("Require App Secret"). */
export interface ProofRule {
  readonly requireAppSecretProof: boolean;
}

/**
 * Says who is calling.
 *
 * @throws {GraphError} 190 without a token or with a dead one, 100 for a missing or wrong
 *   `appsecret_proof`.
 */
export function authenticate(
  { state, rule }: { readonly state: State; readonly rule: ProofRule },
  request: RecordedRequest,
  params: Params,
): Caller {
  const accessToken = bearerOf(request) ?? textParam(params, "access_token");
  if (!accessToken) throw refusals.tokenMissing();
  const caller = identify(state, accessToken);
  checkProof(caller, rule, textParam(params, "appsecret_proof"));
  return caller;
}

/** @throws {GraphError} 10 without the permission, 200 when the account was not shared. */
export function requireWaba({ token }: Caller, wabaId: string): void {
  if (!token) throw refusals.noAccess(wabaId);
  requireScope(token, "whatsapp_business_management");
  if (!reaches(token, wabaId)) throw refusals.noAccess(wabaId);
}

/** Whether an account was shared with whom the token speaks for. */
export function reaches({ wabaIds }: Token, wabaId: string): boolean {
  return wabaIds?.includes(wabaId) ?? true;
}

/** @throws {GraphError} 10 without the permission. */
export function requireScope({ scopes }: Token, scope: string): void {
  if (!scopes.includes(scope)) throw refusals.scopeMissing(scope);
}

/**
 * A token that is a person's or a system user's; an app has no portfolios.
 *
 * @throws {GraphError} 2500 for an app token.
 */
export function requireToken({ token }: Caller): Token {
  if (!token) throw refusals.userTokenNeeded();
  return token;
}

/** @throws {GraphError} 15 for a business token, 200 for the token of another app. */
export function requireApp({ app, token }: Caller, appId: string): void {
  if (token) throw refusals.appTokenNeeded();
  if (app.appId !== appId) throw refusals.noAccess(appId);
}

/** Why a token is refused; `undefined` while it is good. */
export function deathOf(token: Token, now: number) {
  if (token.revoked) return refusals.tokenRevoked(token.revoked);
  if (token.expiresAt !== undefined && token.expiresAt <= now) return refusals.tokenExpired();
  return undefined;
}

function bearerOf({ headers }: RecordedRequest): string | undefined {
  return /^(?:Bearer|OAuth) (\S+)$/i.exec(headers.authorization ?? "")?.[1];
}

function identify(state: State, accessToken: string): Caller {
  const token = state.tokens.get(accessToken);
  if (!token) return { app: appBehind(state, accessToken), accessToken, token };
  const death = deathOf(token, state.clock.now());
  if (death) throw death;
  return { app: known(state.apps, token.appId), accessToken, token };
}

function appBehind(state: State, accessToken: string): MetaApp {
  const [appId = "", appSecret] = accessToken.split("|");
  const app = state.apps.get(appId);
  if (!app || app.appSecret !== appSecret) throw refusals.tokenUnknown();
  return app;
}

function checkProof(caller: Caller, rule: ProofRule, proof: string | undefined): void {
  if (proof === undefined) {
    if (rule.requireAppSecretProof && caller.token) throw refusals.proofMissing();
    return;
  }
  const hmac = createHmac("sha256", caller.app.appSecret).update(caller.accessToken);
  if (proof !== hmac.digest("hex")) throw refusals.proofInvalid();
}
