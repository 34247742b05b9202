import type { Clock } from "../../clock.ts";
import type { AnyEvent } from "../../events.ts";
import { inTurn } from "../../in-turn.ts";
import { type Log, type LogParts, openLog, type ReadPage } from "../../store/log.ts";
import type { Stored } from "../../store/store.ts";
import { describeError } from "../../telemetry/discreet-text.ts";
import { eventKey } from "../emit.ts";
import type { Erased } from "../erase-events.ts";
import type { Outbox } from "../outbox.ts";
import type { EntryId, EventEntry } from "../outbox-entry.ts";
import { type DeadLetter, deadLetterIndex, deadLetterKey, tenantOf } from "./dead-letter.ts";
import { removeDeadLetter } from "./remove-dead-letter.ts";

/** Of each writer, at a time. */
const PAGES_PER_READ = 64;

/** What is known of a dead letter without reading it. */
type Grave = Pick<DeadLetter, "organizationId" | "id" | "tenantId"> & {
  /** When its event came about, in epoch milliseconds. */
  readonly eventAt: number;
};

/** How an event ended for listeners. */
export interface Ended {
  readonly attempts: number;
  readonly error: unknown;
}

/** Where dead letters come to be, and go with their events. */
export interface Graveyard {
  /**
   * Finishes the outbox entry of an event and records it as a dead letter, in one commit. Of an event
   * that is not kept any more nothing is recorded.
   *
   * @throws {Failure} `store_unavailable`
   */
  readonly bury: (entryId: EntryId, entry: EventEntry, ended: Ended) => Promise<void>;
  /**
   * Removes those of events that came about before an instant (epoch ms). It may be cut short at any
   * point, and others may be at it.
   *
   * @returns Whether it left something because it had to stop.
   */
  readonly purge: (
    before: number,
    mayGoOn: () => boolean,
  ) => Promise<{ readonly isComplete: boolean }>;
  /** Removes those about a tenant. */
  readonly erase: (whose: Erased) => Promise<void>;
}

interface GraveyardParts extends LogParts {
  readonly clock: Pick<Clock, "now">;
  readonly outbox: Pick<Outbox, "finish" | "finishWith">;
}

interface GraveyardState extends GraveyardParts {
  readonly log: Log<Grave>;
}

export function openGraveyard(parts: GraveyardParts): Graveyard {
  const graveyard = { ...parts, log: openLog<Grave>(parts, "dead-letters") };
  // All of an organization are on one list, so its writers would only lose against each other.
  const oneByOne = inTurn();
  return {
    bury: (entryId, entry, ended) => oneByOne(() => bury(graveyard, { entryId, entry, ended })),
    purge: (before, mayGoOn) => purge(graveyard, before, mayGoOn),
    erase: (whose) => erase(graveyard, whose),
  };
}

interface Burial {
  readonly entryId: EntryId;
  readonly entry: EventEntry;
  readonly ended: Ended;
}

async function bury(graveyard: GraveyardState, { entryId, entry, ended }: Burial): Promise<void> {
  const { store, outbox } = graveyard;
  const { organizationId, id } = entry;
  for (;;) {
    const event = await store.get<AnyEvent>(eventKey(organizationId, id));
    const isKnown = await store.get(deadLetterKey(organizationId, id));
    if (!event || isKnown) return outbox.finish(entryId);
    if (await record(graveyard, { entryId, event, ended })) return;
  }
}

interface Recorded {
  readonly entryId: EntryId;
  readonly event: Stored<AnyEvent>;
  readonly ended: Ended;
}

/** @returns `false` when the event, or the list, has moved on. */
async function record(
  { store, clock, outbox, log }: GraveyardState,
  { entryId, event: { value: event, version }, ended }: Recorded,
): Promise<boolean> {
  const { id, organizationId, type, createdAt } = event;
  const { attempts, error } = ended;
  await log.join();
  const addition = await deadLetterIndex(store, organizationId).adding(id);
  const about = { id, organizationId, type, tenantId: tenantOf(event), createdAt };
  const failedAt = new Date(clock.now()).toISOString();
  const how = { attempts, error: describeError(error), failedAt };
  const letter: DeadLetter = { ...about, ...how, place: addition.place };
  const at = deadLetterKey(organizationId, id);
  const change = {
    guards: [
      ...addition.guards,
      { key: eventKey(organizationId, id), version },
      { key: at, version: undefined },
    ],
    writes: [...addition.writes, { key: at, value: letter }],
  };
  const eventAt = Date.parse(createdAt);
  const grave = { organizationId, id, tenantId: letter.tenantId, eventAt };
  return outbox.finishWith(entryId, change, () => [log.stage([grave])]);
}

async function purge(
  graveyard: GraveyardState,
  before: number,
  mayGoOn: () => boolean,
): Promise<{ readonly isComplete: boolean }> {
  const isOver = ({ eventAt }: Grave) => eventAt < before;
  while (mayGoOn()) {
    const pages = await graveyard.log.oldest(PAGES_PER_READ);
    const over = pages.filter(({ stored }) => stored.value.every(isOver));
    if (over.length === 0) return { isComplete: true };
    await purgePages(graveyard, over, mayGoOn);
  }
  return { isComplete: false };
}

/** The names go last: what is cut short is found again. */
async function purgePages(
  { store, log }: GraveyardState,
  pages: readonly ReadPage<Grave>[],
  mayGoOn: () => boolean,
): Promise<void> {
  for (const { page, stored } of pages) {
    if (!mayGoOn()) return;
    await Promise.all(stored.value.map((grave) => removeDeadLetter(store, grave)));
    await store.commit({ guards: [log.guarding(page, stored)], writes: log.removing(page) });
  }
}

/** Those of the tenant stay named in the log, which tells nothing but ids, until their time is over. */
async function erase({ store, log }: GraveyardState, whose: Erased): Promise<void> {
  const { organizationId, tenantId } = whose;
  const pages = await log.pages();
  for (let start = 0; start < pages.length; start += PAGES_PER_READ) {
    const read = await log.readAll(pages.slice(start, start + PAGES_PER_READ));
    const graves = read.flatMap(({ stored }) => stored.value);
    const own = graves.filter((grave) => grave.organizationId === organizationId);
    const theirs = own.filter((grave) => grave.tenantId === tenantId);
    for (const grave of theirs) await removeDeadLetter(store, grave);
  }
}
