import type { EventType } from "../events.ts";
import type { Job } from "../queue/queue.ts";
import type { PageId } from "../store/log.ts";
import type { TargetRef } from "./target.ts";

/** What is left to do for a committed change. `null` once it is done. */
export type OutboxEntry = EventEntry | DrainEntry | null;

/** The host's listeners have to hear this event. */
export interface EventEntry {
  readonly event: EventType;
  readonly id: string;
  readonly organizationId: string;
  /** How often they have failed at it; absent before the first time. */
  readonly failures?: number;
  /** When they hear it again, in epoch milliseconds. */
  readonly dueAt?: number;
}

/** This target has deliveries waiting. */
export interface DrainEntry {
  readonly drain: TargetRef;
}

/** Where an entry stands, usable as a job id. */
export type EntryId = string;

export function entryId(page: PageId, index: number): EntryId {
  return `${page}.${index}`;
}

export function parseEntryId(id: EntryId): { readonly page: PageId; readonly index: number } {
  const dot = id.lastIndexOf(".");
  return { page: id.slice(0, dot), index: Number(id.slice(dot + 1)) };
}

/** The jobs that do what is left. */
export function jobsOf(entry: OutboxEntry, id: EntryId): readonly Job[] {
  if (!entry) return [];
  return "drain" in entry ? [{ kind: "drain", id: entry.drain }] : [hearing(entry, id)];
}

/** The job in which listeners hear an event, at its time. */
export function hearing({ dueAt }: Pick<EventEntry, "dueAt">, id: EntryId): Job {
  const job: Job = { kind: "event", id, swept: true };
  return dueAt === undefined ? job : { ...job, runAt: dueAt };
}
