import { z } from "zod";
import { listingOrganization } from "../access/organizations/organization.ts";
import type { App } from "../app.ts";
import { isId, newId } from "../crypto/ids.ts";
import type { RandomBytes } from "../crypto/random-bytes.ts";
import { checkUrl } from "../egress/url.ts";
import { Failure } from "../failure.ts";
import type { Page, PageQuery } from "../http/page.ts";
import type { Caller } from "../http/route.ts";
import { joined } from "../store/joined.ts";
import { type Endpoint, type EndpointFilter, endpointIndex, endpointKey } from "./endpoint.ts";
import { secretPlace } from "./endpoint-secret.ts";
import { isSigningSecret, newSigningSecret } from "./sign.ts";

const MAX_URL_CHARACTERS = 2_048;
const DEFAULT_CONCURRENCY = 4;

const Ids = z.array(z.string().min(1).max(128)).min(1).max(1_000);

/** A place that wants events. */
export const CreateEndpoint = z.strictObject({
  url: z.string().max(MAX_URL_CHARACTERS),
  /** Event types, `*`, or families like `message.*`. */
  events: z
    .array(
      z.string().regex(/^(\*|[a-z_]+(\.[a-z_]+)*(\.\*)?)$/, "must be an event type, * or family.*"),
    )
    .min(1)
    .max(100)
    .default(["*"]),
  description: z.string().max(1_024).optional(),
  filter: z
    .strictObject({
      tenantIds: Ids.optional(),
      connectionIds: Ids.optional(),
      wabaIds: Ids.optional(),
    })
    .optional(),
  /** How many deliveries may be under way at once. */
  concurrency: z.int().min(1).max(64).default(DEFAULT_CONCURRENCY),
  /** Generated, and shown once, when absent. */
  secret: z
    .string()
    .refine(isSigningSecret, "must be whsec_ and 24 to 64 bytes in base64")
    .optional(),
});
export type CreateEndpoint = z.output<typeof CreateEndpoint>;

/** An endpoint as the API shows it; never with its secret. */
export const ShownEndpoint = z.strictObject({
  id: z.string(),
  url: z.string(),
  events: z.array(z.string()),
  description: z.string().nullable(),
  filter: z
    .strictObject({
      tenantIds: z.array(z.string()).optional(),
      connectionIds: z.array(z.string()).optional(),
      wabaIds: z.array(z.string()).optional(),
    })
    .nullable(),
  enabled: z.boolean(),
  disabledReason: z.literal("gone").nullable(),
  concurrency: z.int(),
  createdAt: z.iso.datetime(),
});
export type ShownEndpoint = z.infer<typeof ShownEndpoint>;

/** The only answer that holds the secret. */
export const CreatedEndpoint = z.strictObject({ ...ShownEndpoint.shape, secret: z.string() });
export type CreatedEndpoint = z.infer<typeof CreatedEndpoint>;

/** Whose endpoints: an organization's, or only those about some of its tenants. */
export type Owner = Pick<Caller, "organizationId" | "tenantIds">;

type CreateParts = Pick<App, "store" | "clock" | "vault" | "egressPolicy"> & {
  readonly randomBytes: RandomBytes;
};

/**
 * Adds an endpoint; it gets the events emitted from now on. Who acts for some tenants only can ask
 * for events about those, and without a filter gets just them. Its id comes from `randomBytes`: one that
 * is there already was made by this very request, before a crash, and is answered as created.
 *
 * @throws {Failure} `invalid_webhook_url`, `forbidden`, `store_unavailable`
 */
export async function createEndpoint(
  { store, clock, vault, egressPolicy, randomBytes }: CreateParts,
  owner: Owner,
  wanted: CreateEndpoint,
): Promise<CreatedEndpoint> {
  const { organizationId } = owner;
  const url = checkUrl(wanted.url, egressPolicy).href;
  const id = newId("whe_", randomBytes);
  const secret = wanted.secret ?? newSigningSecret(randomBytes);
  const endpoint = {
    id,
    organizationId,
    url,
    events: wanted.events,
    description: wanted.description ?? null,
    filter: filterFor(owner, wanted.filter),
    enabled: true,
    disabledReason: null,
    concurrency: wanted.concurrency,
    secrets: [vault.seal(secret, secretPlace(organizationId, id))],
    createdAt: new Date(clock.now()).toISOString(),
  };
  const at = endpointKey(organizationId, id);
  for (;;) {
    const addition = await endpointIndex(store, organizationId).adding(id);
    const value: Endpoint = { ...endpoint, place: addition.place };
    const own = { guards: [{ key: at, version: undefined }], writes: [{ key: at, value }] };
    const listing = await listingOrganization(store, organizationId);
    if (await store.commit(joined(addition, listing, own))) return { ...present(value), secret };
    const made = await store.get<Endpoint>(at);
    if (made) return { ...present(made.value), secret };
  }
}

/** Lists an organization's endpoints, newest first. @throws {Failure} `invalid_cursor`, `store_unavailable` */
export async function listEndpoints(
  { store, cursors }: Pick<App, "store" | "cursors">,
  owner: Owner,
  { limit, cursor }: PageQuery,
): Promise<Page<ShownEndpoint>> {
  const { organizationId } = owner;
  const scope = JSON.stringify(["endpoints", organizationId]);
  const before = cursor === undefined ? undefined : cursors.read(scope, cursor);
  const entries = await endpointIndex(store, organizationId).list(limit + 1, before);
  const shown = entries.slice(0, limit);
  const stored = await store.getMany<Endpoint>(
    shown.map(({ id }) => endpointKey(organizationId, id)),
  );
  const found = stored.flatMap((endpoint) => (endpoint ? [endpoint.value] : []));
  const last = entries.length > limit ? shown.at(-1)?.place : undefined;
  return {
    data: found.filter((endpoint) => isOwn(owner, endpoint)).map(present),
    nextCursor: last === undefined ? null : cursors.write(scope, last),
  };
}

/** @returns `undefined` for an unknown and for somebody else's id alike. */
export async function findEndpointById(
  { store }: Pick<App, "store">,
  owner: Owner,
  id: string,
): Promise<ShownEndpoint | undefined> {
  const stored = await store.get<Endpoint>(endpointKey(owner.organizationId, id));
  return stored && isOwn(owner, stored.value) ? present(stored.value) : undefined;
}

/**
 * Removes an endpoint; what waits for it is dropped.
 *
 * @throws {Failure} `not_found`, `store_unavailable`
 */
export async function deleteEndpoint(
  { store, queue }: Pick<App, "store" | "queue">,
  owner: Owner,
  id: string,
): Promise<void> {
  const { organizationId } = owner;
  const endpointAt = endpointKey(organizationId, id);
  for (;;) {
    const stored = isId("whe_", id) ? await store.get<Endpoint>(endpointAt) : undefined;
    if (!stored || !isOwn(owner, stored.value)) throw new Failure("not_found");
    const index = endpointIndex(store, organizationId);
    const { guards, writes } = await index.removing(id, stored.value.place);
    const landed = await store.commit({
      guards: [...guards, { key: endpointAt, version: stored.version }],
      writes: [...writes, { key: endpointAt, value: undefined }],
    });
    if (landed) break;
  }
  await queue.add([{ kind: "drain", id: `${organizationId}.${id}` }]);
}

function filterFor({ tenantIds }: Owner, wanted: EndpointFilter | undefined) {
  if (!tenantIds) return wanted ?? null;
  const filter = { ...wanted, tenantIds: wanted?.tenantIds ?? tenantIds };
  if (filter.tenantIds.every((id) => tenantIds.includes(id))) return filter;
  throw new Failure("forbidden", "The API key is not for this tenant.");
}

function isOwn({ tenantIds }: Owner, { filter }: Endpoint): boolean {
  return !tenantIds || filter?.tenantIds?.every((id) => tenantIds.includes(id)) === true;
}

function present(endpoint: Endpoint): ShownEndpoint {
  const { id, url, events, description, filter, enabled, disabledReason } = endpoint;
  const { concurrency, createdAt } = endpoint;
  const shown = { id, url, events: [...events], description, enabled, disabledReason };
  // The stored filter is the one the request's schema let through.
  return { ...shown, filter: filter as ShownEndpoint["filter"], concurrency, createdAt };
}
