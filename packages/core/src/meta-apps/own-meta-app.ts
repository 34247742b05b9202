import { readDefaultOrganizationId } from "../access/organizations/organization.ts";
import { metaAppKey, type StoredMetaApp } from "../access/stored-meta-app.ts";
import type { App } from "../app.ts";
import { isId } from "../crypto/ids.ts";
import { Failure } from "../failure.ts";
import type { Caller } from "../http/route.ts";
import type { MetaApp } from "../meta-app.ts";
import type { Store, Stored } from "../store/store.ts";

/** Whose apps are asked for. */
export type Owner = Pick<Caller, "organizationId">;

type FindParts = Pick<App, "store" | "metaApps">;

/** The apps of the hub's options, to the organization that runs the hub; to others none. @throws {Failure} `store_unavailable` */
export async function configuredFor(
  { store, metaApps }: FindParts,
  { organizationId }: Owner,
): Promise<readonly MetaApp[]> {
  return organizationId === (await readDefaultOrganizationId(store)) ? metaApps.configured : [];
}

/** @returns `undefined` for an unknown id and for somebody else's alike. @throws {Failure} `store_unavailable` */
export async function findStored(
  store: Store,
  { organizationId }: Owner,
  id: string,
): Promise<Stored<StoredMetaApp> | undefined> {
  if (!isId("app_", id)) return undefined;
  const stored = await store.get<StoredMetaApp>(metaAppKey(id));
  return stored?.value.organizationId === organizationId ? stored : undefined;
}

/**
 * A stored app, to be changed.
 *
 * @throws {Failure} `not_found`; `invalid_request` for one of the hub's options; `store_unavailable`
 */
export async function requireStored(
  parts: FindParts,
  owner: Owner,
  id: string,
): Promise<Stored<StoredMetaApp>> {
  const stored = await findStored(parts.store, owner, id);
  if (stored) return stored;
  const configured = await configuredFor(parts, owner);
  if (!configured.some(({ appId }) => appId === id)) throw new Failure("not_found");
  throw new Failure(
    "invalid_request",
    "This Meta app comes from the hub's options: change it there, and start the hub again.",
  );
}

/**
 * An app as it is used: of the organization's own, or to who runs the hub one of its options.
 *
 * @throws {Failure} `not_found`, `store_unavailable`; `secret_unreadable` when its secrets do not open
 */
export async function requireUsable(parts: FindParts, owner: Owner, id: string): Promise<MetaApp> {
  const stored = await findStored(parts.store, owner, id);
  if (stored) {
    const app = await parts.metaApps.find(owner.organizationId, stored.value.appId);
    if (!app) throw new Failure("secret_unreadable");
    return app;
  }
  const configured = await configuredFor(parts, owner);
  const app = configured.find(({ appId }) => appId === id);
  if (!app) throw new Failure("not_found");
  return app;
}
