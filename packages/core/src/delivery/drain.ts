import type { JobHandler } from "../queue/queue.ts";
import { type AttemptParts, attempt } from "./attempt.ts";
import { nextBatch } from "./batch.ts";
import {
  type Backlog,
  type Backlogs,
  type Delivery,
  type Pending,
  readDeliveries,
} from "./delivery.ts";
import { findTarget } from "./find-target.ts";
import type { LastDeliveries } from "./last-deliveries.ts";
import type { RelayParts } from "./relay-target.ts";
import { disable, settle } from "./settle.ts";
import type { Compose, Target } from "./target.ts";

/** After this long a drain lets the others have the worker, and comes back. */
const SLICE_MS = 20_000;

export interface DrainParts extends AttemptParts, RelayParts {
  readonly backlogs: Backlogs;
  readonly lastDeliveries: Pick<LastDeliveries, "note">;
  /** Aborted when the hub stops: what is not being sent yet waits for the next start. */
  readonly stopping: AbortSignal;
}

/** A drain under way. */
interface Run extends DrainParts {
  readonly target: Target;
  readonly backlog: Backlog;
}

/** A pending delivery, its record, and what is to be sent; absent where there is none (any more). */
interface Task {
  readonly pending: Pending;
  readonly record: Delivery | undefined;
  readonly compose: Compose | undefined;
}

/**
 * The job that delivers what waits for one target: retries that are due, then new deliveries in order.
 * It is the only one at work on that target, so everything about its pace is decided here.
 */
export function drain(parts: DrainParts): JobHandler {
  return async (ref) => {
    const target = await findTarget(parts, ref);
    const backlog = parts.backlogs(ref);
    if (!target) return discard(parts, backlog);
    if (!target.enabled) return undefined;
    return deliverAll({ ...parts, target, backlog });
  };
}

async function deliverAll(run: Run): Promise<{ again: number } | undefined> {
  const sliceEnd = run.clock.now() + SLICE_MS;
  for (;;) {
    // What is left when the hub stops has to be found by the next start: the job stays.
    if (run.stopping.aborted || run.clock.now() >= sliceEnd) return { again: run.clock.now() };
    const batch = await nextBatch(run);
    if (!batch) break;
    const outcome = await deliverBatch(run, batch.pending);
    if (outcome === "gone") return undefined;
    if (outcome === "settled") await batch.remove();
  }
  const again = await run.backlog.retries.earliest();
  return again === undefined ? undefined : { again };
}

/** The target is gone: what waited for it is not wanted any more. */
async function discard(parts: DrainParts, backlog: Backlog): Promise<undefined> {
  const atTheEnd = { ...parts.clock, now: () => Number.MAX_SAFE_INTEGER };
  for (;;) {
    const batch = await nextBatch({ store: parts.store, clock: atTheEnd, backlog });
    if (!batch) return undefined;
    await batch.remove();
  }
}

/** `interrupted` when the hub stops, `gone` when the target wants nothing any more. */
type Outcome = "settled" | "interrupted" | "gone";

async function deliverBatch(run: Run, pending: readonly Pending[]): Promise<Outcome> {
  const tasks = await readTasks(run, pending);
  let next = 0;
  let outcome: Outcome = "settled";
  const end = (early: Outcome) => {
    outcome = early;
  };
  const lane = async () => {
    for (let task = tasks[next++]; task && outcome === "settled"; task = tasks[next++]) {
      await deliver(run, task, end);
    }
  };
  const lanes = Array.from({ length: run.target.concurrency }, () =>
    lane().catch((error: unknown) => {
      end("interrupted");
      throw error;
    }),
  );
  // Nothing may be under way when the job counts as ended: the next run would send it once more.
  const failed = (await Promise.allSettled(lanes)).find(({ status }) => status === "rejected");
  if (failed?.status === "rejected") throw failed.reason;
  return outcome;
}

async function readTasks(run: Run, pending: readonly Pending[]): Promise<readonly Task[]> {
  const { store, target } = run;
  const ids = pending.map(({ id }) => id);
  const [records, letters] = await Promise.all([
    readDeliveries(store, target.organizationId, ids),
    target.read(pending.map(({ eventId }) => eventId)),
  ]);
  return pending.map((entry, index) => ({
    pending: entry,
    record: records[index]?.value,
    compose: letters[index],
  }));
}

/** A delivery that an attempt before a crash has settled is settled. `end` lets nothing new begin. */
async function deliver(
  run: Run,
  { pending, record, compose }: Task,
  end: (early: Outcome) => void,
): Promise<void> {
  const attempted = record?.attempts.length ?? 0;
  if (!compose || attempted >= pending.attempt) return;
  if (run.stopping.aborted) return end("interrupted");

  const verdict = await attempt(run, run.target, { compose, number: pending.attempt });
  if (verdict.attempt.errorClass === "aborted") return end("interrupted");
  if (verdict.gone) end("gone");
  await settle(run, { pending, record, verdict });
  if (verdict.gone) await disable(run);
}
