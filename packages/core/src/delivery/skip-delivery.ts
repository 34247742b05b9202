import type { App } from "../app.ts";
import { joined } from "../store/joined.ts";
import type { Change, Stored } from "../store/store.ts";
import { type Backlog, type Delivery, deliveryKey } from "./delivery.ts";
import { endpointRef } from "./endpoint.ts";
import { requireDelivery } from "./find-delivery.ts";
import { goingOn } from "./let-go.ts";
import type { Owner } from "./own-endpoint.ts";
import { presentDelivery, type ShownDelivery } from "./shown-delivery.ts";

type SkipParts = Pick<App, "store" | "backlogs" | "directory" | "emit" | "clock">;

/**
 * Gives up a delivery that waits for its next attempt; where order is kept, what waits for it goes on.
 * One that waits for nothing stays as it is.
 *
 * @throws {Failure} `not_found`, `store_unavailable`
 */
export async function skipDelivery(
  parts: SkipParts,
  owner: Owner,
  id: string,
): Promise<ShownDelivery> {
  const { clock, emit, backlogs } = parts;
  const { organizationId } = owner;
  for (;;) {
    const found = await requireDelivery(parts, owner, id);
    const { endpoint, stored } = found;
    if (stored?.value.status !== "retrying") return presentDelivery(found);
    const target = endpointRef(endpoint);
    const change = await skipping({ organizationId, clock, backlog: backlogs(target) }, stored);
    if (!(await emit({ ...change, wakes: [target] }, []))) continue;
    return presentDelivery({ ...found, record: givenUp(stored.value) });
  }
}

interface SkippingParts extends Pick<App, "clock"> {
  readonly organizationId: string;
  readonly backlog: Backlog;
}

/** The change that gives up a delivery; its own next attempt finds that. It loses when it is settled meanwhile. */
export async function skipping(
  { organizationId, clock, backlog }: SkippingParts,
  { value, version }: Stored<Delivery>,
): Promise<Change> {
  const { id, eventId, attempts, keys = [] } = value;
  const pending = { id, eventId, attempt: attempts.length + 1, dueAt: 0, keys };
  const key = deliveryKey(organizationId, id);
  const own = { guards: [{ key, version }], writes: [{ key, value: givenUp(value) }] };
  return joined(own, await goingOn({ clock, backlog }, pending));
}

function givenUp(delivery: Delivery): Delivery {
  return { ...delivery, status: "failed", nextAttemptAt: null };
}
