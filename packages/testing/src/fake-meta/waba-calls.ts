import { healthStatus } from "./health-status.ts";
import { numberNode } from "./number-calls.ts";
import { pagedList } from "./paged-list.ts";
import { requiredParam, textParam } from "./params.ts";
import type { Call } from "./route.ts";
import { type GraphNode, selectFields, wabaNode } from "./select-fields.ts";
import { known, type MetaApp, type Waba } from "./state.ts";

/** `GET /{waba}?fields=`. */
export function readWaba(call: Call, waba: Waba): object {
  return selectFields(accountNode(call, waba), textParam(call.params, "fields"));
}

/** An account as this caller sees it: its health includes that of the caller's app. */
export function accountNode({ state, caller }: Call, { wabaId, fields }: Waba): GraphNode {
  const { appId } = caller.app;
  const health_status = healthStatus(state, { wabaId, appId });
  return { id: wabaId, type: wabaNode, values: { health_status, ...fields } };
}

/** `GET /{waba}/phone_numbers`: the newest first, in pages whose `next` carries the caller's token. */
export function listPhoneNumbers(call: Call, { wabaId }: Waba): object {
  const numbers = [...call.state.numbers.values()].filter((number) => number.wabaId === wabaId);
  return pagedList(
    call,
    numbers.reverse().map((number) => numberNode(call, number)),
  );
}

/** `GET /{waba}/subscribed_apps`: the apps of everybody, not only the caller's. */
export function listSubscribedApps({ state }: Call, waba: Waba): object {
  const data = [...waba.apps].map(([appId, { overrideCallbackUri }]) => ({
    whatsapp_business_api_data: publicData(known(state.apps, appId)),
    ...(overrideCallbackUri !== undefined && { override_callback_uri: overrideCallbackUri }),
  }));
  return { data };
}

/** `POST /{waba}/subscribed_apps`: with a callback after a handshake; bare, it drops the override. */
export async function subscribeApp(call: Call, { apps }: Waba): Promise<object> {
  const { appId } = call.caller.app;
  const url = textParam(call.params, "override_callback_uri");
  if (url) await verifyOverride(call, apps, url);
  apps.set(appId, url ? { overrideCallbackUri: url } : {});
  return { success: true };
}

/** `DELETE /{waba}/subscribed_apps`: ends the caller's webhooks at once. */
export function unsubscribeApp({ caller }: Call, { apps }: Waba): object {
  apps.delete(caller.app.appId);
  return { success: true };
}

async function verifyOverride(call: Call, apps: Waba["apps"], url: string): Promise<void> {
  try {
    await call.handshake({ url, verifyToken: requiredParam(call.params, "verify_token") });
  } catch (refusal) {
    const { appId } = call.caller.app;
    if (call.refusedOverrideClears && apps.has(appId)) apps.set(appId, {});
    throw refusal;
  }
}

function publicData({ appId: id, name }: MetaApp): object {
  return { id, name, link: `https://www.facebook.com/games/?app_id=${id}` };
}
