import type { App } from "../app.ts";
import { changeNumber, subjectOf } from "../connections/change-number.ts";
import { sideBySide } from "../connections/health/side-by-side.ts";
import { findByIds } from "../connections/located.ts";
import { heartbeatFields, type Moment, momentOf } from "../connections/timers/heartbeat-fields.ts";
import { hasHeartbeat } from "../connections/timers/heartbeat-timer.ts";
import type { Timer, TimerHandler } from "../connections/timers/timers.ts";
import type { ConnectedNumber, Waba } from "../connections/waba.ts";
import type { EventDraft } from "../events.ts";
import { Failure } from "../failure.ts";
import { decide, type Told } from "./decide.ts";
import { confirmLink } from "./link.ts";

/** How many accounts are worked on at a time. */
const ACCOUNTS_AT_ONCE = 16;

export type WatchParts = Pick<
  App,
  "store" | "clock" | "emit" | "rootSecret" | "pagesUrl" | "heartbeat"
>;

/** A number whose one timer came round. */
interface Watch {
  readonly fired: Timer;
  readonly waba: Waba;
  /** When its next timer is due; `null` when its heartbeat is no longer watched. */
  readonly nextAt: number | null;
}

/**
 * What happens when a heartbeat's timer comes round: the number is told of what it has come to, and
 * names its next timer, in one commit. Only the timer that a number names counts, so each transition
 * is told once, whatever crashes, and whoever else is at it.
 */
export function heartbeatTimers(parts: WatchParts): TimerHandler {
  return async (fired) => {
    const moment = momentOf(parts);
    const watches = await readWatches(parts, fired, moment);
    const byAccount = Map.groupBy(watches, ({ waba }) => `${waba.appId}.${waba.wabaId}`);
    return {
      next: watches.flatMap(({ fired: { kind, id }, nextAt }) =>
        nextAt === null ? [] : [{ kind, id, dueAt: nextAt }],
      ),
      apply: () =>
        sideBySide([...byAccount.values()], ACCOUNTS_AT_ONCE, async (ofOne) => {
          // Its numbers share a record: side by side they would only be in each other's way.
          for (const watch of ofOne) await tell(parts, watch, moment);
        }),
    };
  };
}

async function readWatches(
  { store }: WatchParts,
  fired: readonly Timer[],
  moment: Moment,
): Promise<readonly Watch[]> {
  const located = await findByIds(store, fired);
  const live = located.filter(({ name, number }) => number.heartbeatTimerAt === name.dueAt);
  return live.map(({ name, waba, number }) => {
    const decision = hasHeartbeat(number) ? decide(number, moment) : undefined;
    return { fired: name, waba, nextAt: decision?.nextAt ?? null };
  });
}

async function tell(parts: WatchParts, { fired, waba, nextAt }: Watch, moment: Moment) {
  const named = { owner: { organizationId: waba.organizationId }, connectionId: fired.id };
  await changeNumber(parts, named, ({ waba: { value }, number }) => {
    if (number.heartbeatTimerAt !== fired.dueAt) return undefined;
    const decision = hasHeartbeat(number) ? decide(number, moment) : undefined;
    if (!decision) return { number: { ...number, heartbeatTimerAt: nextAt }, drafts: [] };
    const after = { ...decision.number, heartbeatTimerAt: nextAt };
    return {
      number: after,
      drafts: decision.told.map(telling({ ...parts, ...moment }, value, after)),
    };
  }).catch(ignoreGone);
}

function telling(parts: WatchParts & Moment, waba: Waba, number: ConnectedNumber) {
  const data = {
    ...subjectOf(waba, number),
    ...heartbeatFields(number, parts),
    confirmUrl: confirmLink(parts, number).url,
  };
  return (told: Told): EventDraft => ({
    type: `connection.heartbeat.${told}`,
    organizationId: waba.organizationId,
    data,
  });
}

/** The connection was removed meanwhile: there is nobody to tell. */
function ignoreGone(error: unknown): void {
  if (!(error instanceof Failure) || error.code !== "not_found") throw error;
}
