import { listingOrganization } from "../access/organizations/organization.ts";
import type { App } from "../app.ts";
import { newId } from "../crypto/ids.ts";
import type { RandomBytes } from "../crypto/random-bytes.ts";
import { checkUrl } from "../egress/url.ts";
import { listPage } from "../http/list-page.ts";
import type { Page, PageQuery } from "../http/page.ts";
import { joined } from "../store/joined.ts";
import {
  type Endpoint,
  endpointIndex,
  endpointKey,
  endpointRef,
  readEndpoint,
  type StoredEndpoint,
} from "./endpoint.ts";
import type { CreateEndpoint } from "./endpoint-input.ts";
import { sealHeaders, secretPlace } from "./endpoint-secret.ts";
import { requireFree } from "./extra-headers.ts";
import { forgetFailing } from "./failing.ts";
import {
  type Acting,
  type AuditParts,
  auditingDeed,
  filterFor,
  isOwn,
  type Owner,
  requireEndpoint,
} from "./own-endpoint.ts";
import { type CreatedEndpoint, presentEndpoint, type ShownEndpoint } from "./shown-endpoint.ts";
import { newSigningSecret } from "./sign.ts";

type CreateParts = AuditParts &
  Pick<App, "vault" | "egressPolicy"> & {
    readonly randomBytes: RandomBytes;
  };

/**
 * Adds an endpoint; it gets the events emitted from now on. Who acts for some tenants only can ask
 * for events about those, and without a filter gets just them. Its id comes from `randomBytes`: one that
 * is there already was made by this very request, before a crash, and is answered as created.
 *
 * @throws {Failure} `invalid_webhook_url`, `invalid_request`, `forbidden`, `store_unavailable`
 */
export async function createEndpoint(
  { vault, egressPolicy, randomBytes, ...parts }: CreateParts,
  acting: Acting,
  wanted: CreateEndpoint,
): Promise<CreatedEndpoint> {
  const { store, clock } = parts;
  const { organizationId } = acting;
  const { url, description = null, enabled, headers, secret: given, ...settings } = wanted;
  requireFree(headers ?? {}, wanted.signature);
  const id = newId("whe_", randomBytes);
  const secret = given ?? newSigningSecret(randomBytes);
  const endpoint = {
    ...settings,
    id,
    organizationId,
    url: checkUrl(url, egressPolicy).href,
    description,
    enabled,
    disabledReason: enabled ? null : ("requested" as const),
    filter: filterFor(acting, wanted.filter),
    rateLimit: wanted.rateLimit ?? null,
    headers: sealHeaders(vault, { organizationId, id }, headers),
    secrets: [vault.seal(secret, secretPlace(organizationId, id))],
    secretEnds: [],
    createdAt: new Date(clock.now()).toISOString(),
  };
  const at = endpointKey(organizationId, id);
  for (;;) {
    const addition = await endpointIndex(store, organizationId).adding(id);
    const value: Endpoint = { ...endpoint, place: addition.place };
    const own = { guards: [{ key: at, version: undefined }], writes: [{ key: at, value }] };
    const listing = await listingOrganization(store, organizationId);
    const audit = await auditingDeed(parts, { acting, id, what: "created" });
    if (await store.commit(joined(addition, listing, own, audit))) {
      return { ...presentEndpoint(value), secret };
    }
    const made = await store.get<StoredEndpoint>(at);
    if (made) return { ...presentEndpoint(readEndpoint(made.value)), secret };
  }
}

/** Lists an organization's endpoints, newest first. @throws {Failure} `invalid_cursor`, `store_unavailable` */
export async function listEndpoints(
  { store, cursors }: Pick<App, "store" | "cursors">,
  owner: Owner,
  query: PageQuery,
): Promise<Page<ShownEndpoint>> {
  const { organizationId } = owner;
  const index = endpointIndex(store, organizationId);
  const listing = { index, scope: ["endpoints", organizationId], query };
  return listPage(cursors, listing, async (entries) => {
    const keys = entries.map(({ id }) => endpointKey(organizationId, id));
    const stored = await store.getMany<StoredEndpoint>(keys);
    const found = stored.flatMap((endpoint) => (endpoint ? [readEndpoint(endpoint.value)] : []));
    return found.filter((endpoint) => isOwn(owner, endpoint)).map(presentEndpoint);
  });
}

/** @returns `undefined` for an unknown and for somebody else's id alike. */
export async function findEndpointById(
  { store }: Pick<App, "store">,
  owner: Owner,
  id: string,
): Promise<ShownEndpoint | undefined> {
  const stored = await store.get<StoredEndpoint>(endpointKey(owner.organizationId, id));
  const endpoint = stored && readEndpoint(stored.value);
  return endpoint && isOwn(owner, endpoint) ? presentEndpoint(endpoint) : undefined;
}

/**
 * Removes an endpoint; what waits for it is dropped.
 *
 * @throws {Failure} `not_found`, `store_unavailable`
 */
export async function deleteEndpoint(
  { emit, ...parts }: AuditParts & Pick<App, "emit">,
  acting: Acting,
  id: string,
): Promise<void> {
  const { store } = parts;
  const { organizationId } = acting;
  const key = endpointKey(organizationId, id);
  let isGone = false;
  while (!isGone) {
    const { value, version } = await requireEndpoint(store, acting, id);
    const removal = await endpointIndex(store, organizationId).removing(id, value.place);
    const writes = [{ key, value: undefined }, forgetFailing(value)];
    const own = { guards: [{ key, version }], writes };
    const audit = await auditingDeed(parts, { acting, id, what: "deleted" });
    isGone = await emit({ ...joined(removal, own, audit), wakes: [endpointRef(value)] }, []);
  }
}
