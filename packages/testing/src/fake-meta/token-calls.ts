import { businessesOf } from "./businesses.ts";
import { deathOf } from "./caller.ts";
import { mintToken } from "./grants.ts";
import type { GraphError } from "./graph-error.ts";
import { refusals } from "./graph-error.ts";
import { type Params, requiredParam, textParam } from "./params.ts";
import type { Call, OpenCall } from "./route.ts";
import { type Code, known, type State, type Token } from "./state.ts";

/** `GET /debug_token?input_token=`: what a token is worth, also when it is dead. */
export function debugToken({ state, params, caller }: Call): object {
  const token = state.tokens.get(requiredParam(params, "input_token"));
  if (!token) return { data: { ...deadBecause(refusals.tokenUnknown()), scopes: [] } };
  if (token.appId !== caller.app.appId) throw refusals.foreignToken();
  return { data: describe(state, token) };
}

/** `GET|POST /oauth/access_token`: buys a business token with a code of the popup. */
export function exchangeCode({ state, params }: OpenCall): object {
  const app = state.apps.get(requiredParam(params, "client_id"));
  if (!app) throw refusals.clientUnknown();
  if (requiredParam(params, "client_secret") !== app.appSecret) throw refusals.clientSecretWrong();

  const code = state.codes.get(requiredParam(params, "code"));
  if (!code || code.appId !== app.appId) throw refusals.codeUnknown();
  checkCode(code, params, state.clock.now());
  code.used = true;
  return bearer(state, code);
}

function checkCode(code: Code, params: Params, now: number): void {
  if (code.used) throw refusals.codeUsed();
  if (code.codeExpiresAt <= now) throw refusals.codeExpired();
  const { redirectUri } = code;
  if (redirectUri === undefined) return;
  if (textParam(params, "redirect_uri") !== redirectUri) throw refusals.redirectUriWrong();
}

function bearer(state: State, { codeExpiresAt, redirectUri, used, ...grant }: Code): object {
  const { expiresAt } = grant;
  const access_token = mintToken(state, grant);
  const expires_in = expiresAt && seconds(expiresAt - state.clock.now());
  return { access_token, token_type: "bearer", ...(expires_in && { expires_in }) };
}

function describe(state: State, token: Token): object {
  const { appId, scopes, expiresAt = 0, issuedAt, userId } = token;
  const death = deathOf(token, state.clock.now());
  return {
    app_id: appId,
    type: "SYSTEM_USER",
    application: known(state.apps, appId).name,
    data_access_expires_at: 0,
    expires_at: seconds(expiresAt),
    ...(death ? deadBecause(death) : { is_valid: true }),
    issued_at: seconds(issuedAt),
    scopes,
    granular_scopes: scopes.map((scope) => ({ scope, ...targetsOf(state, token, scope) })),
    user_id: userId,
  };
}

/** None is not "nothing": it is a token without limits, or one whose limits Meta keeps to itself. */
function targetsOf(state: State, token: Token, scope: string): object {
  const { wabaIds, listTargets = true } = token;
  if (!wabaIds || !listTargets) return {};
  const aboutBusinesses = scope === "business_management";
  return { target_ids: aboutBusinesses ? businessesOf(state, token) : wabaIds };
}

function deadBecause({ fields: { code, subcode, message } }: GraphError): object {
  const error = { code, message, ...(subcode !== undefined && { subcode }) };
  return { is_valid: false, error };
}

function seconds(ms: number): number {
  return Math.floor(ms / 1000);
}
