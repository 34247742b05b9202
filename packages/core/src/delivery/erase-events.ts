import type { AnyEvent } from "../events.ts";
import type { History } from "../store/history.ts";
import type { JournalPage } from "../store/journal.ts";
import type { Store, Stored, Write } from "../store/store.ts";
import { type Delivery, deliveryKey } from "./delivery.ts";
import { eventKey } from "./emit.ts";
import { forwardKey, type KeptForward } from "./forward.ts";
import { isToldOf, type Told } from "./told.ts";

interface EraseParts {
  readonly store: Store;
  readonly history: Pick<History, "keys">;
}

/** Whose events. */
export interface Erased {
  readonly organizationId: string;
  readonly tenantId: string;
}

/** What the history names: events, deliveries of them, what went on as it came, and what tells of it. */
type Kept = AnyEvent | Delivery | KeptForward | JournalPage<Told>;

interface Found<Value = Kept> {
  readonly key: string;
  readonly stored: Stored<Value>;
}

/**
 * Deletes every event about a tenant, what was recorded and told of delivering them, and what was relayed
 * of its numbers alone. What waits to be delivered of them is let go of. It may be cut short at any
 * point, and done again.
 *
 * @throws {Failure} `store_unavailable`
 */
export async function eraseEvents({ store, history }: EraseParts, whose: Erased): Promise<void> {
  for await (const keys of history.keys("events")) {
    const read = await store.getMany<Kept>(keys);
    const records = keys.flatMap((key, index): readonly Found[] => {
      const stored = read[index];
      return stored ? [{ key, stored }] : [];
    });
    await eraseTogether(store, whose, records);
  }
}

async function eraseTogether(
  store: Store,
  whose: Erased,
  records: readonly Found[],
): Promise<void> {
  const about = records.filter(({ key, stored }) => isAbout(stored.value, key, whose));
  const ids = new Set(about.map(({ key }) => idIn(key)));
  const deliveries = records.filter(isDelivery);
  const pages = records.filter(isOwnPage(whose));
  const told = [
    ...deliveries
      .filter(({ key }) => key.startsWith(deliveryKey(whose.organizationId, "")))
      .map(({ stored }) => stored.value.eventId),
    ...pages.flatMap(({ stored }) => stored.value.entries.map(eventOf)),
  ];
  for (const id of await goneOf(
    store,
    whose,
    told.filter((id) => !ids.has(id)),
  ))
    ids.add(id);
  const over = deliveries.filter(({ stored }) => ids.has(stored.value.eventId));
  const writes = [...about, ...over].map(({ key }): Write => ({ key, value: undefined }));
  if (writes.length > 0) await store.commit({ guards: [], writes });
  for (const page of pages) await strike(store, page, ids);
}

/** Of events that something tells of those that are about the tenant, or not there any more. */
async function goneOf(
  store: Store,
  whose: Erased,
  told: readonly string[],
): Promise<readonly string[]> {
  const ids = [...new Set(told)].filter((id) => id.startsWith("evt_"));
  const keys = ids.map((id) => eventKey(whose.organizationId, id));
  const events = await store.getMany<AnyEvent>(keys);
  return ids.filter((_, index) => {
    const event = events[index]?.value;
    return !event || isAbout(event, keys[index] ?? "", whose);
  });
}

/** A page that is purged meanwhile stays away. */
async function strike(
  store: Store,
  { key, stored }: Found<JournalPage<Told>>,
  ids: ReadonlySet<string>,
): Promise<void> {
  const entries = stored.value.entries.filter((entry) => !ids.has(eventOf(entry)));
  if (entries.length === stored.value.entries.length) return;
  const value: JournalPage<Told> = { ...stored.value, entries };
  await store.commit({ guards: [{ key, version: stored.version }], writes: [{ key, value }] });
}

function isAbout(record: Kept, key: string, { organizationId, tenantId }: Erased): boolean {
  if ("pack" in record) {
    const isOwn = key.startsWith(forwardKey(organizationId, ""));
    return isOwn && record.tenantIds.every((id) => id === tenantId);
  }
  if (!("data" in record) || record.organizationId !== organizationId) return false;
  return "tenantId" in record.data && record.data.tenantId === tenantId;
}

function isDelivery(record: Found): record is Found<Delivery> {
  return "eventId" in record.stored.value;
}

function isOwnPage({ organizationId }: Erased) {
  return (record: Found): record is Found<JournalPage<Told>> =>
    "entries" in record.stored.value && isToldOf(organizationId, record.key);
}

function eventOf(entry: Told): string {
  return "eventId" in entry ? entry.eventId : entry.id;
}

/** The id of an event or a forward is the end of its key. */
function idIn(key: string): string {
  return key.slice(key.lastIndexOf(":") + 1);
}
