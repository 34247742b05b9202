import type { App } from "../../app.ts";
import { type Timer, type TimerHandler, tryAgain } from "../../connections/timers/timers.ts";
import { readWaba } from "../../connections/waba.ts";
import { forgetting, isConnected, type Recovered, recoveredKey } from "./recovered.ts";

type TellParts = Pick<App, "store" | "clock" | "emit">;

/**
 * Tells of sign-ups that nobody has come back from. Each waits for a while first: Meta tells of every
 * one, and most are on their way.
 */
export function recoveredTimers(parts: TellParts): TimerHandler {
  const { store, clock } = parts;
  return async (fired) => {
    const records = await store.getMany<Recovered>(fired.map(keyOf));
    const untold = fired.filter((_, index) => records[index]?.value.isTold === false);
    return {
      next: untold.map((timer) => tryAgain(timer, clock.now())),
      apply: async () => void (await Promise.all(untold.map((timer) => tell(parts, timer)))),
    };
  };
}

function keyOf({ id }: Timer): string {
  const [appId = "", wabaId = ""] = id.split(".");
  return recoveredKey(appId, wabaId);
}

/** A commit that loses is made up for by the next timer. */
async function tell({ store, emit }: TellParts, timer: Timer): Promise<void> {
  const key = keyOf(timer);
  const stored = await store.get<Recovered>(key);
  if (!stored || stored.value.isTold) return;
  const { appId, wabaId } = stored.value;
  const waba = await readWaba(store, appId, wabaId);
  if (isConnected(waba?.value)) {
    await store.commit(await forgetting(store, stored));
    return;
  }
  const value: Recovered = { ...stored.value, isTold: true };
  const own = { guards: [{ key, version: stored.version }], writes: [{ key, value }] };
  await emit(own, [draftOf(value)]);
}

function draftOf({ organizationId, appId, wabaId, ownerBusinessId }: Recovered) {
  const nobody = { tenantId: null, connectionId: null, phoneNumberId: null, metadata: null };
  const data = { ...nobody, wabaId, appId, ownerBusinessId };
  return { type: "onboarding.recovered", organizationId, data } as const;
}
