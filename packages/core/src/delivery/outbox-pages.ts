import { joined } from "../store/joined.ts";
import { commitStaged, type Log, type PageId, type Staged } from "../store/log.ts";
import type { Change, Store, Stored } from "../store/store.ts";
import { type EntryId, type OutboxEntry, parseEntryId } from "./outbox-entry.ts";

/** Of so many pages the entries are remembered; of others they are read again. */
const PAGES_IN_MEMORY = 4_096;

/** The pages of the outbox, and what this process knows of them. */
export interface OutboxPages {
  /** Empty for a page that is gone. */
  entries(page: PageId): Promise<readonly OutboxEntry[]>;
  keep(page: PageId, entries: readonly OutboxEntry[]): void;
  keepUnlessKnown(page: PageId, entries: readonly OutboxEntry[]): void;
  forgetEntries(page: PageId): void;
  forget(page: PageId): void;
  forgetAll(): void;
  /** The jobs of the page were added by this process. */
  noteWoken(page: PageId): void;
  isWoken(page: PageId): boolean;
  /** Durable when it resolves; entries settled in one turn share a commit. A finished one stays so. */
  settle(id: EntryId, entry: OutboxEntry): Promise<void>;
  /** See `Outbox.finishWith`. */
  settleWith(id: EntryId, change: Change, stage: () => readonly Staged[]): Promise<boolean>;
}

interface Settling {
  readonly entries: Map<number, OutboxEntry>;
  readonly durable: Promise<void>;
}

interface PagesState {
  readonly store: Store;
  readonly log: Log<OutboxEntry>;
  readonly known: Map<PageId, readonly OutboxEntry[]>;
  readonly woken: Set<PageId>;
  readonly settling: Map<PageId, Settling>;
}

export function openOutboxPages(parts: Pick<PagesState, "store" | "log">): OutboxPages {
  const pages: PagesState = { ...parts, known: new Map(), woken: new Set(), settling: new Map() };
  const { known, woken } = pages;
  return {
    entries: (page) => entriesOf(pages, page),
    keep: (page, entries) => keep(pages, page, entries),
    keepUnlessKnown(page, entries) {
      if (!known.has(page)) keep(pages, page, entries);
    },
    forgetEntries: (page) => void known.delete(page),
    forget: (page) => forget(pages, page),
    forgetAll() {
      known.clear();
      woken.clear();
    },
    noteWoken: (page) => void woken.add(page),
    isWoken: (page) => woken.has(page),
    settle: (id, entry) => settle(pages, id, entry),
    settleWith: (id, change, stage) => settleWith(pages, id, { change, stage }),
  };
}

function keep({ known }: PagesState, page: PageId, entries: readonly OutboxEntry[]): void {
  known.delete(page); // so that it goes to the end
  known.set(page, entries);
  const [oldest] = known.keys();
  if (known.size > PAGES_IN_MEMORY && oldest !== undefined) known.delete(oldest);
}

function forget({ known, woken }: PagesState, page: PageId): void {
  known.delete(page);
  woken.delete(page);
}

async function entriesOf(pages: PagesState, page: PageId): Promise<readonly OutboxEntry[]> {
  const known = pages.known.get(page);
  if (known) return known;
  const entries = (await pages.log.read(page))?.value ?? [];
  if (entries.length > 0) keep(pages, page, entries);
  return entries;
}

function settle(pages: PagesState, id: EntryId, entry: OutboxEntry): Promise<void> {
  const { page, index } = parseEntryId(id);
  const under = pages.settling.get(page) ?? startSettling(pages, page);
  under.entries.set(index, entry);
  return under.durable;
}

function startSettling(pages: PagesState, page: PageId): Settling {
  const entries = new Map<number, OutboxEntry>();
  const durable = new Promise(setImmediate).then(() => {
    pages.settling.delete(page);
    return write(pages, page, entries);
  });
  const under = { entries, durable };
  pages.settling.set(page, under);
  return under;
}

/** Other processes settle entries of the same page, hence the guard. */
async function write(
  pages: PagesState,
  page: PageId,
  settled: ReadonlyMap<number, OutboxEntry>,
): Promise<void> {
  for (;;) {
    const stored = await pages.log.read(page);
    if (!stored) return;
    const left = leftOf(stored.value, settled);
    if (!(await pages.store.commit(replacing(pages, { page, stored, left })))) continue;
    return remember(pages, page, left);
  }
}

function leftOf(
  entries: readonly OutboxEntry[],
  settled: ReadonlyMap<number, OutboxEntry>,
): readonly OutboxEntry[] {
  return entries.map((entry, index) => {
    const isToBeFinished = entry === null || settled.get(index) === null;
    return isToBeFinished ? null : (settled.get(index) ?? entry);
  });
}

interface Replacement {
  readonly page: PageId;
  readonly stored: Stored<unknown>;
  readonly left: readonly OutboxEntry[];
}

/** The change that puts entries in the place of those there were; a page without any goes. */
function replacing({ log }: PagesState, { page, stored, left }: Replacement): Change {
  const writes = isOver(left) ? log.removing(page) : [log.replacing(page, left)];
  return { guards: [log.guarding(page, stored)], writes };
}

function remember(pages: PagesState, page: PageId, left: readonly OutboxEntry[]): void {
  if (isOver(left)) forget(pages, page);
  else keep(pages, page, left);
}

function isOver(left: readonly OutboxEntry[]): boolean {
  return left.every((entry) => entry === null);
}

/** Pages are numbered when they are staged, so nothing may be waited for between that and the commit. */
async function settleWith(
  pages: PagesState,
  id: EntryId,
  { change, stage }: { readonly change: Change; readonly stage: () => readonly Staged[] },
): Promise<boolean> {
  const { page, index } = parseEntryId(id);
  const stored = await pages.log.read(page);
  if (!stored?.value[index]) return true;
  const left = leftOf(stored.value, new Map([[index, null]]));
  const whole = joined(change, replacing(pages, { page, stored, left }));
  const landed = await commitStaged(pages.store, whole, stage());
  if (landed) remember(pages, page, left);
  return landed;
}
