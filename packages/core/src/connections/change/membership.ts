import { listingOrganization } from "../../access/organizations/organization.ts";
import { joined, NO_CHANGE } from "../../store/joined.ts";
import type { Change, Store } from "../../store/store.ts";
import { healthKey } from "../health/health.ts";
import { lastWebhookKey } from "../health/last-heard.ts";
import { listedAs } from "../listed.ts";
import { knowingTenant } from "../tenants/tenant.ts";
import {
  type ConnectedNumber,
  type ConnectionPointer,
  connectionIndex,
  connectionKey,
  type NumberPointer,
  numberKey,
  tenantConnectionIndex,
  type Waba,
  wabaIndex,
  wabaKey,
} from "../waba.ts";

/** An account as it was known, `version` `undefined` without a record, and as it is to be. */
export interface Membership {
  readonly before: { readonly waba: Waba; readonly version: string | undefined };
  readonly after: Waba;
}

/**
 * The change that writes an account and everything that leads to its numbers: pointers, lists, its
 * tenants. An account that nobody is left in, and nothing is under way with, is forgotten, its token
 * with it. At most one number may come or go.
 */
export async function membershipChange(
  store: Store,
  { before, after }: Membership,
): Promise<Change> {
  const { numbers } = before.waba;
  const added = after.numbers.filter((number) => !has(numbers, number));
  const removed = numbers.filter((number) => !has(after.numbers, number));
  const changes = await Promise.all([
    writing(store, { before, after }),
    ...added.map((number) => adding(store, after, number)),
    ...removed.map((number) => removing(store, after, number)),
  ]);
  return joined(...changes);
}

/** The change that makes an account known to its organization, and its place in the list. */
export async function listingWaba(
  store: Store,
  { organizationId, appId, wabaId }: Pick<Waba, "organizationId" | "appId" | "wabaId">,
) {
  const [organization, { place, ...listed }] = await Promise.all([
    listingOrganization(store, organizationId),
    wabaIndex(store, organizationId).adding(wabaKey(appId, wabaId)),
  ]);
  return { place, ...joined(organization, listed) };
}

function has(numbers: readonly ConnectedNumber[], { connectionId }: ConnectedNumber): boolean {
  return numbers.some((number) => number.connectionId === connectionId);
}

async function writing(store: Store, { before, after }: Membership): Promise<Change> {
  const at = wabaKey(after.appId, after.wabaId);
  const guards = [{ key: at, version: before.version }];
  if (after.numbers.length > 0 || after.intent) {
    return { guards, writes: [{ key: at, value: after }] };
  }
  const unlisting = await wabaIndex(store, after.organizationId).removing(at, after.place);
  return joined(unlisting, { guards, writes: [{ key: at, value: undefined }] });
}

/** A number that comes from another account keeps its connection, and its place in the lists. */
async function adding(store: Store, waba: Waba, number: ConnectedNumber): Promise<Change> {
  const { organizationId, appId, wabaId } = waba;
  const { connectionId, tenantId, phoneNumberId, createdAt } = number;
  const known = await store.get<ConnectionPointer>(connectionKey(connectionId));
  const places = known ? { ...known.value, ...NO_CHANGE } : await list(store, waba, number);
  const tenant = await knowingTenant(store, { organizationId, tenantId }, createdAt);
  const { listed, place, tenantPlace, ...listing } = places;
  const at = { organizationId, appId, wabaId };
  const pointer: ConnectionPointer = { ...at, tenantId, listed, place, tenantPlace };
  return joined({ guards: listing.guards, writes: listing.writes }, tenant, {
    guards: [{ key: connectionKey(connectionId), version: known?.version }],
    writes: [
      { key: connectionKey(connectionId), value: pointer },
      { key: numberKey(appId, phoneNumberId), value: { wabaId } satisfies NumberPointer },
    ],
  });
}

async function list(store: Store, waba: Waba, { connectionId, tenantId }: ConnectedNumber) {
  const { organizationId } = waba;
  const listed = listedAs(connectionId, waba);
  const [all, ofTenant] = await Promise.all([
    connectionIndex(store, organizationId).adding(listed),
    tenantConnectionIndex(store, organizationId, tenantId).adding(listed),
  ]);
  return { listed, place: all.place, tenantPlace: ofTenant.place, ...joined(all, ofTenant) };
}

async function removing(store: Store, waba: Waba, number: ConnectedNumber): Promise<Change> {
  const { organizationId, appId } = waba;
  const { connectionId, tenantId, phoneNumberId } = number;
  const pointer = await store.get<ConnectionPointer>(connectionKey(connectionId));
  if (!pointer) return NO_CHANGE;
  const { listed, place, tenantPlace } = pointer.value;
  const [all, ofTenant] = await Promise.all([
    connectionIndex(store, organizationId).removing(listed, place),
    tenantConnectionIndex(store, organizationId, tenantId).removing(listed, tenantPlace),
  ]);
  return joined(all, ofTenant, {
    guards: [{ key: connectionKey(connectionId), version: pointer.version }],
    writes: [
      ...[
        connectionKey(connectionId),
        numberKey(appId, phoneNumberId),
        healthKey(connectionId),
        lastWebhookKey(connectionId),
      ].map((key) => ({ key, value: undefined })),
    ],
  });
}
