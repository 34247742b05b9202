import type { BatchObservableCallback } from "@opentelemetry/api";
import type { Clock } from "../clock.ts";
import type { Queue } from "../queue/queue.ts";
import { meter } from "./instruments.ts";

/** Whenever metrics are collected, tells how much waits, and for how long it has been due. @returns Ends that. */
export function observeQueue({
  queue,
  clock,
}: {
  readonly queue: Pick<Queue, "backlog">;
  readonly clock: Pick<Clock, "now">;
}): () => void {
  const own = meter();
  const waiting = own.createObservableGauge("wabakit.queue.waiting", {
    unit: "{job}",
    description: "Jobs that wait, also for a later time.",
  });
  const oldestAge = own.createObservableGauge("wabakit.queue.oldest_age", {
    unit: "s",
    description: "For how long the earliest job has been due.",
  });
  const observe: BatchObservableCallback = async (result) => {
    const backlog = await queue.backlog().catch(() => undefined);
    if (!backlog) return;
    const dueForMs = backlog.earliestAt === null ? 0 : clock.now() - backlog.earliestAt;
    result.observe(waiting, backlog.waiting);
    result.observe(oldestAge, Math.max(0, dueForMs) / 1_000);
  };
  own.addBatchObservableCallback(observe, [waiting, oldestAge]);
  return () => own.removeBatchObservableCallback(observe, [waiting, oldestAge]);
}
