import { refusals } from "./graph-error.ts";
import { isOnBusinessApp, requireWhatsApp } from "./number-rules.ts";
import { requiredParam } from "./params.ts";
import type { Call } from "./route.ts";
import type { PhoneNumber } from "./state.ts";

/** Registering and deregistering a number share this many tries (phone-numbers/registration). */
const MAX_TRIES = 10;
const HOUR_MS = 60 * 60 * 1000;
/** They count for this long, and one more than allowed locks the number for as long. */
const PERIOD_MS = 72 * HOUR_MS;

/** `POST /{phone}/register`: the PIN has to match where there is one, and becomes it where there is none. */
export function registerNumber({ state, params }: Call, number: PhoneNumber): object {
  requireWhatsApp(params);
  const pin = requiredParam(params, "pin");
  if (!/^\d{6}$/.test(pin)) throw refusals.parameterInvalid("Param pin must be six digits");
  if (isOnBusinessApp(number)) throw refusals.onBusinessApp("Registration");
  countTry(number, state.clock.now());
  if (number.fields.code_verification_status !== "VERIFIED") throw refusals.numberUnverified();
  if (number.pin !== undefined && number.pin !== pin) throw refusals.pinWrong();
  number.pin = pin;
  number.fields = { ...number.fields, platform_type: "CLOUD_API", status: "CONNECTED" };
  return { success: true };
}

/** `POST /{phone}/deregister`: the number leaves the Cloud API; two-step verification stays on. */
export function deregisterNumber({ state }: Call, number: PhoneNumber): object {
  if (isOnBusinessApp(number)) throw refusals.onBusinessApp("Deregistration");
  countTry(number, state.clock.now());
  if (number.fields.platform_type !== "CLOUD_API") throw refusals.numberUnregistered();
  number.fields = { ...number.fields, platform_type: "NOT_APPLICABLE", status: "DISCONNECTED" };
  return { success: true };
}

/** What is refused for another reason counts all the same. */
function countTry(number: PhoneNumber, now: number): void {
  if (now < number.lockedUntil) throw refusals.registrationsExceeded();
  const recent = number.registrations.filter((at) => now - at < PERIOD_MS);
  if (recent.length >= MAX_TRIES) {
    number.lockedUntil = now + PERIOD_MS;
    throw refusals.registrationsExceeded();
  }
  number.registrations = [...recent, now];
}
