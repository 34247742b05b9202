import { refusals } from "./graph-error.ts";
import { isOnBusinessApp, requireWhatsApp } from "./number-rules.ts";
import { requiredParam } from "./params.ts";
import type { Call } from "./route.ts";
import type { PhoneNumber } from "./state.ts";

const SYNC_TYPES: readonly string[] = ["history", "smb_app_state_sync"];
const DAY_MS = 24 * 60 * 60 * 1000;

/**
 * `POST /{phone}/smb_app_data`: each type once, within a day of onboarding, for numbers of the WhatsApp
 * Business app (embedded-signup/onboarding-business-app-users). What was asked for is sent by tests.
 */
export function requestSync({ state, params }: Call, number: PhoneNumber): object {
  requireWhatsApp(params);
  const type = requiredParam(params, "sync_type");
  if (!SYNC_TYPES.includes(type)) throw refusals.parameterInvalid("Param sync_type is not known");
  if (!isOnBusinessApp(number)) {
    throw refusals.parameterInvalid("The number is not one of the WhatsApp Business app");
  }
  const since = onboardedAt(number);
  if (state.clock.now() - since > DAY_MS) throw refusals.syncTooLate();
  // Who signs up again may ask again.
  const request = `${type} ${since}`;
  if (number.syncs.has(request)) throw refusals.syncRequested();
  number.syncs.add(request);
  return { messaging_product: "whatsapp", request_id: `smbreq_${state.count("sync")}` };
}

function onboardedAt({ fields }: PhoneNumber): number {
  return Date.parse(String(fields.last_onboarded_time).replace(/\+0000$/, "Z"));
}
