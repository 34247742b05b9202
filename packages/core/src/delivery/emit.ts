import type { Clock } from "../clock.ts";
import { siblingIds } from "../crypto/ids.ts";
import type { AnyEvent, EventDraft } from "../events.ts";
import type { Logger } from "../logger.ts";
import { type History, openHistory } from "../store/history.ts";
import { joined } from "../store/joined.ts";
import type { Journal, StagedPage } from "../store/journal.ts";
import { key } from "../store/key.ts";
import { commitStaged, type LogParts, type Staged } from "../store/log.ts";
import type { Change, Store, Write } from "../store/store.ts";
import { inSpan } from "../telemetry/span.ts";
import { type Backlogs, deliveryKey } from "./delivery.ts";
import type { Directory } from "./directory.ts";
import { type Forward, forwardKey, keepForward } from "./forward.ts";
import type { Outbox } from "./outbox.ts";
import type { EventEntry, OutboxEntry } from "./outbox-entry.ts";
import { type Addressed, planAddressed, planDeliveries } from "./plan-deliveries.ts";
import type { RecentEvents } from "./recent-events.ts";
import { organizationOf, type TargetRef } from "./target.ts";
import { scopesOf, stagePages, type Telling } from "./told.ts";

export interface EmitParts {
  readonly store: Store;
  readonly clock: Clock;
  readonly logger: Logger;
  readonly outbox: Outbox;
  readonly backlogs: Backlogs;
  readonly directory: Directory;
  readonly recent: RecentEvents;
  readonly history: History;
  readonly journal: Journal;
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
  /** Events of former commits that listeners have to hear anew. */
  readonly again?: readonly EventEntry[];
  /** Events of before that go to an endpoint once more, in this order. */
  readonly resends?: readonly Addressed[];
  /** Targets that have something to do because of the change. */
  readonly wakes?: readonly TargetRef[];
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
    const { items = [], forwards = [], again = [], resends = [], wakes = [] } = change;
    const all = [drafts, items, forwards, again, resends, wakes];
    if (all.every(({ length }) => length === 0)) return parts.store.commit(change);
    return inSpan("emit", { attributes: { "wabakit.events": drafts.length } }, () =>
      emit(parts, change, drafts),
    );
  };
}

export function eventKey(organizationId: string, id: string): string {
  return key("event", organizationId, id);
}

async function emit(parts: EmitParts, change: Emission, drafts: readonly EventDraft[]) {
  const { backlogs, outbox, recent, directory, journal } = parts;
  const { items = [], forwards = [], again = [], resends = [], wakes = [] } = change;
  const dueAt = parts.clock.now();
  const nextId = siblingIds("evt_");
  const events = drafts.map((draft) => toEvent(draft, { id: nextId(), at: dueAt }));
  const pending = await planDeliveries({ directory, dueAt }, events);
  planAddressed(pending, [...forwards, ...resends], dueAt);
  const telling = { events, pending };
  await joinLogs(parts, telling);

  const targets = new Set([...pending.keys(), ...wakes]);
  const entries = [...outboxEntries(events, targets), ...again];
  const page = entries.length > 0 ? [outbox.stage(entries)] : [];
  const deliveries = [...pending].map(([ref, list]) => backlogs(ref).fresh.stage(list));
  const told = stagePages(journal, telling);
  const history = stageHistory(parts, { items, forwards, told, ...telling });
  const writes = [...events.map(toWrite), ...told.flatMap((one) => one.writes)];
  const whole = joined(change, { guards: [], writes }, creation(forwards));
  if (!(await commitStaged(parts.store, whole, [...page, ...deliveries, ...history]))) return false;
  recent.put(events);
  for (const committed of page) await wake(parts, committed.page, entries);
  return true;
}

async function joinLogs({ outbox, backlogs, history, journal }: EmitParts, telling: Telling) {
  const fresh = [...telling.pending.keys()].map((ref) => backlogs(ref).fresh);
  const logs = [outbox, ...fresh, history].map((log) => log.join());
  await Promise.all([...logs, journal.join(scopesOf(telling))]);
}

interface Kept extends Telling {
  readonly items: readonly string[];
  readonly forwards: readonly Forward[];
  readonly told: readonly StagedPage[];
}

/** Records of deliveries are named here, although they are written with their first attempt only. */
function stageHistory({ clock, history }: EmitParts, kept: Kept): readonly Staged[] {
  const { items, events, forwards, pending, told } = kept;
  const deliveries = [...pending].flatMap(([ref, list]) =>
    list.map(({ id }) => deliveryKey(organizationOf(ref), id)),
  );
  const keys = [
    ...events.map(({ id, organizationId }) => eventKey(organizationId, id)),
    ...forwards.map(({ id, target }) => forwardKey(organizationOf(target), id)),
    ...deliveries,
    ...told.map((page) => page.key),
  ];
  if (keys.length + items.length === 0) return [];
  return [history.stage({ events: keys, deduplication: items }, clock.now())];
}

function creation(forwards: readonly Forward[]): Change {
  const writes = forwards.map(keepForward);
  return { guards: writes.map(({ key }) => ({ key, version: undefined })), writes };
}

function toEvent(
  { type, organizationId, data }: EventDraft,
  { id, at }: { readonly id: string; readonly at: number },
): AnyEvent {
  const createdAt = new Date(at).toISOString();
  // A draft pairs a type with its data, and so does the event made of it.
  return { type, id, createdAt, organizationId, data } as AnyEvent;
}

function toWrite(event: AnyEvent): Write {
  return { key: eventKey(event.organizationId, event.id), value: event };
}

function outboxEntries(
  events: readonly AnyEvent[],
  targets: ReadonlySet<TargetRef>,
): readonly OutboxEntry[] {
  return [
    ...events.map(({ type, id, organizationId }) => ({ event: type, id, organizationId })),
    ...Array.from(targets, (drain) => ({ drain })),
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
