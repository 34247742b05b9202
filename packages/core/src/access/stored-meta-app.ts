import type { Place as SealedPlace } from "../crypto/place.ts";
import type { Reseal } from "../crypto/reseal.ts";
import { type Index, openIndex, type Place } from "../store/index-pages.ts";
import { key } from "../store/key.ts";
import type { Store } from "../store/store.ts";

/** A Meta app of an organization, as it is stored. */
export interface StoredMetaApp {
  readonly id: string;
  readonly organizationId: string;
  readonly name: string;
  /** Meta's id; one app has it over the whole hub. */
  readonly appId: string;
  readonly configId: string | null;
  /** Sealed, newest first, at most two: webhooks may be signed with either. */
  readonly appSecrets: readonly string[];
  /** Sealed. */
  readonly verifyToken: string;
  /** Epoch milliseconds. */
  readonly createdAt: number;
  /** In the index of all stored apps. */
  readonly place: Place;
  /** In the index of its organization's. */
  readonly ownPlace: Place;
}

/** Says which stored app has an id of Meta's. */
export interface AppIdClaim {
  readonly id: string;
}

export function metaAppKey(id: string): string {
  return key("meta-app", id);
}

/** What is created once for each of Meta's ids. */
export function appIdClaimKey(appId: string): string {
  return key("meta-app-id", appId);
}

/** Every stored app. Whoever changes one writes this index in the same commit: all nodes watch its version. */
export function metaAppIndex(store: Store): Index {
  return openIndex(store, "meta-apps");
}

/** The stored apps of an organization. */
export function ownMetaAppIndex(store: Store, organizationId: string): Index {
  return openIndex(store, "own-meta-apps", organizationId);
}

type Named = Pick<StoredMetaApp, "id" | "organizationId">;

/** Where the secrets of an app are sealed for. */
export function appSecretPlace(app: Named): SealedPlace {
  return placeIn(app, "app_secret");
}

/** Where its verify token is sealed for. */
export function verifyTokenPlace(app: Named): SealedPlace {
  return placeIn(app, "verify_token");
}

function placeIn({ id, organizationId }: Named, field: string): SealedPlace {
  return { organizationId, record: metaAppKey(id), field };
}

/** Leaves the index alone: whoever has read the secrets knows them already. */
export const resealMetaApp: Reseal<StoredMetaApp> = (app, rewrap) => ({
  ...app,
  appSecrets: app.appSecrets.map((sealed) => rewrap(sealed, appSecretPlace(app))),
  verifyToken: rewrap(app.verifyToken, verifyTokenPlace(app)),
});
