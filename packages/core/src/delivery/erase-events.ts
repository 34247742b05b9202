import type { AnyEvent } from "../events.ts";
import type { History } from "../store/history.ts";
import type { Store, Write } from "../store/store.ts";
import type { Delivery } from "./delivery.ts";
import { forwardKey, type KeptForward } from "./forward.ts";

interface EraseParts {
  readonly store: Store;
  readonly history: Pick<History, "keys">;
}

/** Whose events. */
export interface Erased {
  readonly organizationId: string;
  readonly tenantId: string;
}

/** What the history names: events, deliveries of them, and what went on as it came. */
type Kept = AnyEvent | Delivery | KeptForward;

/**
 * Deletes every event about a tenant, what was recorded of delivering them, and what was relayed of its
 * numbers alone. What waits to be delivered of them is let go of. It may be cut short at any point, and
 * done again.
 *
 * @throws {Failure} `store_unavailable`
 */
export async function eraseEvents({ store, history }: EraseParts, whose: Erased): Promise<void> {
  for await (const keys of history.keys("events")) {
    const read = await store.getMany<Kept>(keys);
    const records = keys.flatMap((key, index) => {
      const stored = read[index];
      return stored ? [{ key, value: stored.value }] : [];
    });
    const about = records.filter(({ key, value }) => isAbout(value, key, whose));
    const ids = new Set(about.map(({ key }) => idIn(key)));
    const deliveries = records.filter(({ value }) => "eventId" in value && ids.has(value.eventId));
    const writes = [...about, ...deliveries].map(({ key }): Write => ({ key, value: undefined }));
    if (writes.length > 0) await store.commit({ guards: [], writes });
  }
}

function isAbout(record: Kept, key: string, { organizationId, tenantId }: Erased): boolean {
  if ("pack" in record) {
    const isOwn = key.startsWith(forwardKey(organizationId, ""));
    return isOwn && record.tenantIds.every((id) => id === tenantId);
  }
  if (!("data" in record) || record.organizationId !== organizationId) return false;
  return "tenantId" in record.data && record.data.tenantId === tenantId;
}

/** The id of an event or a forward is the end of its key. */
function idIn(key: string): string {
  return key.slice(key.lastIndexOf(":") + 1);
}
