import { businessesOf, businessName, onboardedBy, ownedBy, ownerOf } from "./businesses.ts";
import { type Caller, deathOf, reaches, requireScope, requireToken } from "./caller.ts";
import { issueToken } from "./grants.ts";
import { refusals } from "./graph-error.ts";
import { pagedList } from "./paged-list.ts";
import { requiredParam } from "./params.ts";
import type { Call } from "./route.ts";
import { businessNode } from "./select-fields.ts";
import type { Grant, State, Token, Waba } from "./state.ts";
import { accountNode } from "./waba-calls.ts";

/** `GET /{business}/owned_whatsapp_business_accounts`: of its own accounts, those the token reaches. */
export function listOwnedWabas(call: Call, businessId: string): object {
  return listAccounts(call, businessId, ownedBy(call.state, businessId));
}

/**
 * `GET /{business}/client_whatsapp_business_accounts`: what customers shared with the partner's
 * portfolio, the most recent first; a customer's own has no clients.
 */
export function listClientWabas(call: Call, businessId: string): object {
  const { app } = call.caller;
  const isPartner = app.businessId === businessId;
  return listAccounts(call, businessId, isPartner ? onboardedBy(call.state, app.appId) : []);
}

function listAccounts(call: Call, businessId: string, wabas: readonly Waba[]): object {
  const token = requireBusiness(call, businessId);
  const reached = wabas.filter(({ wabaId }) => reaches(token, wabaId));
  return pagedList(
    call,
    reached.map((waba) => accountNode(call, waba)),
  );
}

/**
 * `GET /me/businesses`: the portfolios the token reaches. General knowledge of the Graph API, as is the
 * permission it needs; no page about WhatsApp describes it.
 */
export function listMyBusinesses(call: Call): object {
  const { state, caller } = call;
  const token = requireToken(caller);
  requireScope(token, "business_management");
  const businesses = businessesOf(state, token).map((id) => ({
    id,
    type: businessNode,
    values: { name: businessName(state, id) },
  }));
  return pagedList(call, businesses);
}

/**
 * `POST /{business}/system_user_access_tokens` with `fetch_only=true`: the partner fetches the business
 * token of a customer who signed up where no code reached the partner (embedded-signup/hosted-es).
 */
export function fetchBusinessToken({ state, caller, params }: Call, businessId: string): object {
  const token = requireSystemUser(caller);
  requireScope(token, "business_management");
  // Meta documents the call with both; it makes no token here, and gives none to who lacks the secret.
  if (params.appsecret_proof === undefined) throw refusals.proofMissing();
  if (requiredParam(params, "fetch_only") !== "true") {
    throw refusals.parameterInvalid(
      "Only existing tokens can be fetched: fetch_only has to be true",
    );
  }
  const { appId } = token;
  const shared = onboardedBy(state, appId).filter((waba) => ownerOf(waba) === businessId);
  if (shared.length === 0) throw refusals.nothingShared(businessId);
  const wabaIds = shared.map(({ wabaId }) => wabaId);
  const existing = [...state.tokens.values()].findLast((one) =>
    isBusinessToken(state, one, { appId, wabaIds }),
  );
  return { access_token: existing?.token ?? issueToken(state, { appId, wabaIds }) };
}

type Reach = Required<Pick<Grant, "appId" | "wabaIds">>;

/** Whether this is a live token of the app for all of these accounts. */
function isBusinessToken(state: State, token: Token, { appId, wabaIds }: Reach): boolean {
  if (token.appId !== appId || deathOf(token, state.clock.now())) return false;
  return wabaIds.every((wabaId) => token.wabaIds?.includes(wabaId));
}

/** @throws {GraphError} 10 without the permission, 200 for a portfolio the token does not reach. */
function requireBusiness({ state, caller }: Call, businessId: string): Token {
  if (!caller.token) throw refusals.noAccess(businessId);
  const { token } = caller;
  requireScope(token, "whatsapp_business_management");
  // Without limits is without limits: a system user reaches the portfolios of its clients as well.
  if (token.wabaIds && !businessesOf(state, token).includes(businessId)) {
    throw refusals.noAccess(businessId);
  }
  return token;
}

function requireSystemUser({ app, token }: Caller): Token {
  if (token?.systemUserOf !== app.businessId) throw refusals.systemTokenNeeded();
  return token;
}
