import { z } from "zod";
import type { App } from "../../app.ts";
import { newId } from "../../crypto/ids.ts";
import type { RandomBytes } from "../../crypto/random-bytes.ts";
import { Failure } from "../../failure.ts";
import { InstantInput } from "../../http/instant-input.ts";
import { listPage } from "../../http/list-page.ts";
import type { Page, PageQuery } from "../../http/page.ts";
import { type Caller, SCOPES } from "../../http/route.ts";
import { joined } from "../../store/joined.ts";
import type { Change, Stored } from "../../store/store.ts";
import { auditing } from "../audit/audit-log.ts";
import { listingOrganization } from "../organizations/organization.ts";
import { hashApiKey, newApiKey } from "./api-key.ts";
import { type ApiKeyRecord, apiKeyIndex, apiKeyKey, apiKeyUseKey } from "./api-key-record.ts";
import { type Acting, isOfTenants, isWithin, type Rights } from "./may-give.ts";
import {
  type CreatedApiKey,
  presentApiKey,
  presentApiKeys,
  type ShownApiKey,
} from "./shown-api-key.ts";

/** What an API key may do, and for how long. */
export const CreateApiKey = z.strictObject({
  name: z.string().min(1).max(128),
  scopes: z.array(z.enum(SCOPES).exclude(["organizations:write"])).min(1),
  /** Those of the caller's key when absent. */
  tenantIds: z.array(z.string().min(1).max(128)).min(1).max(1_000).optional(),
  /** That of the caller's key when absent. */
  expiresAt: InstantInput.optional(),
});
export type CreateApiKey = z.output<typeof CreateApiKey>;

/** What the use cases of API keys need. */
export type ApiKeyParts = Pick<App, "store" | "clock" | "rootSecret" | "knownKeys">;

type CreateParts = Omit<ApiKeyParts, "knownKeys"> & { readonly random: RandomBytes };

/**
 * Makes an API key that may do no more than the caller's own, and lasts no longer. Only its keyed hash
 * is stored. One that is there already under the id that `random` gives was made by this very request,
 * before a crash, and is answered as created.
 *
 * @throws {Failure} `forbidden`; `not_found` when the organization was deleted; `store_unavailable`
 */
export async function createApiKey(
  { store, clock, rootSecret, random }: CreateParts,
  caller: Acting,
  input: CreateApiKey,
): Promise<CreatedApiKey> {
  const { keyId, secret } = newApiKey(newId("key_", random), random);
  const { organizationId } = caller;
  const record = {
    keyId,
    organizationId,
    name: input.name,
    hash: hashApiKey(rootSecret.derive("pepper"), secret),
    previous: null,
    ...rightsFor(caller, input),
    createdAt: clock.now(),
  };
  const at = apiKeyKey(keyId);
  const entry = { ...authorOf(caller), action: "api_key.created", subject: { keyId } };
  for (;;) {
    const made = await store.get<ApiKeyRecord>(at);
    if (made) return created(made.value);
    const { place, ...listed } = await apiKeyIndex(store, organizationId).adding(keyId);
    const value: ApiKeyRecord = { ...record, place };
    const own: Change = { guards: [{ key: at, version: undefined }], writes: [{ key: at, value }] };
    const listing = await listingOrganization(store, organizationId);
    const audit = await auditing({ store, clock, rootSecret }, entry);
    if (await store.commit(joined(own, listed, listing, audit))) return created(value);
  }

  async function created(value: ApiKeyRecord): Promise<CreatedApiKey> {
    return { ...(await presentApiKey({ store, clock }, value)), apiKey: secret };
  }
}

/** Lists API keys that the caller may see, newest first. @throws {Failure} `invalid_cursor`, `store_unavailable` */
export async function listApiKeys(
  { store, clock, cursors }: Pick<App, "store" | "clock" | "cursors">,
  caller: Caller,
  query: PageQuery,
): Promise<Page<ShownApiKey>> {
  const { organizationId } = caller;
  const index = apiKeyIndex(store, organizationId);
  return listPage(cursors, { index, scope: ["keys", organizationId], query }, async (ids) => {
    const stored = await store.getMany<ApiKeyRecord>(ids.map(({ id }) => apiKeyKey(id)));
    const records = stored.flatMap((found) => (found ? [found.value] : []));
    const own = records.filter(({ tenantIds }) => isOfTenants(caller, tenantIds));
    return presentApiKeys({ store, clock }, own);
  });
}

/** One API key. @returns `undefined` for an unknown and for somebody else's id alike. @throws {Failure} `store_unavailable` */
export async function findApiKey(
  parts: Pick<App, "store" | "clock">,
  caller: Caller,
  keyId: string,
): Promise<ShownApiKey | undefined> {
  const stored = await findStored(parts, caller, keyId);
  return stored && presentApiKey(parts, stored.value);
}

/**
 * Ends an API key: here at once, on other nodes within a second.
 *
 * @throws {Failure} `not_found`, `store_unavailable`
 */
export async function revokeApiKey(
  parts: ApiKeyParts,
  caller: Acting,
  keyId: string,
): Promise<void> {
  return parts.knownKeys.changing(() => removeApiKey(parts, caller, keyId));
}

async function removeApiKey(parts: ApiKeyParts, caller: Acting, keyId: string): Promise<void> {
  const { store } = parts;
  const entry = { ...authorOf(caller), action: "api_key.revoked", subject: { keyId } };
  for (;;) {
    const { value, version } = await requireApiKey(parts, caller, keyId);
    const unlisting = await apiKeyIndex(store, caller.organizationId).removing(keyId, value.place);
    const own: Change = {
      guards: [{ key: apiKeyKey(keyId), version }],
      writes: [apiKeyKey(keyId), apiKeyUseKey(keyId)].map((key) => ({ key, value: undefined })),
    };
    if (await store.commit(joined(own, unlisting, await auditing(parts, entry)))) return;
  }
}

/** @throws {Failure} `not_found` for an unknown and for somebody else's id alike; `store_unavailable` */
export async function requireApiKey(
  parts: Pick<App, "store">,
  caller: Caller,
  keyId: string,
): Promise<Stored<ApiKeyRecord>> {
  const stored = await findStored(parts, caller, keyId);
  if (!stored) throw new Failure("not_found");
  return stored;
}

async function findStored({ store }: Pick<App, "store">, caller: Caller, keyId: string) {
  const stored = await store.get<ApiKeyRecord>(apiKeyKey(keyId));
  const isOwn = stored?.value.organizationId === caller.organizationId;
  return isOwn && isOfTenants(caller, stored.value.tenantIds) ? stored : undefined;
}

/** Whose log an entry goes to, and who has done it. */
export function authorOf({ organizationId, actor, requestId }: Acting) {
  return { organizationId, actor, requestId };
}

function rightsFor(caller: Caller, { scopes, tenantIds, expiresAt }: CreateApiKey): Rights {
  const endsAt = expiresAt === undefined ? undefined : Date.parse(expiresAt);
  const rights = {
    scopes: [...new Set(scopes)],
    tenantIds: tenantIds ?? caller.tenantIds ?? null,
    expiresAt: endsAt ?? caller.expiresAt ?? null,
  };
  if (!isWithin(caller, rights)) throw new Failure("forbidden", TOO_MUCH);
  return rights;
}

/** What to tell somebody who wants to hand out more than they have. */
export const TOO_MUCH = "An API key cannot do more, nor last longer, than the one that makes it.";
