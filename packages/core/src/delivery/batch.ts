import type { Clock } from "../clock.ts";
import { joined } from "../store/joined.ts";
import type { ReadPage } from "../store/log.ts";
import { type PageId, parsePageId } from "../store/log-pages.ts";
import type { Store } from "../store/store.ts";
import type { Backlog, Pending } from "./delivery.ts";

/** So many deliveries make a batch, and so many pages are looked at for it. */
const DELIVERIES = 128;
const PAGES = 16;

/** Deliveries taken together. */
export interface Batch {
  readonly pending: readonly Pending[];
  /** Whether they are retries, or those whose turn has come: nothing stands before them. */
  readonly isFirstInLine: boolean;
  /**
   * Takes them off the backlog, once each is settled; the retries they led to are on it already. Those
   * that have to wait for others are `held` in their lines.
   */
  readonly remove: (held: readonly Pending[]) => Promise<void>;
}

interface BatchParts {
  readonly store: Store;
  readonly clock: Pick<Clock, "now">;
  readonly backlog: Backlog;
}

/** What to deliver next: retries that are due, then the oldest pages of new deliveries. */
export async function nextBatch(parts: BatchParts): Promise<Batch | undefined> {
  return (await dueRetries(parts)) ?? (await freshPages(parts));
}

async function dueRetries({ store, clock, backlog }: BatchParts): Promise<Batch | undefined> {
  const page = await backlog.retries.due(clock.now());
  if (!page) return undefined;
  return {
    pending: onceEach(page.entries),
    isFirstInLine: true,
    async remove() {
      let removed = false;
      while (!removed) removed = await store.commit(await backlog.retries.removing(page));
    },
  };
}

/** Somebody may have asked for an attempt that would have come by itself. */
function onceEach(entries: readonly Pending[]): readonly Pending[] {
  const inOrder = entries.toSorted((one, other) => one.attempt - other.attempt);
  return [...new Map(inOrder.map((entry) => [entry.id, entry])).values()];
}

/** Nodes append side by side; what has waited longest is next. */
async function freshPages({ store, backlog }: BatchParts): Promise<Batch | undefined> {
  const pages = await oldPages(backlog);
  if (pages.length === 0) return undefined;
  return {
    pending: pages.flatMap(({ stored }) => stored.value),
    isFirstInLine: false,
    async remove(held) {
      for (;;) {
        const joining = await backlog.lines.joining(held);
        const writes = pages.flatMap(({ page }) => backlog.fresh.removing(page));
        if (await store.commit(joined(joining, { guards: [], writes }))) return;
      }
    },
  };
}

/** Behind a full page there is no need to look; small ones are taken together. */
async function oldPages({ fresh }: Backlog): Promise<readonly ReadPage<Pending>[]> {
  const fronts = await fresh.oldest(1);
  const waiting = fronts.reduce((sum, { stored }) => sum + stored.value.length, 0);
  const isFull = fronts.length === 1 && waiting >= DELIVERIES;
  return isFull || waiting === 0 ? fronts : enoughOf(byAge(await fresh.oldest(PAGES)));
}

/** Oldest first; those of one writer in their order, also when its clock was put back. */
function byAge(pages: readonly ReadPage<Pending>[]): readonly ReadPage<Pending>[] {
  const newest = new Map<PageId, number>();
  const dated = pages.map((read) => {
    const { writer } = parsePageId(read.page);
    const since = Math.max(newest.get(writer) ?? 0, read.stored.value[0]?.dueAt ?? 0);
    newest.set(writer, since);
    return { read, since };
  });
  return dated.sort((one, other) => one.since - other.since).map(({ read }) => read);
}

function enoughOf(pages: readonly ReadPage<Pending>[]): readonly ReadPage<Pending>[] {
  let before = 0;
  return pages.filter(({ stored }) => {
    const isWanted = before < DELIVERIES;
    before += stored.value.length;
    return isWanted;
  });
}
