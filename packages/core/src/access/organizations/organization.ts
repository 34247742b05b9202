import type { App } from "../../app.ts";
import { newId } from "../../crypto/ids.ts";
import { Failure } from "../../failure.ts";
import type { Budget } from "../../http/route.ts";
import { type Index, openIndex, type Place } from "../../store/index-pages.ts";
import { joined } from "../../store/joined.ts";
import { key } from "../../store/key.ts";
import type { Change, Store, Stored } from "../../store/store.ts";
import type { RequestLimit } from "../limits/limits.ts";

/** How hosted pages look; `null` is as they come. */
export interface Branding {
  readonly displayName: string | null;
  readonly logoUrl: string | null;
  readonly accentColor: string | null;
  readonly supportUrl: string | null;
  readonly privacyUrl: string | null;
}

/** What an organization has of its own of the hub's `limits`. */
export type OwnLimits = Readonly<Partial<Record<Budget, RequestLimit | false>>>;

/** For how many days; what is left out is as the hub keeps it. */
export interface OwnRetention {
  readonly events?: number | undefined;
  readonly deduplication?: number | undefined;
}

/** What there is to set of an organization. */
export interface OrganizationSettings {
  readonly name: string | null;
  readonly branding: Branding;
  readonly allowedRedirectUrls: readonly string[];
  /** `null` as the hub's, as are `limits`. */
  readonly retention: OwnRetention | null;
  readonly limits: OwnLimits | null;
}

/** An organization as it is stored. */
export interface Organization extends OrganizationSettings {
  readonly organizationId: string;
  /** Epoch milliseconds; `null` where the host made up the id and has used it. */
  readonly createdAt: number | null;
  /** Its record stays where it was: what is left of its secrets is still sealed anew. */
  readonly deletedAt: number | null;
  /** In the index of organizations. */
  readonly place: Place;
}

/** An organization that nothing was set of. */
export const NEW_SETTINGS: OrganizationSettings = {
  name: null,
  branding: {
    displayName: null,
    logoUrl: null,
    accentColor: null,
    supportUrl: null,
    privacyUrl: null,
  },
  allowedRedirectUrls: [],
  retention: null,
  limits: null,
};

/** Names the organization of whoever has the bootstrap key, and of the hub's own methods. */
const DEFAULT_ORGANIZATION = key("organization", "default");

export function organizationKey(organizationId: string): string {
  return key("organization", "record", organizationId);
}

/** Every organization that was made or has a secret in the store, and those that were deleted. */
export function organizationIndex(store: Store): Index {
  return openIndex(store, "organizations");
}

/** @throws {Failure} `store_unavailable` */
export async function readOrganization(
  store: Store,
  organizationId: string,
): Promise<Stored<Organization> | undefined> {
  return store.get<Organization>(organizationKey(organizationId));
}

/** @returns `undefined` before the first start. @throws {Failure} `store_unavailable` */
export async function readDefaultOrganizationId(store: Store): Promise<string | undefined> {
  const stored = await store.get<{ readonly organizationId: string }>(DEFAULT_ORGANIZATION);
  return stored?.value.organizationId;
}

/** The organization that exists from the first start on; made once. @throws {Failure} `store_unavailable` */
export async function loadDefaultOrganizationId({
  store,
  clock,
}: Pick<App, "store" | "clock">): Promise<string> {
  for (;;) {
    const known = await readDefaultOrganizationId(store);
    if (known !== undefined) return known;
    const organizationId = newId("org_");
    const made = { ...NEW_SETTINGS, name: "Default", organizationId, createdAt: clock.now() };
    const pointing: Change = {
      guards: [{ key: DEFAULT_ORGANIZATION, version: undefined }],
      writes: [{ key: DEFAULT_ORGANIZATION, value: { organizationId } }],
    };
    await store.commit(joined(pointing, await addingOrganization(store, made)));
  }
}

/** The change that makes an organization whose id is new. @throws {Failure} `store_unavailable` */
export async function addingOrganization(
  store: Store,
  organization: Omit<Organization, "place" | "deletedAt">,
): Promise<Change> {
  const at = organizationKey(organization.organizationId);
  const { place, ...listing } = await organizationIndex(store).adding(organization.organizationId);
  const value: Organization = { ...organization, deletedAt: null, place };
  return joined(listing, {
    guards: [{ key: at, version: undefined }],
    writes: [{ key: at, value }],
  });
}

/**
 * To join every change that stores something of an organization: makes it known, where the host has
 * made up its id, and loses when it is deleted meanwhile.
 *
 * @throws {Failure} `not_found` when it was deleted; `store_unavailable`
 */
export async function listingOrganization(store: Store, organizationId: string): Promise<Change> {
  const stored = await readOrganization(store, organizationId);
  if (!stored) {
    return addingOrganization(store, { ...NEW_SETTINGS, organizationId, createdAt: null });
  }
  if (stored.value.deletedAt !== null) throw deleted();
  const { version } = stored;
  return { guards: [{ key: organizationKey(organizationId), version }], writes: [] };
}

/** What to throw of an organization that is no more. */
export function deleted(): Failure {
  return new Failure("not_found", "The organization was deleted.");
}
