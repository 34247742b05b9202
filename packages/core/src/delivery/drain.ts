import type { Vault } from "../crypto/vault.ts";
import type { AnyEvent } from "../events.ts";
import type { JobHandler } from "../queue/queue.ts";
import type { Store } from "../store/store.ts";
import { type AttemptParts, attempt, type Target } from "./attempt.ts";
import { nextBatch } from "./batch.ts";
import {
  type Backlog,
  type Backlogs,
  type Delivery,
  type Pending,
  readDeliveries,
} from "./delivery.ts";
import { eventKey } from "./emit.ts";
import { type Endpoint, findEndpoint } from "./endpoint.ts";
import { secretPlace } from "./endpoint-secret.ts";
import { disable, settle } from "./settle.ts";

/** After this long a drain lets the others have the worker, and comes back. */
const SLICE_MS = 20_000;

export interface DrainParts extends AttemptParts {
  readonly store: Store;
  readonly vault: Vault;
  readonly backlogs: Backlogs;
  /** Aborted when the hub stops: what is not being sent yet waits for the next start. */
  readonly stopping: AbortSignal;
}

/** A drain under way. */
interface Run extends DrainParts {
  readonly endpoint: Endpoint;
  readonly target: Target;
  readonly backlog: Backlog;
}

/** A pending delivery with its records, absent where there are none (any more). */
interface Task {
  readonly pending: Pending;
  readonly record: Delivery | undefined;
  readonly event: AnyEvent | undefined;
}

/**
 * The job that delivers what waits for one endpoint: retries that are due, then new deliveries in
 * order. It is the only one at work on that endpoint, so everything about its pace is decided here.
 */
export function drain(parts: DrainParts): JobHandler {
  return async (ref) => {
    const endpoint = (await findEndpoint(parts.store, ref))?.value;
    const backlog = parts.backlogs(ref);
    if (!endpoint) return discard(parts, backlog);
    if (!endpoint.enabled) return undefined;
    return deliverAll({ ...parts, endpoint, backlog, target: openTarget(parts, endpoint) });
  };
}

function openTarget({ vault }: DrainParts, endpoint: Endpoint): Target {
  const place = secretPlace(endpoint.organizationId, endpoint.id);
  return {
    url: endpoint.url,
    secrets: endpoint.secrets.map((sealed) => vault.open(sealed, place)),
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

/** The endpoint was deleted: what waited for it is not wanted any more. */
async function discard(parts: DrainParts, backlog: Backlog): Promise<undefined> {
  const atTheEnd = { ...parts.clock, now: () => Number.MAX_SAFE_INTEGER };
  for (;;) {
    const batch = await nextBatch({ store: parts.store, clock: atTheEnd, backlog });
    if (!batch) return undefined;
    await batch.remove();
  }
}

/** `interrupted` when the hub stops, `gone` when the endpoint wants nothing any more. */
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
  const lanes = Array.from({ length: run.endpoint.concurrency }, () =>
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
  const { organizationId } = run.endpoint;
  const ids = pending.map(({ id }) => id);
  const eventKeys = pending.map(({ eventId }) => eventKey(organizationId, eventId));
  const [records, events] = await Promise.all([
    readDeliveries(run.store, organizationId, ids),
    run.store.getMany<AnyEvent>(eventKeys),
  ]);
  return pending.map((entry, index) => ({
    pending: entry,
    record: records[index]?.value,
    event: events[index]?.value,
  }));
}

/** A delivery that an attempt before a crash has settled is settled. `end` lets nothing new begin. */
async function deliver(
  run: Run,
  { pending, record, event }: Task,
  end: (early: Outcome) => void,
): Promise<void> {
  const attempted = record?.attempts.length ?? 0;
  if (!event || attempted >= pending.attempt) return;
  if (run.stopping.aborted) return end("interrupted");

  const verdict = await attempt(run, run.target, { event, number: pending.attempt });
  if (verdict.attempt.errorClass === "aborted") return end("interrupted");
  if (verdict.gone) end("gone");
  await settle(run, { pending, record, verdict });
  if (verdict.gone) await disable(run);
}
