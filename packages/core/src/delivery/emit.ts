import type { Clock } from "../clock.ts";
import { newId } from "../crypto/ids.ts";
import { type AnyEvent, type EventDraft, HOST_ONLY } from "../events.ts";
import type { Logger } from "../logger.ts";
import { type History, openHistory } from "../store/history.ts";
import { joined } from "../store/joined.ts";
import { key } from "../store/key.ts";
import { commitStaged, type LogParts, type Staged } from "../store/log.ts";
import type { Change, Store, Write } from "../store/store.ts";
import { type Backlogs, deliveryKey, type Pending } from "./delivery.ts";
import type { Directory } from "./directory.ts";
import { endpointRef, wants } from "./endpoint.ts";
import { type Forward, forwardKey, keepForward } from "./forward.ts";
import type { Outbox, OutboxEntry } from "./outbox.ts";
import type { RecentEvents } from "./recent-events.ts";
import { organizationOf, type TargetRef } from "./target.ts";

export interface EmitParts {
  readonly store: Store;
  readonly clock: Clock;
  readonly logger: Logger;
  readonly outbox: Outbox;
  readonly backlogs: Backlogs;
  readonly directory: Directory;
  readonly recent: RecentEvents;
  readonly history: History;
}

/** What was written when, of everything that is not kept for ever. */
export function openEmitted(parts: LogParts): History {
  return openHistory(parts, "emitted");
}

/** A change that comes with events. */
export interface Emission extends Change {
  /** Keys of its records that are kept as long as deduplication needs them, and no longer. */
  readonly items?: readonly string[];
  /** What goes on to accounts' webhooks as it came, in this order; each once, guarded by its id. */
  readonly forwards?: readonly Forward[];
}

/**
 * Commits a change together with its events and forwards: the records, what each target has to get, and
 * the outbox entry that sees to it. So an event is emitted if and only if its change is committed.
 *
 * @returns `false` when a guarded record has moved on, or a forward was committed before; nothing was
 *   written or emitted then.
 * @throws {Failure} `store_unavailable`
 */
export type Emit = (change: Emission, drafts: readonly EventDraft[]) => Promise<boolean>;

export function createEmit(parts: EmitParts): Emit {
  return (change, drafts) => {
    const { items = [], forwards = [] } = change;
    const isPlain = drafts.length + items.length + forwards.length === 0;
    return isPlain ? parts.store.commit(change) : emit(parts, change, drafts);
  };
}

export function eventKey(organizationId: string, id: string): string {
  return key("event", organizationId, id);
}

async function emit(parts: EmitParts, change: Emission, drafts: readonly EventDraft[]) {
  const { backlogs, outbox, recent } = parts;
  const { items = [], forwards = [] } = change;
  const events = drafts.map((draft) => toEvent(draft, parts.clock.now()));
  const pending = await planDeliveries(parts, events);
  planForwards(pending, forwards, parts.clock.now());
  await joinLogs(parts, [...pending.keys()]);

  const entries = outboxEntries(events, [...pending.keys()]);
  const page = entries.length > 0 ? [outbox.stage(entries)] : [];
  const deliveries = [...pending].map(([ref, list]) => backlogs(ref).fresh.stage(list));
  const history = stageHistory(parts, items, { events, forwards, pending });
  const records = { guards: [], writes: events.map(toWrite) };
  const whole = joined(change, records, creation(forwards));
  if (!(await commitStaged(parts.store, whole, [...page, ...deliveries, history]))) return false;
  recent.put(events);
  for (const committed of page) await wake(parts, committed.page, entries);
  return true;
}

async function joinLogs({ outbox, backlogs, history }: EmitParts, refs: readonly TargetRef[]) {
  const logs = [outbox, ...refs.map((ref) => backlogs(ref).fresh), history];
  await Promise.all(logs.map((log) => log.join()));
}

/** What each target has to get, in order. */
type PendingByTarget = Map<TargetRef, Pending[]>;

interface Planned {
  readonly events: readonly AnyEvent[];
  readonly forwards: readonly Forward[];
  readonly pending: PendingByTarget;
}

/** Records of deliveries are named here, although they are written with their first attempt only. */
function stageHistory(
  { clock, history }: EmitParts,
  items: readonly string[],
  { events, forwards, pending }: Planned,
): Staged {
  const deliveries = [...pending].flatMap(([ref, list]) =>
    list.map(({ id }) => deliveryKey(organizationOf(ref), id)),
  );
  const keys = [
    ...events.map(({ id, organizationId }) => eventKey(organizationId, id)),
    ...forwards.map(({ id, target }) => forwardKey(organizationOf(target), id)),
    ...deliveries,
  ];
  return history.stage({ events: keys, deduplication: items }, clock.now());
}

function creation(forwards: readonly Forward[]): Change {
  const writes = forwards.map(keepForward);
  return { guards: writes.map(({ key }) => ({ key, version: undefined })), writes };
}

function toEvent(draft: EventDraft, now: number): AnyEvent {
  const { event, organizationId, data } = draft;
  const createdAt = new Date(now).toISOString();
  // A draft pairs a type with its data, and so does the event made of it.
  return { event, id: newId("evt_"), createdAt, organizationId, data } as AnyEvent;
}

function toWrite(event: AnyEvent): Write {
  return { key: eventKey(event.organizationId, event.id), value: event };
}

/** What each endpoint has to get, in the order of the events. */
async function planDeliveries(
  parts: EmitParts,
  events: readonly AnyEvent[],
): Promise<PendingByTarget> {
  const outgoing = events.filter(({ event }) => !HOST_ONLY.has(event));
  const organizations = [...new Set(outgoing.map(({ organizationId }) => organizationId))];
  const endpoints = (await Promise.all(organizations.map(parts.directory))).flat();
  const dueAt = parts.clock.now();
  const plans = endpoints.map((endpoint): [TargetRef, Pending[]] => {
    const wanted = outgoing.filter(
      (event) => event.organizationId === endpoint.organizationId && wants(endpoint, event),
    );
    return [endpointRef(endpoint), wanted.map(({ id }) => pendingFirst(id, dueAt))];
  });
  return new Map(plans.filter(([, pending]) => pending.length > 0));
}

/** No endpoint is named as an account's webhook is, so the two never meet. */
function planForwards(pending: PendingByTarget, forwards: readonly Forward[], dueAt: number) {
  for (const { id, target } of forwards) {
    const list = pending.get(target) ?? [];
    list.push(pendingFirst(id, dueAt));
    pending.set(target, list);
  }
}

function pendingFirst(eventId: string, dueAt: number): Pending {
  return { id: newId("dlv_"), eventId, attempt: 1, dueAt };
}

function outboxEntries(
  events: readonly AnyEvent[],
  targets: readonly TargetRef[],
): readonly OutboxEntry[] {
  return [
    ...events.map(({ event, id, organizationId }) => ({ event, id, organizationId })),
    ...targets.map((drain) => ({ drain })),
  ];
}

/** The change is committed: what fails here is made up for by the sweep, not told to the caller. */
async function wake({ outbox, logger }: EmitParts, page: string, entries: readonly OutboxEntry[]) {
  try {
    await outbox.wake(page, entries);
  } catch (error) {
    logger.warn({ error }, "jobs could not be added; the sweep will");
  }
}
