import type { Clock } from "./clock.ts";
import { Failure } from "./failure.ts";
import type { Logger } from "./logger.ts";
import type { Queue } from "./queue/queue.ts";
import { openLeases } from "./store/lease.ts";
import type { Store } from "./store/store.ts";

/** Less than a start waits, so that it outlasts a node that was killed. */
const LEASE_MS = 8_000;

const SECOND_WORKER =
  'Another hub works on this store, and the queue serves one process. Stop it, leave "worker" out of the roles of this one, or give both a queue that several processes share.';

interface OnlyWorkerParts {
  readonly store: Store;
  readonly queue: Queue;
  readonly clock: Clock;
  readonly logger: Logger;
}

/**
 * With a queue for one process, one worker at a time: others on the same store would not see its jobs.
 *
 * @returns Lets another one begin.
 * @throws {Error} When another process is at work.
 */
export async function becomeOnlyWorker(parts: OnlyWorkerParts): Promise<() => Promise<void>> {
  if (parts.queue.atomicity === "cluster") return async () => {};

  const begun = Promise.withResolvers<void>();
  const over = Promise.withResolvers<void>();
  const holding = openLeases({ ...parts, leaseMs: LEASE_MS }).hold("worker", async () => {
    begun.resolve();
    await over.promise;
  });
  await Promise.race([begun.promise, holding]).catch((cause: unknown) => {
    const isBusy = cause instanceof Failure && cause.code === "connection_busy";
    throw isBusy ? new Error(SECOND_WORKER, { cause }) : cause;
  });
  return async () => {
    over.resolve();
    await holding;
  };
}
