import type { Clock } from "../clock.ts";
import type { Store, Write } from "../store/store.ts";
import type { Verdict } from "./attempt.ts";
import { type Backlog, type Delivery, deliveryKey, type Pending } from "./delivery.ts";
import { type Endpoint, endpointIndex, endpointKey } from "./endpoint.ts";
import type { LastDeliveries } from "./last-deliveries.ts";
import type { Target } from "./target.ts";

interface SettleParts {
  readonly store: Store;
  readonly target: Pick<Target, "organizationId" | "id">;
  readonly backlog: Backlog;
  readonly clock: Pick<Clock, "now">;
  readonly lastDeliveries: Pick<LastDeliveries, "note">;
}

/** An attempt that was made, and what it was made for. */
export interface Made {
  readonly pending: Pending;
  readonly record: Delivery | undefined;
  readonly verdict: Verdict;
}

/** Records an attempt; a retry joins the backlog in the same commit, so none is lost between. */
export async function settle(parts: SettleParts, made: Made): Promise<void> {
  const { status } = made.verdict;
  const now = { at: parts.clock.now(), status };
  const noted = parts.lastDeliveries.note(parts.target, now);
  const writes = [recordWrite(parts.target, made), ...noted];
  const { nextAttemptAt } = made.verdict;
  if (nextAttemptAt === undefined) {
    await parts.store.commit({ guards: [], writes });
    return;
  }
  const { id, eventId, attempt } = made.pending;
  const retry = { id, eventId, attempt: attempt + 1, dueAt: nextAttemptAt };
  let landed = false;
  while (!landed) {
    const change = await parts.backlog.retries.adding(retry);
    landed = await parts.store.commit({ ...change, writes: [...change.writes, ...writes] });
  }
}

function recordWrite(target: SettleParts["target"], { pending, record, verdict }: Made): Write {
  const { status, nextAttemptAt } = verdict;
  const delivery: Delivery = {
    id: pending.id,
    endpointId: target.id,
    eventId: pending.eventId,
    status,
    attempts: [...(record?.attempts ?? []), verdict.attempt],
    nextAttemptAt: nextAttemptAt === undefined ? null : new Date(nextAttemptAt).toISOString(),
  };
  return { key: deliveryKey(target.organizationId, pending.id), value: delivery };
}

/** The endpoint answered 410: nothing goes there any more until somebody enables it again. */
export async function disable({ store, target }: SettleParts): Promise<void> {
  const endpointAt = endpointKey(target.organizationId, target.id);
  let landed = false;
  while (!landed) {
    const current = await store.get<Endpoint>(endpointAt);
    if (!current) return;
    const touched = await endpointIndex(store, target.organizationId).touching();
    const value: Endpoint = { ...current.value, enabled: false, disabledReason: "gone" };
    landed = await store.commit({
      guards: [...touched.guards, { key: endpointAt, version: current.version }],
      writes: [...touched.writes, { key: endpointAt, value }],
    });
  }
}
