import { joined } from "../store/joined.ts";
import type { Change, Stored } from "../store/store.ts";
import { type Backlog, type Delivery, deliveryKey } from "./delivery.ts";

interface RetryingParts {
  readonly organizationId: string;
  readonly backlog: Pick<Backlog, "retries">;
  /** Epoch milliseconds. */
  readonly now: number;
}

/** A delivery that is to be attempted at once. */
export function dueNow(record: Delivery, now: number): Delivery {
  return { ...record, status: "retrying", nextAttemptAt: new Date(now).toISOString() };
}

/**
 * The change that has deliveries of one target attempted at once. An attempt has a number, so the
 * automatic one of the same number finds it made. It loses when one of them is settled meanwhile. One
 * that others wait for keeps its place in its lines; one that had ended keeps nobody waiting.
 *
 * @throws {Failure} `store_unavailable`
 */
export async function retrying(
  { organizationId, backlog, now }: RetryingParts,
  deliveries: readonly Stored<Delivery>[],
): Promise<Change> {
  const entries = deliveries.map(({ value: { id, eventId, attempts, status, keys } }) => ({
    ...{ id, eventId },
    attempt: attempts.length + 1,
    dueAt: now,
    ...(status === "retrying" && keys && { keys }),
  }));
  const keyOf = ({ value }: Stored<Delivery>) => deliveryKey(organizationId, value.id);
  const records = {
    guards: deliveries.map((one) => ({ key: keyOf(one), version: one.version })),
    writes: deliveries.map((one) => ({ key: keyOf(one), value: dueNow(one.value, now) })),
  };
  return joined(await backlog.retries.adding(...entries), records);
}
