import { createLastWebhooks, type LastWebhooks } from "../connections/health/last-webhook.ts";
import type { Emission, Emit } from "../delivery/emit.ts";
import { type Forward, withoutKept } from "../delivery/forward.ts";
import type { EventDraft } from "../events.ts";
import type { MetaApps } from "../meta-app.ts";
import { noteSignups, readSignup, type ToldSignup } from "../onboarding/recovery/note-signups.ts";
import type { JobHandler } from "../queue/queue.ts";
import { key } from "../store/key.ts";
import type { Store, Write } from "../store/store.ts";
import type { Counters } from "./counters.ts";
import { forwardsOf, type Source } from "./forwards.ts";
import { itemIdentity } from "./identity.ts";
import type { Item } from "./item.ts";
import type { Notifications } from "./notifications.ts";
import type { ReceivedNotification } from "./pack.ts";
import { parseNotification } from "./parse.ts";
import { routeItem } from "./route-item.ts";
import { loadWhose, onlyOf } from "./whose.ts";

/** What one commit takes in. */
const ITEMS_PER_COMMIT = 128;

export interface ProcessParts {
  readonly store: Store;
  readonly emit: Emit;
  readonly notifications: Pick<Notifications, "log" | "read">;
  readonly counters: Counters;
  readonly defaultOrganizationId: string;
  readonly metaApps: Pick<MetaApps, "receiving">;
}

/** An item, and the notification it came in. */
interface Sourced {
  readonly item: Item;
  readonly source: Source;
}

/** An item of one app, with the key that its first arrival creates. */
interface Arrival extends Sourced {
  readonly key: string;
}

/** Items of one app that go into one commit. */
interface Chunk {
  readonly appId: string;
  /** Milliseconds since the epoch. */
  readonly receivedAt: number;
  readonly arrivals: readonly Arrival[];
  /** What earlier chunks of the page have forwarded already, by id. */
  readonly forwarded: Set<string>;
}

/** What comes of the new items of a chunk. */
interface Outcome {
  readonly drafts: readonly EventDraft[];
  readonly forwards: readonly Forward[];
}

/**
 * The job that turns a page of notifications into events, and sends them on where an account forwards
 * them: parse → leave out repeats → route → commit items with what comes of them, in chunks → remove the
 * page. A crash after any line is healed by doing it again: items that were committed are repeats then.
 */
export function processNotifications(given: ProcessParts): JobHandler {
  const parts = { ...given, lastWebhooks: createLastWebhooks() };
  return async (page) => {
    const { log, read } = parts.notifications;
    const notifications = await read(page);
    // A page holds what arrived in one turn of the event loop.
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

/** Most of what arrives is new, so that is tried first; a commit that loses has met a repeat. */
async function commitChunk(
  parts: ProcessParts & { readonly lastWebhooks: LastWebhooks },
  chunk: Chunk,
): Promise<void> {
  const { arrivals, receivedAt, forwarded } = chunk;
  let fresh = withoutDoubles(arrivals);
  let { drafts, forwards } = await decide(parts, chunk, fresh);
  await noteSignups(parts, await signupsOf(parts, chunk));
  const noted = parts.lastWebhooks.note(drafts.flatMap(connectionOf), receivedAt);
  try {
    while (!(await parts.emit({ ...creation(fresh, noted.writes), forwards }, drafts))) {
      fresh = await withoutRepeats(parts.store, fresh);
      ({ drafts, forwards } = await decide(parts, chunk, fresh));
      forwards = await withoutKept(parts.store, forwards);
    }
  } catch (error) {
    noted.takeBack();
    throw error;
  }
  for (const { id } of forwards) forwarded.add(id);
  const unrouted = drafts.filter(({ event }) => event === "webhook.unrouted").length;
  const repeats = arrivals.length - fresh.length;
  parts.counters.count({ items: fresh.length, repeats, unrouted });
}

/** What an organization has for itself, also where others had connected accounts under its id before. */
async function ownerOf(
  { metaApps }: Pick<ProcessParts, "metaApps">,
  appId: string,
): Promise<string | undefined> {
  return (await metaApps.receiving(appId))?.owner?.organizationId;
}

/** Sign-ups that Meta tells of: one may have been finished there, and never have come back here. */
async function signupsOf(
  parts: ProcessParts,
  { appId, receivedAt, arrivals }: Chunk,
): Promise<readonly ToldSignup[]> {
  const told = arrivals.flatMap(({ item }) => readSignup(item.field, item.value) ?? []);
  if (told.length === 0) return [];
  const organizationId = (await ownerOf(parts, appId)) ?? parts.defaultOrganizationId;
  return told.map((signup) => ({ ...signup, appId, organizationId, at: receivedAt }));
}

function connectionOf({ data }: EventDraft): readonly string[] {
  return "connectionId" in data && data.connectionId !== null ? [data.connectionId] : [];
}

/** Whole notifications are looked at: what goes on of one may stand in other chunks. */
async function decide(
  { store, defaultOrganizationId, metaApps }: ProcessParts,
  { appId, forwarded }: Chunk,
  arrivals: readonly Arrival[],
): Promise<Outcome> {
  const items = arrivals.map(({ item }) => item);
  const sources = [...new Set(arrivals.map(({ source }) => source))];
  const spokenOf = sources.flatMap(({ changes }) =>
    changes.flatMap(({ items: [first] }) => first ?? []),
  );
  const owner = await ownerOf({ metaApps }, appId);
  const find = onlyOf(owner, await loadWhose(store, appId, [...items, ...spokenOf]));
  const context = { appId, defaultOrganizationId: owner ?? defaultOrganizationId };
  const judging = { find, fresh: new Set(items), done: forwarded };
  return {
    drafts: items.flatMap((item) => routeItem(context, item, find(item))),
    forwards: sources.flatMap((source) => forwardsOf(source, judging)),
  };
}

/** Each item's record comes into being once, whoever else is at it. */
function creation(arrivals: readonly Arrival[], beside: readonly Write[]): Emission {
  const items = arrivals.map((arrival) => arrival.key);
  return {
    guards: items.map((item) => ({ key: item, version: undefined })),
    writes: [...items.map((item) => ({ key: item, value: {} })), ...beside],
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
