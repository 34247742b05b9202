import type { Clock } from "../clock.ts";
import type { EventDraft } from "../events.ts";
import { joined, NO_CHANGE } from "../store/joined.ts";
import type { Change, Store, Stored, Write } from "../store/store.ts";
import type { Verdict } from "./attempt.ts";
import {
  type Backlog,
  type Delivery,
  deliveryKey,
  type Pending,
  readDeliveries,
} from "./delivery.ts";
import type { Emit } from "./emit.ts";
import {
  type Endpoint,
  endpointIndex,
  endpointKey,
  endpointRef,
  findEndpoint,
} from "./endpoint.ts";
import {
  exhausted,
  type Failing,
  failingChange,
  readFailing,
  type Tried,
  type Turn,
  turnAfter,
} from "./failing.ts";
import type { LastDeliveries } from "./last-deliveries.ts";
import { goingOn } from "./let-go.ts";
import type { Target } from "./target.ts";

/** What a drain knows of how its target has done so far. */
export interface Spell {
  failing: Failing | undefined;
  /** It has said that it has ended; nothing new begins. */
  isGone: boolean;
  /** It was disabled; what was under way by then changes nothing any more. */
  hasEnded: boolean;
}

export interface SettleParts {
  readonly store: Store;
  readonly emit: Emit;
  readonly target: Target;
  readonly backlog: Backlog;
  readonly spell: Spell;
  readonly clock: Pick<Clock, "now">;
  readonly lastDeliveries: Pick<LastDeliveries, "note">;
}

/** An attempt that was made, and what it was made for. */
export interface Made {
  readonly pending: Pending;
  readonly record: Stored<Delivery> | undefined;
  readonly verdict: Verdict;
  readonly isNotice: boolean;
  readonly isFirstInLine: boolean;
  /** The breaker has opened with this. */
  readonly isCutOff: boolean;
}

/**
 * Records an attempt. In the same commit a retry joins the backlog, so none is lost between, and the
 * target becomes one that fails, that has recovered, or that is disabled, with the events that tell so.
 *
 * @throws {Failure} `store_unavailable`
 */
export async function settle(parts: SettleParts, made: Made): Promise<void> {
  const { clock, target, lastDeliveries } = parts;
  const { status } = made.verdict;
  const noted = lastDeliveries.note(target, { at: clock.now(), status });
  let current = made;
  while (!(await commitAttempt(parts, current, noted))) current = await anew(parts, current);
}

async function commitAttempt(parts: SettleParts, made: Made, noted: readonly Write[]) {
  const { target, spell } = parts;
  const { turn, change } = await turning(parts, made);
  const own = joined(recording(target, made), { guards: [], writes: noted });
  const whole = joined(own, await moving(parts, made), change, await ending(parts, turn));
  if (!(await parts.emit(whole, [...turn.drafts, ...givenUp(target, made)]))) return false;
  spell.failing = turn.failing;
  spell.hasEnded ||= turn.ends !== undefined;
  return true;
}

/** The delivery as it is now: it may have been given up by hand while the attempt was under way. */
async function anew({ store, target }: SettleParts, made: Made): Promise<Made> {
  const [record] = await readDeliveries(store, target.organizationId, [made.pending.id]);
  if (!record || record.value.status === "retrying") return { ...made, record };
  const status = made.verdict.status === "delivered" ? "delivered" : "failed";
  return { ...made, record, verdict: { ...made.verdict, status, nextAttemptAt: undefined } };
}

/** The record of the target is read only when there seems to be something to change. */
async function turning({ store, target, spell }: SettleParts, made: Made) {
  const tried = triedOf(made);
  const { failing } = spell;
  const likely = turnAfter(target, failing, tried);
  if (spell.hasEnded || isSame(likely, failing)) {
    return { turn: { failing, ends: undefined, drafts: [] } satisfies Turn, change: NO_CHANGE };
  }
  const stored = await readFailing(store, target);
  const turn = turnAfter(target, stored?.value, tried);
  const isNews = !isSame(turn, stored?.value);
  return {
    turn,
    change: isNews ? failingChange(target, stored?.version, turn.failing) : NO_CHANGE,
  };
}

function isSame({ failing, ends }: Turn, before: Failing | undefined): boolean {
  return ends === undefined && failing === before;
}

function triedOf({ pending, verdict, isCutOff }: Made): Tried {
  const { attempt, status, gone } = verdict;
  return { pending, attempt, status, gone, isCutOff };
}

function givenUp(target: Target, made: Made): readonly EventDraft[] {
  const { verdict, isNotice } = made;
  const isGivenUp = verdict.status === "failed" && !verdict.gone && !isNotice;
  return isGivenUp ? [exhausted(target, triedOf(made))] : [];
}

/** Where the delivery waits from now on, and who need not wait for it any more. */
async function moving(parts: SettleParts, made: Made): Promise<Change> {
  const { pending, verdict, isFirstInLine } = made;
  const { retries, lines } = parts.backlog;
  const { nextAttemptAt: dueAt } = verdict;
  if (dueAt === undefined) return isFirstInLine ? goingOn(parts, pending) : NO_CHANGE;
  const { emittedAt = pending.dueAt, attempt } = pending;
  const retry = { ...pending, attempt: attempt + 1, dueAt, emittedAt };
  return joined(await retries.adding(retry), await lines.joining([retry]));
}

function recording(target: Target, { pending, record, verdict }: Made): Change {
  const { status, nextAttemptAt } = verdict;
  const delivery: Delivery = {
    id: pending.id,
    endpointId: target.id,
    eventId: pending.eventId,
    status,
    attempts: [...(record?.value.attempts ?? []), verdict.attempt],
    nextAttemptAt: nextAttemptAt === undefined ? null : new Date(nextAttemptAt).toISOString(),
    ...(pending.keys && { keys: pending.keys }),
  };
  const key = deliveryKey(target.organizationId, pending.id);
  // There is nobody else who would write the first.
  const guards = record ? [{ key, version: record.version }] : [];
  return { guards, writes: [{ key, value: delivery }] };
}

/** Nothing goes to an endpoint that has ended until somebody enables it again. */
async function ending({ store, target }: SettleParts, { ends }: Turn): Promise<Change> {
  if (ends === undefined) return NO_CHANGE;
  const at = endpointKey(target.organizationId, target.id);
  const stored = await findEndpoint(store, endpointRef(target));
  if (!stored) return NO_CHANGE;
  const value: Endpoint = { ...stored.value, enabled: false, disabledReason: ends };
  const touched = await endpointIndex(store, target.organizationId).touching();
  const own = { guards: [{ key: at, version: stored.version }], writes: [{ key: at, value }] };
  return joined(touched, own);
}
