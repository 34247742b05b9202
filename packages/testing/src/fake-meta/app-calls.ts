import { refusals } from "./graph-error.ts";
import { requiredParam, textParam } from "./params.ts";
import type { Call } from "./route.ts";
import type { MetaApp } from "./state.ts";
import { WEBHOOK_FIELDS } from "./webhook-fields.ts";

/** The only object whose webhooks are played here. */
const OBJECT = "whatsapp_business_account";

/** `GET /{app-id}/subscriptions`. */
export function listAppSubscriptions({ state }: Call, { appId }: MetaApp): object {
  const callback = state.callbacks.get(appId);
  if (!callback) return { data: [] };
  const { callbackUrl, fields, version } = callback;
  const data = {
    object: OBJECT,
    callback_url: callbackUrl,
    active: true,
    fields: fields.map((name) => ({ name, version })),
  };
  return { data: [data] };
}

/** `POST /{app-id}/subscriptions`: after a handshake the callback and the list of fields are these. */
export async function addAppSubscription(call: Call, { appId }: MetaApp): Promise<object> {
  const { params, state, version } = call;
  if (requiredParam(params, "object") !== OBJECT) throw unsupportedObject();
  const fields = fieldsIn(params.fields);
  const callbackUrl = requiredParam(params, "callback_url");
  await call.handshake({ url: callbackUrl, verifyToken: requiredParam(params, "verify_token") });
  state.callbacks.set(appId, { callbackUrl, fields, version });
  return { success: true };
}

/** `DELETE /{app-id}/subscriptions`: everything, or only the fields named. */
export function removeAppSubscription({ state, params }: Call, { appId }: MetaApp): object {
  const object = textParam(params, "object");
  if (object !== undefined && object !== OBJECT) throw unsupportedObject();
  const callback = state.callbacks.get(appId);
  const removed = params.fields === undefined ? callback?.fields : fieldsIn(params.fields);
  const fields = callback?.fields.filter((field) => !removed?.includes(field)) ?? [];
  if (callback && fields.length > 0) state.callbacks.set(appId, { ...callback, fields });
  else state.callbacks.delete(appId);
  return { success: true };
}

function fieldsIn(value: unknown): readonly string[] {
  const names = Array.isArray(value) ? value.map(String) : String(value ?? "").split(",");
  const fields = names.map((name) => name.trim()).filter((name) => name !== "");
  const unknown = fields.find((field) => !WEBHOOK_FIELDS.includes(field));
  if (unknown) throw refusals.parameterInvalid(`${OBJECT} has no field ${unknown}`);
  if (fields.length === 0) throw refusals.parameterInvalid("The parameter fields is required");
  return fields;
}

function unsupportedObject() {
  return refusals.parameterInvalid(`The only object here is ${OBJECT}`);
}
