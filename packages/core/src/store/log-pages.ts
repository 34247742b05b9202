import { key } from "./key.ts";
import type { Roster } from "./roster.ts";
import {
  followHead,
  type Head,
  headOf,
  newSpan,
  numbersOf,
  removeFromSpan,
  type Span,
} from "./span.ts";
import type { Store, Stored, Write } from "./store.ts";
import type { Writer, WriterId } from "./writer.ts";

/** Where a page stands: `<writer>.<number>`, usable as a job id. */
export type PageId = string;

/** A page with what is on it. */
export interface ReadPage<Entry> {
  readonly page: PageId;
  readonly stored: Stored<readonly Entry[]>;
}

/** What a process knows of the pages of a log. */
export interface KnownPages {
  readonly store: Store;
  readonly writer: Writer;
  readonly name: string;
  readonly roster: Roster;
  readonly spans: Map<WriterId, Span>;
}

const MOST_PAGES_PER_READ = 128;
/** Behind pages that nobody can deal with yet, others are removed all the same. */
export const PAGES_PER_LOOK = 16;

/** Up to date with every writer's head. @returns The writers, those that came first in front. */
export async function lookAround(log: KnownPages): Promise<readonly WriterId[]> {
  const own = await log.writer.join();
  const writers = await log.roster.read();
  const moving = writers.filter((id) => id !== own.id && !log.spans.get(id)?.isFinal);
  if (moving.length === 0) return writers;
  const living = await log.writer.living(moving);
  const heads = await log.store.getMany<Head>(moving.map((id) => headKey(log, id)));
  for (const [index, id] of moving.entries()) {
    const span = spanOf(log, id);
    const head = heads[index];
    if (head) followHead(span, head.value);
    span.isFinal = !living.has(id); // nothing comes after a head that was read when its writer was dead
  }
  return writers;
}

/**
 * The oldest pages of a writer, up to `count`. Pages that others have removed are found on the way, in
 * larger and larger steps, and not looked for again.
 */
export async function readFront<Entry>(
  log: KnownPages,
  writer: WriterId,
  count: number,
): Promise<readonly ReadPage<Entry>[]> {
  const span = spanOf(log, writer);
  const found: ReadPage<Entry>[] = [];
  let from = 0;
  for (let size = count; found.length < count; size = Math.min(size * 2, MOST_PAGES_PER_READ)) {
    const pages = take(numbersOf(span, from), size).map((number) => pageId(writer, number));
    const last = pages.at(-1);
    if (last === undefined) break;
    from = parsePageId(last).number + 1;
    found.push(...(await readPages<Entry>(log, pages)));
  }
  return found.slice(0, count);
}

/** Those that still exist; the others are known to be removed from then on. */
export async function readPages<Entry>(
  log: KnownPages,
  pages: readonly PageId[],
): Promise<readonly ReadPage<Entry>[]> {
  const read = await log.store.getMany<readonly Entry[]>(pages.map((page) => pageKey(log, page)));
  return pages.flatMap((page, index) => {
    const stored = read[index];
    if (stored) return [{ page, stored }];
    markRemoved(log, page);
    return [];
  });
}

/** A former writer without pages left has nothing to say any more. */
export async function forgetIdle(log: KnownPages, writers: readonly WriterId[]): Promise<void> {
  const idle = writers.filter((id) => {
    const span = log.spans.get(id);
    return span?.isFinal && span.stretches.length === 0;
  });
  if (idle.length === 0) return;
  const heads = idle.map((id) => ({ key: headKey(log, id), value: undefined }));
  await log.roster.remove(idle, heads);
  for (const id of idle) log.spans.delete(id);
}

export function spanOf(log: KnownPages, writer: WriterId): Span {
  const span = log.spans.get(writer) ?? newSpan();
  log.spans.set(writer, span);
  return span;
}

/** @returns The span it was in, where we know the writer. */
export function markRemoved(log: KnownPages, page: PageId): Span | undefined {
  const { writer, number } = parsePageId(page);
  const span = log.spans.get(writer);
  if (span && !span.pending.has(number)) removeFromSpan(span, number);
  return span;
}

export function headWrite(log: KnownPages, writer: WriterId): Write {
  return { key: headKey(log, writer), value: headOf(spanOf(log, writer)) };
}

function headKey({ name }: KnownPages, writer: WriterId): string {
  return key("log", name, writer);
}

export function pageKey({ name }: KnownPages, page: PageId): string {
  const { writer, number } = parsePageId(page);
  return key("log", name, writer, number);
}

export function pageId(writer: WriterId, number: number): PageId {
  return `${writer}.${number}`;
}

export function parsePageId(page: PageId) {
  const [writer = "", number = ""] = page.split(".");
  return { writer, number: Number(number) };
}

export function take<Value>(values: Iterable<Value>, most: number): readonly Value[] {
  const taken: Value[] = [];
  if (most <= 0) return taken;
  for (const value of values) {
    taken.push(value);
    if (taken.length >= most) break;
  }
  return taken;
}
