import { type Author, auditing } from "../access/audit/audit-log.ts";
import type { App } from "../app.ts";
import { isId } from "../crypto/ids.ts";
import { Failure } from "../failure.ts";
import type { Caller } from "../http/route.ts";
import { joined } from "../store/joined.ts";
import type { Change, Store, Stored } from "../store/store.ts";
import {
  type Endpoint,
  type EndpointFilter,
  endpointIndex,
  endpointKey,
  endpointRef,
  readEndpoint,
  type StoredEndpoint,
} from "./endpoint.ts";
import { forgetFailing } from "./failing.ts";

/** Whose endpoints: an organization's, or only those about some of its tenants. */
export type Owner = Pick<Caller, "organizationId" | "tenantIds">;

/** For whom something is done to an endpoint, and who asks for it. */
export type Acting = Owner & Author;

/** What is done to an endpoint, for the audit log. */
export interface Deed {
  readonly acting: Acting;
  readonly id: string;
  readonly what: "created" | "updated" | "secret_rotated" | "deleted";
  /** What was given, of an update. */
  readonly fields?: readonly string[];
}

export type AuditParts = Pick<App, "store" | "clock" | "rootSecret">;

/** The change that has the audit log tell of it. @throws {Failure} `store_unavailable` */
export function auditingDeed(
  parts: AuditParts,
  { acting: { organizationId, actor, requestId }, id, what, fields }: Deed,
): Promise<Change> {
  const action = `webhook_endpoint.${what}`;
  const subject = { endpointId: id, ...(fields && { fields }) };
  return auditing(parts, { organizationId, actor, requestId, action, subject });
}

/** @throws {Failure} `not_found` for an unknown id and for somebody else's alike, `store_unavailable` */
export async function requireEndpoint(
  store: Store,
  owner: Owner,
  id: string,
): Promise<Stored<Endpoint>> {
  const at = endpointKey(owner.organizationId, id);
  const stored = isId("whe_", id) ? await store.get<StoredEndpoint>(at) : undefined;
  const value = stored && readEndpoint(stored.value);
  if (!stored || !value || !isOwn(owner, value)) throw new Failure("not_found");
  return { value, version: stored.version };
}

/**
 * The one way an endpoint changes. What waits for it is looked at again once the change is committed.
 *
 * @param next What becomes of it; the very same one where nothing is to be done.
 * @throws {Failure} `not_found`, `store_unavailable`, and what `next` throws
 */
export async function changeEndpoint(
  { emit, ...parts }: AuditParts & Pick<App, "emit">,
  deed: Deed,
  next: (endpoint: Endpoint) => Endpoint,
): Promise<Endpoint> {
  const { store } = parts;
  const { acting, id } = deed;
  const key = endpointKey(acting.organizationId, id);
  for (;;) {
    const stored = await requireEndpoint(store, acting, id);
    const value = next(stored.value);
    if (value === stored.value) return value;
    const touched = await endpointIndex(store, acting.organizationId).touching();
    const own = { guards: [{ key, version: stored.version }], writes: [{ key, value }] };
    const anew = beginsAnew(stored.value, value) ? [forgetFailing(value)] : [];
    const audit = await auditingDeed(parts, deed);
    const change = joined(touched, own, audit, { guards: [], writes: anew });
    if (await emit({ ...change, wakes: [endpointRef(value)] }, [])) return value;
  }
}

/** Whether how it has done so far says nothing about what comes. */
function beginsAnew(before: Endpoint, after: Endpoint): boolean {
  return before.url !== after.url || (!before.enabled && after.enabled);
}

/**
 * The filter of an endpoint of these tenants: without one it hears of just them.
 *
 * @throws {Failure} `forbidden` when others are asked for
 */
export function filterFor(
  { tenantIds }: Owner,
  wanted: EndpointFilter | null | undefined,
): EndpointFilter | null {
  if (!tenantIds) return wanted ?? null;
  const filter = { ...wanted, tenantIds: wanted?.tenantIds ?? tenantIds };
  if (filter.tenantIds.every((id) => tenantIds.includes(id))) return filter;
  throw new Failure("forbidden", "The API key is not for this tenant.");
}

export function isOwn({ tenantIds }: Owner, { filter }: Endpoint): boolean {
  return !tenantIds || filter?.tenantIds?.every((id) => tenantIds.includes(id)) === true;
}
