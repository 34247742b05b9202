import { z } from "zod";
import type { Clock } from "../clock.ts";
import { SCOPES, type Scope } from "../http/route.ts";
import type { Store } from "../store/store.ts";
import { hashApiKey, newApiKey } from "./api-key.ts";
import { type ApiKeyRecord, apiKeyKey } from "./authenticate.ts";

/** What an API key may do, and for how long. */
export const CreateApiKey = z.strictObject({
  name: z.string().min(1).max(128),
  scopes: z.array(z.enum(SCOPES)).min(1),
  tenantIds: z.array(z.string().min(1).max(128)).min(1).optional(),
  expiresAt: z.iso.datetime().optional(),
});
export type CreateApiKey = z.output<typeof CreateApiKey>;

/** A new API key. `apiKey` is shown here and never again. */
export interface CreatedApiKey {
  readonly keyId: string;
  readonly apiKey: string;
  readonly name: string;
  readonly scopes: readonly Scope[];
}

export interface ApiKeyParts {
  readonly store: Store;
  readonly clock: Clock;
  readonly pepper: Uint8Array;
}

/**
 * Makes an API key for an organization. Only its keyed hash is stored.
 *
 * @throws {Failure} `store_unavailable`
 */
export async function createApiKey(
  { store, clock, pepper }: ApiKeyParts,
  organizationId: string,
  { name, scopes, tenantIds, expiresAt }: CreateApiKey,
): Promise<CreatedApiKey> {
  const { keyId, secret } = newApiKey();
  const record: ApiKeyRecord = {
    keyId,
    organizationId,
    name,
    hash: hashApiKey(pepper, secret),
    scopes,
    tenantIds: tenantIds ?? null,
    expiresAt: expiresAt ?? null,
    createdAt: new Date(clock.now()).toISOString(),
  };
  const recordKey = apiKeyKey(keyId);
  await store.commit({
    guards: [{ key: recordKey, version: undefined }],
    writes: [{ key: recordKey, value: record }],
  });
  return { keyId, apiKey: secret, name, scopes };
}
