import type { Author } from "../access/audit/audit-log.ts";
import { Failure } from "../failure.ts";
import type { Store, Stored } from "../store/store.ts";
import {
  type ConnectedNumber,
  type ConnectionPointer,
  connectionKey,
  readWaba,
  type Waba,
} from "./waba.ts";

/** Whose connections: an organization's, or only some of its tenants'. */
export interface Owner {
  readonly organizationId: string;
  readonly tenantIds?: readonly string[] | undefined;
}

/** For whom something is done, and who asks for it. */
export interface Acting extends Owner, Author {}

/** A number, and the account it is of as it was read. */
export interface Owned {
  readonly waba: Stored<Waba>;
  readonly number: ConnectedNumber;
}

/** @returns `undefined` for an unknown id and for somebody else's alike. @throws {Failure} `store_unavailable` */
export async function findOwned(
  store: Store,
  owner: Owner,
  connectionId: string,
): Promise<Owned | undefined> {
  const pointer = (await store.get<ConnectionPointer>(connectionKey(connectionId)))?.value;
  if (!pointer || pointer.organizationId !== owner.organizationId) return undefined;
  const waba = await readWaba(store, pointer.appId, pointer.wabaId);
  const number = waba?.value.numbers.find((candidate) => candidate.connectionId === connectionId);
  return waba && number && isTenantOf(owner, number.tenantId) ? { waba, number } : undefined;
}

/** @throws {Failure} `not_found` for an unknown id and for somebody else's alike, `store_unavailable` */
export async function requireOwned(
  store: Store,
  owner: Owner,
  connectionId: string,
): Promise<Owned> {
  const owned = await findOwned(store, owner, connectionId);
  if (!owned) throw new Failure("not_found");
  return owned;
}

export function isTenantOf({ tenantIds }: Owner, tenantId: string): boolean {
  return !tenantIds || tenantIds.includes(tenantId);
}
