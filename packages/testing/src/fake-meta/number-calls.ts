import { refusals } from "./graph-error.ts";
import { healthStatus } from "./health-status.ts";
import { objectParam, requiredParam, textParam } from "./params.ts";
import type { Call } from "./route.ts";
import { type GraphNode, phoneNode, selectFields } from "./select-fields.ts";
import { known, type PhoneNumber } from "./state.ts";

/** `GET /{phone}?fields=`. */
export function readNumber(call: Call, number: PhoneNumber): object {
  return selectFields(numberNode(call, number), textParam(call.params, "fields"));
}

/** A number as this caller sees it: the webhooks are those of the caller's app. */
export function numberNode(call: Call, number: PhoneNumber): GraphNode {
  const { phoneNumberId: id, wabaId, fields, pin } = number;
  const { appId } = call.caller.app;
  const values = {
    health_status: healthStatus(call.state, { phoneNumberId: id, wabaId, appId }),
    webhook_configuration: webhookConfiguration(call, number),
    is_pin_enabled: pin !== undefined,
    host_platform: fields.platform_type,
    ...fields,
  };
  return { id, type: phoneNode, values };
}

/**
 * `POST /{phone}` with `webhook_configuration`: sets the callback of one number after a handshake,
 * an empty URI removes it.
 */
export async function setNumberOverride(call: Call, number: PhoneNumber): Promise<object> {
  const { appId } = call.caller.app;
  const configuration = objectParam(call.params, "webhook_configuration");
  const url = textParam(configuration, "override_callback_uri");
  if (url === undefined) throw refusals.parameterInvalid("override_callback_uri is required");
  if (url === "") {
    number.overrides.delete(appId);
    return { success: true };
  }
  if (!known(call.state.wabas, number.wabaId).apps.has(appId)) {
    throw refusals.parameterInvalid("The app is not subscribed to the WhatsApp Business Account");
  }
  await call.handshake({ url, verifyToken: requiredParam(configuration, "verify_token") });
  number.overrides.set(appId, url);
  return { success: true };
}

function webhookConfiguration({ state, caller }: Call, number: PhoneNumber): object {
  const { appId } = caller.app;
  const configuration = {
    phone_number: number.overrides.get(appId),
    whatsapp_business_account: known(state.wabas, number.wabaId).apps.get(appId)
      ?.overrideCallbackUri,
    application: state.callbacks.get(appId)?.callbackUrl,
  };
  return Object.fromEntries(Object.entries(configuration).filter(([, url]) => url !== undefined));
}
