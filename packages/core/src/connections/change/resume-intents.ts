import type { App } from "../../app.ts";
import { Failure } from "../../failure.ts";
import type { JobHandler } from "../../queue/queue.ts";
import { type Timer, type TimerHandler, tryAgain } from "../timers/timers.ts";
import { readWaba } from "../waba.ts";
import { settleWaba } from "./change-waba.ts";
import type { ChangeParts } from "./commit-change.ts";

/** The job that finishes what was begun with one account; its id is its timer's. */
const SETTLE_JOB = "settle";

/** Sees to it that changes of accounts that a crash, or Meta's silence, has left half done are finished. */
export function intentTimers(parts: Pick<App, "store" | "clock" | "queue">): TimerHandler {
  return async (fired) => {
    const open = await Promise.all(fired.map((timer) => findOpen(parts, timer)));
    const due = open.filter((timer) => timer !== undefined);
    return {
      next: due.map((timer) => tryAgain(timer, parts.clock.now())),
      apply: () => parts.queue.add(due.map(({ id }) => ({ kind: SETTLE_JOB, id }))),
    };
  };
}

/** The job that finishes a change. What fails is tried again when the next timer comes round. */
export function settleIntents(parts: ChangeParts): JobHandler {
  return async (id) => {
    const { appId, wabaId } = readId(id);
    const waba = await readWaba(parts.store, appId, wabaId);
    if (!waba?.value.intent) return undefined;
    const { organizationId } = waba.value;
    await settleWaba(parts, { organizationId, appId, wabaId }).catch((error: unknown) => {
      if (!(error instanceof Failure)) throw error;
      parts.logger.warn({ error, appId, wabaId }, "a change that was begun is not finished yet");
    });
    return undefined;
  };
}

async function findOpen({ store }: Pick<App, "store">, timer: Timer): Promise<Timer | undefined> {
  const { appId, wabaId } = readId(timer.id);
  const waba = await readWaba(store, appId, wabaId);
  return waba?.value.intent ? timer : undefined;
}

function readId(id: string) {
  const [appId = "", wabaId = ""] = id.split(".");
  return { appId, wabaId };
}
