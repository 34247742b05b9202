import type { JobHandler } from "../queue/queue.ts";
import { nextBatch } from "./batch.ts";
import { type DeliverParts, deliverBatch, type Run } from "./deliver.ts";
import type { Backlog, Backlogs } from "./delivery.ts";
import { readFailing } from "./failing.ts";
import { findTarget } from "./find-target.ts";
import type { Gates } from "./gate.ts";
import { letGo } from "./let-go.ts";
import type { RelayParts } from "./relay-target.ts";
import { organizationOf, type TargetRef, targetIdOf } from "./target.ts";

/** After this long a drain lets the others have the worker, and comes back. */
const SLICE_MS = 20_000;

export interface DrainParts extends DeliverParts, RelayParts {
  readonly backlogs: Backlogs;
  readonly gates: Gates;
}

/** Epoch ms; absent when nothing waits. */
type Again = { readonly again: number } | undefined;

/**
 * The job that delivers what waits for one target: retries that are due, then new deliveries in order.
 * It is the only one at work on that target, so everything about its pace is decided here.
 */
export function drain(parts: DrainParts): JobHandler {
  return (ref) => parts.gates.enter(ref, () => drainTarget(parts, ref));
}

async function drainTarget(parts: DrainParts, ref: TargetRef): Promise<Again> {
  const gate = parts.gates.of(ref);
  const now = parts.clock.now();
  // Each new event wakes it meanwhile, which shall cost nothing.
  if (gate.breaker.state(now) === "open") return { again: gate.breaker.opensUntil() };
  const named = { organizationId: organizationOf(ref), id: targetIdOf(ref) };
  const [target, failing] = await Promise.all([
    findTarget(parts, ref),
    readFailing(parts.store, named),
  ]);
  const backlog = parts.backlogs(ref);
  if (!target) return discard(parts, backlog);
  if (!target.enabled) return undefined;
  const spell = { failing: failing?.value, isGone: false, hasEnded: false };
  return deliverAll({ ...parts, target, backlog, gate, spell, sliceEnd: now + SLICE_MS });
}

async function deliverAll(run: Run): Promise<Again> {
  for (;;) {
    const batch = await nextBatch(run);
    if (!batch) break;
    const { pause, held } = await deliverBatch(run, batch);
    if (run.spell.hasEnded) return undefined;
    // What is left when the hub stops has to be found by the next start: the job stays.
    if (pause) return pause;
    await batch.remove(held);
  }
  const again = await run.backlog.retries.earliest();
  return again === undefined ? undefined : { again };
}

/** The target is gone: what waited for it is not wanted any more. */
async function discard(parts: DrainParts, backlog: Backlog): Promise<undefined> {
  const { store } = parts;
  const atTheEnd = { now: () => Number.MAX_SAFE_INTEGER };
  for (;;) {
    const batch = await nextBatch({ store, clock: atTheEnd, backlog });
    if (!batch) return undefined;
    const lined = batch.isFirstInLine ? batch.pending : [];
    for (const pending of lined) await letGo({ store, backlog, clock: parts.clock }, pending);
    await batch.remove([]);
  }
}
