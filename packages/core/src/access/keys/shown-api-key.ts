import { z } from "zod";
import type { App } from "../../app.ts";
import { SCOPES } from "../../http/route.ts";
import { type ApiKeyRecord, apiKeyUseKey } from "./api-key-record.ts";
import type { KeyUse } from "./key-use.ts";

/** An API key as the API shows it; never the key itself. */
export const ShownApiKey = z.strictObject({
  keyId: z.string(),
  name: z.string(),
  scopes: z.array(z.enum(SCOPES)),
  /** `null` is every tenant. */
  tenantIds: z.array(z.string()).nullable(),
  expiresAt: z.iso.datetime().nullable(),
  createdAt: z.iso.datetime(),
  /** To the hour. */
  lastUsedAt: z.iso.datetime().nullable(),
  /** Until when the secret before the last rotation is good. */
  previousExpiresAt: z.iso.datetime().nullable(),
});
export type ShownApiKey = z.output<typeof ShownApiKey>;

/** The only answer that holds the key. */
export const CreatedApiKey = z.strictObject({ ...ShownApiKey.shape, apiKey: z.string() });
export type CreatedApiKey = z.output<typeof CreatedApiKey>;

type PresentParts = Pick<App, "store" | "clock">;

/** @throws {Failure} `store_unavailable` */
export async function presentApiKey(
  { store, clock }: PresentParts,
  record: ApiKeyRecord,
): Promise<ShownApiKey> {
  const used = await store.get<KeyUse>(apiKeyUseKey(record.keyId));
  return present(record, used?.value, clock.now());
}

/** @throws {Failure} `store_unavailable` */
export async function presentApiKeys(
  { store, clock }: PresentParts,
  records: readonly ApiKeyRecord[],
): Promise<ShownApiKey[]> {
  const uses = await store.getMany<KeyUse>(records.map(({ keyId }) => apiKeyUseKey(keyId)));
  return records.map((record, index) => present(record, uses[index]?.value, clock.now()));
}

function present(record: ApiKeyRecord, used: KeyUse | undefined, now: number): ShownApiKey {
  const { keyId, name, scopes, tenantIds, expiresAt, createdAt, previous } = record;
  return {
    keyId,
    name,
    scopes: [...scopes],
    tenantIds: tenantIds && [...tenantIds],
    expiresAt: instant(expiresAt),
    createdAt: new Date(createdAt).toISOString(),
    lastUsedAt: instant(used?.at ?? null),
    previousExpiresAt: instant(previous && previous.until > now ? previous.until : null),
  };
}

function instant(at: number | null): string | null {
  return at === null ? null : new Date(at).toISOString();
}
