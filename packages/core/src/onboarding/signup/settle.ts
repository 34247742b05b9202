import { changeNumber } from "../../connections/change-number.ts";
import { requestSync } from "../../connections/connect/request-sync.ts";
import { refreshHealth } from "../../connections/health/refresh-health.ts";
import { requireOwned } from "../../connections/owned.ts";
import { applyStanding } from "../../connections/timers/apply-standing.ts";
import { setTimers } from "../../connections/timers/timers.ts";
import { Failure } from "../../failure.ts";
import { confirmHeartbeat } from "../../heartbeat/confirm.ts";
import type { Session } from "../sessions/session.ts";
import { chosenOf, type Step } from "./steps.ts";

/** Asks for contacts and history of the WhatsApp Business app, each once: Meta gives a day for it. */
export const sync: Step = async (parts, { session, signup }) => {
  const { waba, number } = await requireOwned(parts.store, ...connectionOf(session));
  const isShared = number.connectionMode === "coexistence" || signup.claim.coexistence;
  if (isShared) await requestSync(parts, waba.value, number);
  return {};
};

/**
 * Reads how the number is used, and whether it can be. Whoever has just signed up with the phone in
 * their hand has confirmed its heartbeat.
 */
export const mode: Step = async (parts, at) => {
  const { app, token, session } = at;
  const { phoneNumberId } = chosenOf(at);
  const phone = await app.graph.getPhoneNumber({ phoneNumberId, token });
  const [owner, connectionId] = connectionOf(session);
  const named = { owner, connectionId };
  const { number } = await changeNumber(parts, named, async ({ waba, number }) => {
    const turn = applyStanding({ waba: waba.value, number }, phone, parts.clock.now());
    await setTimers(parts.store, turn?.timers ?? []);
    return turn;
  });
  if (number.connectionMode === "coexistence") await confirmHeartbeat(parts, named, "onboarding");
  return {};
};

/** The first look at its health; a number whose health Meta does not tell is connected all the same. */
export const health: Step = async (parts, { session }) => {
  try {
    await refreshHealth(parts, ...connectionOf(session));
  } catch (error) {
    if (!(error instanceof Failure) || error.code === "store_unavailable") throw error;
    const { connectionId } = session;
    parts.logger.info({ error, connectionId }, "Meta did not tell the health of a new number");
  }
  return {};
};

/** Whose connection a session has made. */
export function connectionOf({ organizationId, connectionId }: Session) {
  if (connectionId === null) throw new Failure("not_found");
  return [{ organizationId }, connectionId] as const;
}
