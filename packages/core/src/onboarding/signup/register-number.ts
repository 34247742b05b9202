import { randomInt } from "node:crypto";
import { awaitedOf } from "../../connections/awaited.ts";
import { changeNumber } from "../../connections/change-number.ts";
import { requireOwned } from "../../connections/owned.ts";
import { registrationPinPlace, type Waba } from "../../connections/waba.ts";
import { changeSession } from "../sessions/change-session.ts";
import { sessionPlace } from "../sessions/session.ts";
import { chosenOf, type SignupParts, type Step, type UnderWay } from "./steps.ts";

const PIN_DIGITS = 6;

/**
 * Registers a number that is on the Cloud API alone, unless it is already. The PIN is kept before Meta
 * is told: it becomes the number's own where it had none, and Meta wants it again the next time. Never
 * for coexistence, also where only the browser says so: it would end the app on the phone.
 */
export const register: Step = async (parts, at) => {
  const { signup, app, token } = at;
  const { phoneNumberId } = chosenOf(at);
  const phone = await app.graph.getPhoneNumber({ phoneNumberId, token });
  if (signup.claim.coexistence || awaitedOf(phone) !== "not_registered") return {};
  const pin = await keepPin(parts, at);
  await app.graph.registerNumber({ phoneNumberId, token, pin });
  await notePin(parts, at, pin);
  return {};
};

/** The one that was given; else the number's, as we know it; else a new one. */
async function keepPin(parts: SignupParts, { session, signup }: UnderWay): Promise<string> {
  const { vault } = parts;
  const place = sessionPlace(session, "pin");
  if (signup.pin !== null) return vault.open(signup.pin, place);
  const pin = (await knownPin(parts, session)) ?? newPin();
  await changeSession(parts, session.sessionId, (now) => ({
    session: { ...now, signup: now.signup && { ...now.signup, pin: vault.seal(pin, place) } },
  }));
  return pin;
}

async function knownPin(
  { store, vault }: SignupParts,
  { organizationId, connectionId }: UnderWay["session"],
): Promise<string | undefined> {
  if (connectionId === null) return undefined;
  const { waba, number } = await requireOwned(store, { organizationId }, connectionId);
  const { registrationPin } = number;
  return registrationPin === null
    ? undefined
    : vault.open(registrationPin, registrationPinPlace(waba.value, connectionId));
}

function newPin(): string {
  return String(randomInt(10 ** PIN_DIGITS)).padStart(PIN_DIGITS, "0");
}

async function notePin(parts: SignupParts, { session }: UnderWay, pin: string): Promise<void> {
  const { organizationId, connectionId } = session;
  if (connectionId === null) return;
  const named = { owner: { organizationId }, connectionId };
  const seal = (waba: Waba) => parts.vault.seal(pin, registrationPinPlace(waba, connectionId));
  await changeNumber(parts, named, ({ waba, number }) => ({
    number: { ...number, registrationPin: seal(waba.value) },
    drafts: [],
  }));
}
