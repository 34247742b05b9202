import type { App } from "../app.ts";
import { NO_CHANGE } from "../store/joined.ts";
import { endpointRef } from "./endpoint.ts";
import { requireDelivery } from "./find-delivery.ts";
import type { Owner } from "./own-endpoint.ts";
import { dueNow, retrying } from "./retrying.ts";
import { presentDelivery, type ShownDelivery } from "./shown-delivery.ts";

type RetryParts = Pick<App, "store" | "backlogs" | "directory" | "emit" | "clock">;

/**
 * Has a delivery attempted now, whatever has become of it so far. The next automatic attempt is this
 * one; where it fails, the schedule goes on from there. For an endpoint that is disabled it waits.
 *
 * @throws {Failure} `not_found`, `store_unavailable`
 */
export async function retryDelivery(
  parts: RetryParts,
  owner: Owner,
  id: string,
): Promise<ShownDelivery> {
  const { backlogs, emit, clock } = parts;
  const { organizationId } = owner;
  for (;;) {
    const found = await requireDelivery(parts, owner, id);
    const { endpoint, stored } = found;
    const target = endpointRef(endpoint);
    const now = clock.now();
    const retry = { organizationId, backlog: backlogs(target), now };
    const change = stored ? await retrying(retry, [stored]) : NO_CHANGE;
    const record = stored && dueNow(stored.value, now);
    if (await emit({ ...change, wakes: [target] }, []))
      return presentDelivery({ ...found, record });
  }
}
