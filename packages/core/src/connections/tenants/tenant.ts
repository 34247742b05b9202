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

/** A tenant, and what it is called where somebody has just said so. */
export interface NamedTenant {
  readonly organizationId: string;
  readonly tenantId: string;
  readonly name?: string;
}

/** The change that makes a tenant known, and gives it a name where it has none. @throws {Failure} `connection_busy` while it is erased */
export async function knowingTenant(
  store: Store,
  { organizationId, tenantId, name }: NamedTenant,
  now: number,
): Promise<Change> {
  const at = tenantKey(organizationId, tenantId);
  const known = await store.get<Tenant>(at);
  if (known?.value.deletingSince != null) {
    throw new Failure("connection_busy", BEING_ERASED, { retryAfterMs: RETRY_AFTER_MS });
  }
  if (known) {
    const isNamed = name !== undefined && known.value.name === null;
    const writes = isNamed ? [{ key: at, value: { ...known.value, name } }] : [];
    return { guards: [{ key: at, version: known.version }], writes };
  }
  const { place, ...listing } = await tenantIndex(store, organizationId).adding(tenantId);
  const fresh = { tenantId, name: name ?? null, createdAt: now, deletingSince: null };
  const tenant: Tenant = { ...fresh, place };
  return joined(listing, {
    guards: [{ key: at, version: undefined }],
    writes: [{ key: at, value: tenant }],
  });
}
