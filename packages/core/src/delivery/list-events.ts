import { z } from "zod";
import type { App } from "../app.ts";
import { isTenantOf } from "../connections/owned.ts";
import { type AnyEvent, HOST_ONLY, wireEvent } from "../events.ts";
import { Failure } from "../failure.ts";
import { InstantInput } from "../http/instant-input.ts";
import type { Page } from "../http/page.ts";
import type { Store } from "../store/store.ts";
import { eventKey } from "./emit.ts";
import type { Owner } from "./own-endpoint.ts";
import { eventScope, type ToldEvent } from "./told.ts";
import { WalkQuery, walkPage } from "./walk-page.ts";

/** Which events to list. */
export const ListEvents = z.strictObject({
  ...WalkQuery.shape,
  type: z.string().min(1).max(128).optional(),
  tenantId: z.string().min(1).max(128).optional(),
  connectionId: z.string().min(1).max(128).optional(),
  /** Not older than this, */
  since: InstantInput.optional(),
  /** and not younger than this. */
  until: InstantInput.optional(),
});
export type ListEvents = z.output<typeof ListEvents>;

/** An event as it goes over the wire. */
export const ShownEvent = z.strictObject({
  event: z.string(),
  id: z.string(),
  createdAt: z.iso.datetime(),
  organizationId: z.string(),
  data: z.record(z.string(), z.unknown()),
});
export type ShownEvent = z.output<typeof ShownEvent>;

/**
 * Lists what was told, newest first; not what is the host's own business. Who acts for some tenants
 * only sees what is about those.
 *
 * @throws {Failure} `invalid_cursor`, `store_unavailable`
 */
export async function listEvents(
  parts: Pick<App, "store" | "clock" | "cursors" | "retention">,
  owner: Owner,
  { limit, cursor, since, until, ...filter }: ListEvents,
): Promise<Page<ShownEvent>> {
  const { organizationId, tenantIds = null } = owner;
  return walkPage<ToldEvent, ShownEvent>(parts, {
    scope: eventScope(organizationId),
    filter: [tenantIds, filter, since, until],
    query: { limit, cursor },
    since: instantOf(since),
    until: instantOf(until),
    load: (entries) => load(parts.store, entries, { owner, filter }),
  });
}

function instantOf(text: string | undefined): number | undefined {
  return text === undefined ? undefined : Date.parse(text);
}

/** One event. @throws {Failure} `not_found` for an unknown one and for somebody else's alike */
export async function findEvent(
  { store }: Pick<App, "store">,
  owner: Owner,
  id: string,
): Promise<ShownEvent> {
  const event = (await store.get<AnyEvent>(eventKey(owner.organizationId, id)))?.value;
  if (!event || HOST_ONLY.has(event.type) || !isOwnEvent(owner, event)) {
    throw new Failure("not_found");
  }
  return present(event);
}

/** Whether an event is about something that its reader may see. */
function isOwnEvent(owner: Owner, { data }: AnyEvent): boolean {
  const { tenantId }: Partial<Record<string, unknown>> = { ...data };
  return isVisible(owner, typeof tenantId === "string" ? tenantId : null);
}

/** What is about no tenant is for those alone who act for all. */
function isVisible(owner: Owner, tenantId: string | null): boolean {
  return !owner.tenantIds || (tenantId !== null && isTenantOf(owner, tenantId));
}

type Filter = Pick<ListEvents, "type" | "tenantId" | "connectionId">;

async function load(
  store: Store,
  entries: readonly ToldEvent[],
  { owner, filter }: { readonly owner: Owner; readonly filter: Filter },
): Promise<readonly (ShownEvent | undefined)[]> {
  const wanted = entries.filter(
    (entry) => isVisible(owner, entry.tenantId) && isWanted(entry, filter),
  );
  const keys = wanted.map(({ id }) => eventKey(owner.organizationId, id));
  const stored = await store.getMany<AnyEvent>(keys);
  const byId = new Map(wanted.map(({ id }, index) => [id, stored[index]?.value]));
  return entries.map(({ id }) => {
    const event = byId.get(id);
    return event && present(event);
  });
}

function isWanted(entry: ToldEvent, { type, tenantId, connectionId }: Filter): boolean {
  return (
    (type ?? entry.type) === entry.type &&
    (tenantId ?? entry.tenantId) === entry.tenantId &&
    (connectionId ?? entry.connectionId) === entry.connectionId
  );
}

function present(event: AnyEvent): ShownEvent {
  return { ...wireEvent(event), data: { ...event.data } };
}
