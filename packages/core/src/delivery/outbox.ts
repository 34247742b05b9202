import type { EventType } from "../events.ts";
import type { Job, Queue } from "../queue/queue.ts";
import {
  type Log,
  type LogParts,
  openLog,
  type PageId,
  type ReadPage,
  type Staged,
} from "../store/log.ts";
import type { TargetRef } from "./target.ts";

/** What is left to do for a committed change. `null` once it is done. */
export type OutboxEntry = EventEntry | DrainEntry | null;

/** The host's listeners have to hear this event. */
export interface EventEntry {
  readonly event: EventType;
  readonly id: string;
  readonly organizationId: string;
}

/** This target has deliveries waiting. */
export interface DrainEntry {
  readonly drain: TargetRef;
}

/** Where an entry stands, usable as a job id. */
export type EntryId = string;

/**
 * An event is emitted if and only if its change is committed: the entry is part of that commit, and
 * it stays until the work is done. Jobs are only wake-ups; the sweep adds lost ones again.
 */
export interface Outbox {
  /** Needed once before `stage`. */
  join(): Promise<void>;
  stage(entries: readonly OutboxEntry[]): Staged;
  /** Adds the jobs of a page that is committed; `entries` spare it from being read again. */
  wake(page: PageId, entries?: readonly OutboxEntry[]): Promise<void>;
  /** `undefined` when there is nothing left to do. */
  find(id: EntryId): Promise<EventEntry | undefined>;
  /** Durable when it resolves; entries finished in one turn share a commit. */
  finish(id: EntryId): Promise<void>;
  /** Wakes every page that is still there, unless its jobs wait in this very process. */
  sweep(): Promise<void>;
}

/** A sweep leaves the rest to the next one. */
const PAGES_PER_SWEEP = 10_000;
const PAGES_PER_READ = 128;

interface OutboxState extends LogParts {
  readonly queue: Queue;
  readonly log: Log<OutboxEntry>;
  /** Pages being worked on by this process. */
  readonly open: Map<PageId, readonly OutboxEntry[]>;
  /** Pages whose jobs this process has added. */
  readonly woken: Set<PageId>;
  readonly finishing: Map<PageId, { readonly done: number[]; readonly durable: Promise<void> }>;
}

export function openOutbox(parts: LogParts & { readonly queue: Queue }): Outbox {
  const log = openLog<OutboxEntry>(parts, "outbox");
  const kept = { open: new Map(), woken: new Set<PageId>(), finishing: new Map() };
  const outbox: OutboxState = { ...parts, ...kept, log };
  return {
    join: log.join,
    stage: log.stage,
    wake(page, entries) {
      if (entries) outbox.open.set(page, entries);
      return wake(outbox, page);
    },
    find: (id) => find(outbox, id),
    finish: (id) => finish(outbox, id),
    sweep: () => sweep(outbox),
  };
}

/**
 * A queue of this process loses no job while it lives, and a job that waits after a failure must not
 * be woken early. A queue elsewhere may have been flushed, and other nodes finish what we have begun.
 */
async function sweep(outbox: OutboxState): Promise<void> {
  if (outbox.queue.atomicity === "cluster") forgetAll(outbox);
  const pages = await outbox.log.pages(PAGES_PER_SWEEP, (page) => outbox.woken.has(page));
  for (let start = 0; start < pages.length; start += PAGES_PER_READ) {
    await wakeAll(outbox, await outbox.log.readAll(pages.slice(start, start + PAGES_PER_READ)));
  }
}

async function wakeAll(outbox: OutboxState, pages: readonly ReadPage<OutboxEntry>[]) {
  for (const { page, stored } of pages) {
    if (!outbox.open.has(page)) outbox.open.set(page, stored.value);
    await wake(outbox, page);
  }
}

async function wake(outbox: OutboxState, page: PageId): Promise<void> {
  const entries = await entriesOf(outbox, page);
  await outbox.queue.add(entries.flatMap((entry, index) => jobsOf(entry, `${page}.${index}`)));
  outbox.woken.add(page);
  for (const [index, entry] of entries.entries()) {
    if (entry && "drain" in entry) await finish(outbox, `${page}.${index}`);
  }
  if (entries.length === 0) forget(outbox, page);
}

function jobsOf(entry: OutboxEntry, id: EntryId): readonly Job[] {
  if (!entry) return [];
  return "drain" in entry
    ? [{ kind: "drain", id: entry.drain }]
    : [{ kind: "event", id, swept: true }];
}

async function entriesOf(outbox: OutboxState, page: PageId): Promise<readonly OutboxEntry[]> {
  const known = outbox.open.get(page);
  if (known) return known;
  const entries = (await outbox.log.read(page))?.value ?? [];
  if (entries.length > 0) outbox.open.set(page, entries);
  return entries;
}

async function find(outbox: OutboxState, id: EntryId): Promise<EventEntry | undefined> {
  const { page, index } = parseEntryId(id);
  const entry = (await entriesOf(outbox, page))[index];
  return entry && "event" in entry ? entry : undefined;
}

function finish(outbox: OutboxState, id: EntryId): Promise<void> {
  const { page, index } = parseEntryId(id);
  const under = outbox.finishing.get(page) ?? startFinishing(outbox, page);
  under.done.push(index);
  return under.durable;
}

function startFinishing(outbox: OutboxState, page: PageId) {
  const done: number[] = [];
  const durable = new Promise(setImmediate).then(() => {
    outbox.finishing.delete(page);
    return strike(outbox, page, done);
  });
  const under = { done, durable };
  outbox.finishing.set(page, under);
  return under;
}

/** Other processes strike entries of the same page, hence the guard. */
async function strike(outbox: OutboxState, page: PageId, done: readonly number[]): Promise<void> {
  for (;;) {
    const stored = await outbox.log.read(page);
    if (!stored) return;
    const left = stored.value.map((entry, index) => (done.includes(index) ? null : entry));
    outbox.open.set(page, left);
    const over = left.every((entry) => entry === null);
    if (over) forget(outbox, page);
    const writes = over ? outbox.log.removing(page) : [outbox.log.replacing(page, left)];
    const guards = [outbox.log.guarding(page, stored)];
    if (await outbox.store.commit({ guards, writes })) return;
  }
}

function forget({ open, woken }: OutboxState, page: PageId): void {
  open.delete(page);
  woken.delete(page);
}

function forgetAll({ open, woken }: OutboxState): void {
  open.clear();
  woken.clear();
}

function parseEntryId(id: EntryId) {
  const dot = id.lastIndexOf(".");
  return { page: id.slice(0, dot), index: Number(id.slice(dot + 1)) };
}
