import { createLastHeards } from "../connections/health/last-heard.ts";
import type { JobHandler } from "../queue/queue.ts";
import { key } from "../store/key.ts";
import { type Arrival, type ChunkParts, commitChunk } from "./commit-chunk.ts";
import type { Source } from "./forwards.ts";
import { itemIdentity } from "./identity.ts";
import type { Item } from "./item.ts";
import type { Notifications } from "./notifications.ts";
import type { ReceivedNotification } from "./pack.ts";
import { parseNotification } from "./parse.ts";

/** What one commit takes in. */
const ITEMS_PER_COMMIT = 128;

export interface ProcessParts extends Omit<ChunkParts, "lastHeards"> {
  readonly notifications: Pick<Notifications, "log" | "read">;
}

/** An item, and the notification it came in. */
interface Sourced {
  readonly item: Item;
  readonly source: Source;
}

/**
 * The job that turns a page of notifications into events, and sends them on where an account forwards
 * them: parse → leave out repeats → route → commit items with what comes of them, in chunks → remove the
 * page. A crash after any line is healed by doing it again: items that were committed are repeats then.
 */
export function processNotifications(given: ProcessParts): JobHandler {
  const parts = { ...given, lastHeards: createLastHeards() };
  return async (page) => {
    const { log, read } = parts.notifications;
    const notifications = await read(page);
    // A page holds what arrived together.
    const receivedAt = notifications.at(-1)?.receivedAt ?? 0;
    const forwarded = new Set<string>();
    for (const [appId, items] of itemsByApp(page, notifications)) {
      for (let start = 0; start < items.length; start += ITEMS_PER_COMMIT) {
        const arrivals = arrivalsOf(appId, items.slice(start, start + ITEMS_PER_COMMIT));
        await commitChunk(parts, { appId, receivedAt, arrivals, forwarded });
      }
    }
    await parts.store.commit({ guards: [], writes: log.removing(page) });
    return undefined;
  };
}

/** Records and signatures never cross apps, so neither does a chunk. */
function itemsByApp(page: string, notifications: readonly ReceivedNotification[]) {
  const byApp = new Map<string, Sourced[]>();
  for (const [index, { appId, bytes }] of notifications.entries()) {
    const sourced = byApp.get(appId) ?? [];
    const { items, changes } = parseNotification(bytes);
    const source = { id: `${page}.${index}`, bytes, changes };
    for (const item of items) sourced.push({ item, source });
    byApp.set(appId, sourced);
  }
  return byApp;
}

/** By the chunk: identities cost more than parsing, and others wait for their turn meanwhile. */
function arrivalsOf(appId: string, sourced: readonly Sourced[]): readonly Arrival[] {
  return sourced.map(({ item, source }) => ({
    key: key("item", itemIdentity(appId, item)),
    item,
    source,
  }));
}
