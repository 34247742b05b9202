import { type Draft, openDraft } from "../store/draft.ts";
import { key } from "../store/key.ts";
import type { Change, Store } from "../store/store.ts";
import type { Pending } from "./delivery.ts";
import type { TargetRef } from "./target.ts";

const AT_THE_FRONT = 64;
const ENTRIES_PER_PAGE = 128;

/** Who stands in line: the front of it, and the pages behind, from `first` up to, not including, `next`. */
interface Line {
  readonly front: readonly Pending[];
  readonly first: number;
  readonly next: number;
}

/** A change that takes a delivery out of its lines, and whose turn it is then. */
export interface Leaving {
  readonly change: Change;
  /** They are first in each of their lines now, and have to be delivered. */
  readonly ready: readonly Pending[];
}

/**
 * One line for each key under which something of a target waits. Who is first in each of its lines is
 * among the target's retries; all others wait for it, however many, in the store. Everybody joins all
 * its lines at once, so that two never wait for each other.
 */
export interface Lines {
  /** Of these keys those that have a line. */
  blocked(keys: readonly string[]): Promise<readonly string[]>;
  /** The change by which deliveries join the lines of their keys, in order. Who is first already stays. */
  joining(entries: readonly Pending[]): Promise<Change>;
  leaving(entry: Pending): Promise<Leaving>;
}

/** The lines of a target. @throws each as the store does */
export function openLines(store: Store, target: TargetRef): Lines {
  const keys: LineKeys = {
    line: (name) => key("line", target, name),
    page: (name, number) => key("line", target, name, number),
  };
  return {
    async blocked(names) {
      const found = await store.getMany(names.map(keys.line));
      return names.filter((_, index) => found[index] !== undefined);
    },
    async joining(entries) {
      const names = namesOf(entries);
      const draft = openDraft(store);
      await draft.read(names.map(keys.line));
      await draft.read(names.flatMap((name) => lastPage({ keys, draft }, name)));
      for (const entry of entries) {
        for (const name of entry.keys ?? []) append({ keys, draft }, name, entry);
      }
      return draft.change();
    },
    leaving: (entry) => leaving({ keys, draft: openDraft(store) }, entry),
  };
}

interface LineKeys {
  readonly line: (name: string) => string;
  readonly page: (name: string, number: number) => string;
}

interface Lined {
  readonly keys: LineKeys;
  readonly draft: Draft;
}

function namesOf(entries: readonly Pending[]): readonly string[] {
  return [...new Set(entries.flatMap(({ keys = [] }) => keys))];
}

function lineOf({ keys, draft }: Lined, name: string): Line | undefined {
  return draft.get<Line>(keys.line(name));
}

function lastPage(lined: Lined, name: string): readonly string[] {
  const line = lineOf(lined, name);
  return line && line.next > line.first ? [lined.keys.page(name, line.next - 1)] : [];
}

function append(lined: Lined, name: string, entry: Pending): void {
  const { keys, draft } = lined;
  const line = lineOf(lined, name) ?? { front: [], first: 0, next: 0 };
  if (line.front[0]?.id === entry.id) return;
  if (line.first === line.next && line.front.length < AT_THE_FRONT) {
    draft.put(keys.line(name), { ...line, front: [...line.front, entry] });
    return;
  }
  const tailKey = keys.page(name, line.next - 1);
  const tail = line.next > line.first ? (draft.get<readonly Pending[]>(tailKey) ?? []) : [];
  if (tail.length > 0 && tail.length < ENTRIES_PER_PAGE) {
    draft.put(tailKey, [...tail, entry]);
    // So that it fails if the page has come to the front meanwhile.
    draft.put(keys.line(name), line);
    return;
  }
  draft.put(keys.page(name, line.next), [entry]);
  draft.put(keys.line(name), { ...line, next: line.next + 1 });
}

async function leaving(lined: Lined, entry: Pending): Promise<Leaving> {
  const { keys, draft } = lined;
  const names = entry.keys ?? [];
  await draft.read(names.map(keys.line));
  await draft.read(names.flatMap((name) => firstPage(lined, name)));
  const left = names.filter((name) => lineOf(lined, name)?.front[0]?.id === entry.id);
  for (const name of left) removeFirst(lined, name);
  const nextOnes = left.flatMap((name) => lineOf(lined, name)?.front[0] ?? []);
  await draft.read(namesOf(nextOnes).map(keys.line));
  // Whoever else leaves one of these lines at this moment must not think that it is not yet its turn.
  for (const name of namesOf(nextOnes)) draft.put(keys.line(name), lineOf(lined, name));
  const ready = new Map(nextOnes.filter((one) => isFirst(lined, one)).map((one) => [one.id, one]));
  return { change: draft.change(), ready: [...ready.values()] };
}

function firstPage(lined: Lined, name: string): readonly string[] {
  const line = lineOf(lined, name);
  return line && line.next > line.first ? [lined.keys.page(name, line.first)] : [];
}

function removeFirst(lined: Lined, name: string): void {
  const { keys, draft } = lined;
  const line = lineOf(lined, name);
  if (!line) return;
  const { front, first, next } = line;
  const left = front.slice(1);
  if (left.length > 0 || first === next) {
    draft.put(keys.line(name), left.length > 0 ? { ...line, front: left } : undefined);
    return;
  }
  const pageKey = keys.page(name, first);
  const page = draft.get<readonly Pending[]>(pageKey) ?? [];
  draft.put(pageKey, undefined);
  draft.put(keys.line(name), { front: page, first: first + 1, next });
}

function isFirst(lined: Lined, { id, keys: names = [] }: Pending): boolean {
  return names.every((name) => lineOf(lined, name)?.front[0]?.id === id);
}
