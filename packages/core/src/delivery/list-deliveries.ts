import { z } from "zod";
import type { App } from "../app.ts";
import type { AnyEvent } from "../events.ts";
import type { Page } from "../http/page.ts";
import type { Store } from "../store/store.ts";
import { readDeliveries } from "./delivery.ts";
import { eventKey } from "./emit.ts";
import type { Endpoint } from "./endpoint.ts";
import { type Owner, requireEndpoint } from "./own-endpoint.ts";
import { DELIVERY_STATUSES, presentDelivery, type ShownDelivery } from "./shown-delivery.ts";
import { deliveryScope, type ToldDelivery } from "./told.ts";
import { WalkQuery, walkPage } from "./walk-page.ts";

/** Which deliveries of an endpoint to list. */
export const ListDeliveries = z.strictObject({
  ...WalkQuery.shape,
  status: z.enum(DELIVERY_STATUSES).optional(),
});
export type ListDeliveries = z.output<typeof ListDeliveries>;

/**
 * Lists what an endpoint gets and got, newest first.
 *
 * @throws {Failure} `not_found`, `invalid_cursor`, `store_unavailable`
 */
export async function listDeliveries(
  parts: Pick<App, "store" | "clock" | "cursors" | "retention">,
  { owner, endpointId }: { readonly owner: Owner; readonly endpointId: string },
  { limit, cursor, status }: ListDeliveries,
): Promise<Page<ShownDelivery>> {
  const endpoint = (await requireEndpoint(parts.store, owner, endpointId)).value;
  return walkPage<ToldDelivery, ShownDelivery>(parts, {
    scope: deliveryScope(owner.organizationId, endpointId),
    filter: [status],
    query: { limit, cursor },
    async load(entries) {
      const shown = await readShown(parts.store, endpoint, entries);
      return shown.map((one) => (one && (status ?? one.status) === one.status ? one : undefined));
    },
  });
}

/** Deliveries as they are shown; `undefined` for those whose event is no longer kept. */
async function readShown(
  store: Store,
  { id: endpointId, organizationId }: Pick<Endpoint, "id" | "organizationId">,
  entries: readonly ToldDelivery[],
): Promise<readonly (ShownDelivery | undefined)[]> {
  const ids = entries.map(({ id }) => id);
  const [records, events] = await Promise.all([
    readDeliveries(store, organizationId, ids),
    store.getMany<AnyEvent>(entries.map(({ eventId }) => eventKey(organizationId, eventId))),
  ]);
  return entries.map((told, index) => {
    const event = events[index]?.value;
    return event && presentDelivery({ endpointId, told, record: records[index]?.value, event });
  });
}
