import { addAppSubscription, listAppSubscriptions, removeAppSubscription } from "./app-calls.ts";
import {
  fetchBusinessToken,
  listClientWabas,
  listMyBusinesses,
  listOwnedWabas,
} from "./business-calls.ts";
import { readNumber, setNumberOverride } from "./number-calls.ts";
import { deregisterNumber, registerNumber } from "./registration-calls.ts";
import { type NodeRoute, onApp, onBusiness, onNumber, onWaba, type RootRoute } from "./route.ts";
import { requestSync } from "./sync-calls.ts";
import { debugToken, exchangeCode } from "./token-calls.ts";
import {
  listPhoneNumbers,
  listSubscribedApps,
  readWaba,
  subscribeApp,
  unsubscribeApp,
} from "./waba-calls.ts";

/** The part of the Graph API that is played here. */
export const nodeRoutes: readonly NodeRoute[] = [
  onWaba("GET", "", readWaba),
  onWaba("GET", "phone_numbers", listPhoneNumbers),
  onWaba("GET", "subscribed_apps", listSubscribedApps),
  onWaba("POST", "subscribed_apps", subscribeApp),
  onWaba("DELETE", "subscribed_apps", unsubscribeApp),
  onNumber("GET", "", readNumber),
  onNumber("POST", "", setNumberOverride),
  onNumber("POST", "register", registerNumber),
  onNumber("POST", "deregister", deregisterNumber),
  onNumber("POST", "smb_app_data", requestSync),
  onApp("GET", "subscriptions", listAppSubscriptions),
  onApp("POST", "subscriptions", addAppSubscription),
  onApp("DELETE", "subscriptions", removeAppSubscription),
  onBusiness("GET", "owned_whatsapp_business_accounts", listOwnedWabas),
  onBusiness("GET", "client_whatsapp_business_accounts", listClientWabas),
  onBusiness("POST", "system_user_access_tokens", fetchBusinessToken),
];

/** Calls that belong to no node, by method and path. */
export const rootRoutes: ReadonlyMap<string, RootRoute> = new Map<string, RootRoute>([
  ["GET /debug_token", { open: false, run: debugToken }],
  ["GET /me/businesses", { open: false, run: listMyBusinesses }],
  ["GET /oauth/access_token", { open: true, run: exchangeCode }],
  ["POST /oauth/access_token", { open: true, run: exchangeCode }],
]);
