import { healthStatus } from "./health-status.ts";
import { numberNode } from "./number-calls.ts";
import { pageOf } from "./page.ts";
import { requiredParam, textParam } from "./params.ts";
import type { Call } from "./route.ts";
import { selectFields, wabaNode } from "./select-fields.ts";
import { known, type MetaApp, type PhoneNumber, type State, type Waba } from "./state.ts";

/** `GET /{waba}?fields=`. */
export function readWaba({ state, caller, params }: Call, { wabaId, fields }: Waba): object {
  const { appId } = caller.app;
  const health_status = healthStatus(state, { wabaId, appId });
  const node = { id: wabaId, type: wabaNode, values: { health_status, ...fields } };
  return selectFields(node, textParam(params, "fields"));
}

/** `GET /{waba}/phone_numbers`: the newest first, in pages whose `next` carries the caller's token. */
export function listPhoneNumbers(call: Call, { wabaId }: Waba): object {
  const page = pageOf(numbersOf(call.state, wabaId), call.params);
  const fields = textParam(call.params, "fields");
  const data = page.items.map((number) => selectFields(numberNode(call, number), fields));
  const { cursors, hasNext, hasPrevious } = page;
  if (!cursors) return { data };
  const next = hasNext && { next: pageUrl(call, { after: cursors.after }) };
  const previous = hasPrevious && { previous: pageUrl(call, { before: cursors.before }) };
  return { data, paging: { cursors, ...next, ...previous } };
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

function numbersOf(
  state: State,
  wabaId: string,
): readonly (PhoneNumber & { readonly id: string })[] {
  const numbers = [...state.numbers.values()].filter((number) => number.wabaId === wabaId);
  return numbers.reverse().map((number) => ({ ...number, id: number.phoneNumberId }));
}

function pageUrl(call: Call, cursor: Readonly<Record<string, string>>): string {
  const query = new URLSearchParams({ access_token: call.caller.accessToken });
  for (const name of ["fields", "limit"]) {
    const value = textParam(call.params, name);
    if (value !== undefined) query.set(name, value);
  }
  for (const [name, value] of Object.entries(cursor)) query.set(name, value);
  return `${call.selfUrl}?${query}`;
}

function publicData({ appId: id, name }: MetaApp): object {
  return { id, name, link: `https://www.facebook.com/games/?app_id=${id}` };
}
