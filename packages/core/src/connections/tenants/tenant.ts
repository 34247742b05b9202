import { Failure } from "../../failure.ts";
import { type Index, openIndex, type Place } from "../../store/index-pages.ts";
import { joined } from "../../store/joined.ts";
import { key } from "../../store/key.ts";
import type { Change, Store } from "../../store/store.ts";

/** One of the host's customers, under the host's own name for it. */
export interface Tenant {
  readonly tenantId: string;
  readonly name: string | null;
  /** Milliseconds since the epoch. */
  readonly createdAt: number;
  /** When its erasure was asked for; it goes with the last of its connections. */
  readonly deletingSince: number | null;
  /** In the index of its organization. */
  readonly place: Place;
}

export function tenantKey(organizationId: string, tenantId: string): string {
  return key("tenant", organizationId, tenantId);
}

export function tenantIndex(store: Store, organizationId: string): Index {
  return openIndex(store, "tenants", organizationId);
}

const RETRY_AFTER_MS = 30_000;
const BEING_ERASED = "This tenant is being erased: connect for it again when that is done.";

/** The change that makes a tenant known with its first connection. @throws {Failure} `connection_busy` while it is erased */
export async function knowingTenant(
  store: Store,
  { organizationId, tenantId }: { readonly organizationId: string; readonly tenantId: string },
  now: number,
): Promise<Change> {
  const at = tenantKey(organizationId, tenantId);
  const known = await store.get<Tenant>(at);
  if (known?.value.deletingSince != null) {
    throw new Failure("connection_busy", BEING_ERASED, { retryAfterMs: RETRY_AFTER_MS });
  }
  if (known) return { guards: [{ key: at, version: known.version }], writes: [] };
  const { place, ...listing } = await tenantIndex(store, organizationId).adding(tenantId);
  const tenant: Tenant = { tenantId, name: null, createdAt: now, deletingSince: null, place };
  return joined(listing, {
    guards: [{ key: at, version: undefined }],
    writes: [{ key: at, value: tenant }],
  });
}
