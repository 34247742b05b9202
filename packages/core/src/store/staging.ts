import {
  headWrite,
  type KnownPages,
  PAGES_PER_LOOK,
  type PageId,
  pageId,
  pageKey,
  readFront,
  spanOf,
} from "./log-pages.ts";
import { addToSpan, removeFromSpan } from "./span.ts";
import type { Change } from "./store.ts";
import type { Fence, WriterId } from "./writer.ts";

/** A page that is numbered but not committed yet. */
export interface Staged {
  /** Another one when the commit had to be repeated under another id of the writer. */
  readonly page: PageId;
  readonly change: Change;
  /** Its commit has landed, or lost (`false`), or nobody knows (`undefined`). */
  readonly settle: (landed: boolean | undefined) => void;
  /** After a lost commit: whether it lost because the writer was declared dead. It has joined anew then. */
  readonly rejoin: () => Promise<boolean>;
  /** Numbers the page once more, in the same turn as its next commit. */
  readonly restage: () => void;
}

/** A log, as the process that may append to it sees it. */
export interface LogState extends KnownPages {
  /** Every id that this process has had. */
  readonly ownIds: Set<WriterId>;
  /** What the log was last joined under. */
  fence: Fence | undefined;
  joining: { readonly fence: Fence; readonly joined: Promise<void> } | undefined;
}

/** A writer that only appends looks this often for what others have removed. */
const APPENDS_PER_LOOK = 1_024;

/** Nobody reads the pages of a writer that is not on the log's roster. */
export async function join(log: LogState): Promise<void> {
  const fence = await log.writer.join();
  if (log.fence === fence) return;
  if (log.joining?.fence !== fence) log.joining = { fence, joined: enlist(log, fence) };
  await log.joining.joined;
  await join(log); // the writer may have another id by now
}

async function enlist(log: LogState, fence: Fence): Promise<void> {
  try {
    await log.roster.add(fence.id);
    log.ownIds.add(fence.id);
    if (log.joining?.fence === fence) log.fence = fence;
  } catch (error) {
    if (log.joining?.fence === fence) log.joining = undefined;
    throw error;
  }
}

interface NumberedPage {
  readonly fence: Fence;
  readonly number: number;
  readonly page: PageId;
  readonly change: Change;
}

export function stage(log: LogState, entries: readonly unknown[]): Staged {
  let current = numberPage(log, entries);
  return {
    get page() {
      return current.page;
    },
    get change() {
      return current.change;
    },
    settle: (landed) => settle(log, current, landed),
    async rejoin() {
      if (!(await log.writer.hasLost(current.fence))) return false;
      await join(log);
      return true;
    },
    restage() {
      current = numberPage(log, entries);
    },
  };
}

function numberPage(log: LogState, entries: readonly unknown[]): NumberedPage {
  const { fence } = log;
  if (!fence) throw new Error("A log has to be joined before anything is appended to it.");
  const number = addToSpan(spanOf(log, fence.id));
  const isTimeToLook = log.store.atomicity === "cluster" && (number + 1) % APPENDS_PER_LOOK === 0;
  if (isTimeToLook) readFront(log, fence.id, PAGES_PER_LOOK).catch(() => {}); // later will do
  const page = pageId(fence.id, number);
  const writes = [{ key: pageKey(log, page), value: entries }, headWrite(log, fence.id)];
  return { fence, number, page, change: { guards: fence.guards, writes } };
}

function settle(log: LogState, { fence, number }: NumberedPage, landed: boolean | undefined): void {
  const span = spanOf(log, fence.id);
  span.pending.delete(number);
  if (landed === false) removeFromSpan(span, number);
  if (landed === undefined) log.writer.doubt(fence);
}
