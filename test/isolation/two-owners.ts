import type { DocumentedOperation } from "../api/api-document.ts";
import { operations } from "../api/api-document.ts";
import { type Client, client } from "../api/client.ts";
import { createProduct, type Product } from "../api/product.ts";
import { type ApiRequest, everyRequest } from "../api/requests.ts";
import { type Scene, scene } from "../api/scene.ts";
import { type WatchedStore, watchedStore } from "./watched-store.ts";

/** Organizations are made, seen and deleted by who runs the hub alone. */
export const HOST_ONLY = "organizations:write";

/** Somebody with an API key, and what is theirs. */
export interface Intruder {
  readonly api: Client;
  readonly product: Product;
  /** What names nothing by an id: requests that succeed, where the key may send them. */
  readonly requests: readonly ApiRequest[];
}

/** A product somebody wants to get at, and how its store and Meta look. */
export interface TwoOwners extends Scene {
  readonly intruder: Intruder;
  readonly records: WatchedStore["records"];
}

/** What has no tenant: no key that is for some tenants changes it, */
export const isOfAllTenants = ({ path }: Pick<DocumentedOperation, "path">) =>
  path.startsWith("/meta-apps") || isClosedToSome({ path });

/** nor, of this, reads it. */
export const isClosedToSome = ({ path }: Pick<DocumentedOperation, "path">) =>
  path.startsWith("/public-keys") || path.startsWith("/onboarding/recovered");

/** Who may not see what the organization's tenants have. */
export const INTRUDERS = ["another organization", "another tenant's key"] as const;

/** The operations that name something by an id. */
export const namesById = ({ path }: Pick<DocumentedOperation, "path">) => path.includes("{");

const isForAll = (operation: DocumentedOperation) =>
  !namesById(operation) && operation.scope !== undefined && operation.scope !== HOST_ONLY;

/** A hub without a worker, so that nothing is written but by requests. */
export async function twoOwners(kind: (typeof INTRUDERS)[number]): Promise<TwoOwners> {
  const { store, records } = watchedStore();
  const here = await scene("express", { store, roles: ["api"] });
  const api = client(here.url, await keyOf(here, kind));
  const product = await createProduct(here, api, "intruder");
  const requests = await everyRequest(product, isForAll);
  return { ...here, records, intruder: { api, product, requests } };
}

async function keyOf({ hub }: Scene, kind: (typeof INTRUDERS)[number]): Promise<string> {
  const key = { name: "intruder", scopes: ["*" as const] };
  if (kind === "another tenant's key") {
    return (await hub.apiKeys.create({ ...key, tenantIds: ["intruder"] })).apiKey;
  }
  const { organizationId } = await hub.organizations.create({ name: "Others" });
  return (await hub.organization(organizationId).apiKeys.create(key)).apiKey;
}

/** Whatever names something of the product's tenants, and secrets of it. */
export function namesOf({ product, requests }: Scene): readonly string[] {
  const { connectionId, wabaId, phoneNumberId, accessToken } = product.main;
  const own = [connectionId, wabaId, phoneNumberId, accessToken, '"acme"', '"spare"', '"gone"'];
  const ofTenants = requests.filter((request) => !isOfAllTenants(request));
  const inPaths = ofTenants.flatMap(({ ids }) => ids).filter((id) => id.length > 8);
  return [...new Set([...own, ...inPaths])];
}

/** Every list, with the names it can be filtered by. */
export const lists = operations.flatMap(({ path, title, parameters }) => {
  const names = parameters.flatMap((one) => ("in" in one && one.in === "query" ? [one.name] : []));
  return names.includes("cursor") ? [{ path, title, names }] : [];
});
