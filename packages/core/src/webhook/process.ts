import type { Emission, Emit } from "../delivery/emit.ts";
import type { JobHandler } from "../queue/queue.ts";
import { key } from "../store/key.ts";
import type { Store } from "../store/store.ts";
import type { Counters } from "./counters.ts";
import { itemIdentity } from "./identity.ts";
import type { Item } from "./item.ts";
import type { Notifications } from "./notifications.ts";
import type { ReceivedNotification } from "./pack.ts";
import { parseNotification } from "./parse.ts";
import { loadRouter } from "./route-item.ts";

/** What one commit takes in. */
const ITEMS_PER_COMMIT = 128;

export interface ProcessParts {
  readonly store: Store;
  readonly emit: Emit;
  readonly notifications: Pick<Notifications, "log" | "read">;
  readonly counters: Counters;
  readonly defaultOrganizationId: string;
}

/** An item of one app, with the key that its first arrival creates. */
interface Arrival {
  readonly key: string;
  readonly item: Item;
}

/**
 * The job that turns a page of notifications into events: parse → leave out repeats → route → commit
 * items with their events, in chunks → remove the page. A crash after any line is healed by doing it
 * again: items that were committed are repeats then.
 */
export function processNotifications(parts: ProcessParts): JobHandler {
  return async (page) => {
    const { log, read } = parts.notifications;
    for (const [appId, items] of itemsByApp(await read(page))) {
      for (let start = 0; start < items.length; start += ITEMS_PER_COMMIT) {
        const chunk = items.slice(start, start + ITEMS_PER_COMMIT);
        await commitArrivals(parts, appId, arrivalsOf(appId, chunk));
      }
    }
    await parts.store.commit({ guards: [], writes: log.removing(page) });
    return undefined;
  };
}

/** Records and signatures never cross apps, so neither does a chunk. */
function itemsByApp(notifications: readonly ReceivedNotification[]) {
  const byApp = new Map<string, Item[]>();
  for (const { appId, bytes } of notifications) {
    const items = byApp.get(appId) ?? [];
    for (const item of parseNotification(bytes).items) items.push(item);
    byApp.set(appId, items);
  }
  return byApp;
}

/** By the chunk: identities cost more than parsing, and others wait for their turn meanwhile. */
function arrivalsOf(appId: string, items: readonly Item[]): readonly Arrival[] {
  return items.map((item) => ({ key: key("item", itemIdentity(appId, item)), item }));
}

/** Most of what arrives is new, so that is tried first; a commit that loses has met a repeat. */
async function commitArrivals(
  parts: ProcessParts,
  appId: string,
  arrivals: readonly Arrival[],
): Promise<void> {
  let fresh = withoutDoubles(arrivals);
  let drafts = await draftAll(parts, appId, fresh);
  while (!(await parts.emit(creation(fresh), drafts))) {
    fresh = await withoutRepeats(parts.store, fresh);
    drafts = await draftAll(parts, appId, fresh);
  }
  const unrouted = drafts.filter(({ event }) => event === "webhook.unrouted").length;
  const repeats = arrivals.length - fresh.length;
  parts.counters.count({ items: fresh.length, repeats, unrouted });
}

async function draftAll(parts: ProcessParts, appId: string, arrivals: readonly Arrival[]) {
  const items = arrivals.map(({ item }) => item);
  const route = await loadRouter(parts, appId, items);
  return items.flatMap((item) => route(item));
}

/** Each item's record comes into being once, whoever else is at it. */
function creation(arrivals: readonly Arrival[]): Emission {
  const items = arrivals.map((arrival) => arrival.key);
  return {
    guards: items.map((item) => ({ key: item, version: undefined })),
    writes: items.map((item) => ({ key: item, value: {} })),
    items,
  };
}

function withoutDoubles(arrivals: readonly Arrival[]): readonly Arrival[] {
  const first = new Map<string, Arrival>();
  for (const arrival of arrivals) if (!first.has(arrival.key)) first.set(arrival.key, arrival);
  return [...first.values()];
}

async function withoutRepeats(
  store: Store,
  arrivals: readonly Arrival[],
): Promise<readonly Arrival[]> {
  const known = await store.getMany(arrivals.map((arrival) => arrival.key));
  return arrivals.filter((_, index) => known[index] === undefined);
}
