import { gather } from "./gather.ts";
import { NO_CHANGE } from "./joined.ts";
import { commitStaged, type Log, type PageId } from "./log.ts";
import type { Store } from "./store.ts";

/** Entries that come together share a page until it weighs this much. */
const PAGE_BYTES = 1024 * 1024;

interface OpenPage<Entry> {
  readonly entries: Entry[];
  bytes: number;
  durable: Promise<PageId>;
}

/** Appends one entry weighing `bytes`; durable when it resolves, to the page it is on. */
export type Append<Entry> = (entry: Entry, bytes: number) => Promise<PageId>;

export interface AppenderParts<Entry, Kept> {
  readonly store: Store;
  readonly log: Log<Kept>;
  /** Makes of a page's entries what is kept of them. */
  readonly pack: (entries: readonly Entry[]) => readonly Kept[];
  /** Called once for every page, when it is durable. */
  readonly onPage: (page: PageId) => void;
}

/** Appends single entries to a log; those that come within a few turns of the event loop share pages. */
export function appender<Entry, Kept>(parts: AppenderParts<Entry, Kept>): Append<Entry> {
  const { store, log, pack, onPage } = parts;
  let open: OpenPage<Entry> | undefined;

  async function close(page: OpenPage<Entry>): Promise<PageId> {
    await gather(() => page.entries.length);
    await log.join().finally(() => {
      if (open === page) open = undefined;
    });
    const staged = log.stage(pack(page.entries));
    await commitStaged(store, NO_CHANGE, [staged]);
    onPage(staged.page);
    return staged.page;
  }

  function start(): OpenPage<Entry> {
    const page: OpenPage<Entry> = { entries: [], bytes: 0, durable: Promise.resolve("") };
    page.durable = close(page);
    return page;
  }

  return (entry, bytes) => {
    if (!open || open.bytes + bytes > PAGE_BYTES) open = start();
    open.entries.push(entry);
    open.bytes += bytes;
    return open.durable;
  };
}
