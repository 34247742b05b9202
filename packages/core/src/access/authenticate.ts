import type { Clock } from "../clock.ts";
import { constantTimeEqual } from "../crypto/hmac.ts";
import type { HttpRequest } from "../http/message.ts";
import type { Caller, Scope } from "../http/route.ts";
import { key } from "../store/key.ts";
import type { Store } from "../store/store.ts";
import { hashApiKey, parseApiKey } from "./api-key.ts";

/** An API key as it is stored: never the key itself. */
export interface ApiKeyRecord {
  readonly keyId: string;
  readonly organizationId: string;
  readonly name: string;
  /** Keyed hash of the whole key. */
  readonly hash: string;
  readonly scopes: readonly Scope[];
  readonly tenantIds: readonly string[] | null;
  /** ISO 8601, UTC. */
  readonly expiresAt: string | null;
  readonly createdAt: string;
}

export interface AuthenticateParts {
  readonly store: Store;
  readonly clock: Clock;
  /** Derived from the root secret. */
  readonly pepper: Uint8Array;
  /** The environment's own key: the default organization, every scope, never stored. */
  readonly bootstrapKey: string | undefined;
  readonly defaultOrganizationId: string;
}

export function apiKeyKey(keyId: string): string {
  return key("key", keyId);
}

/** Who sent a request, by its `Authorization: Bearer` or `X-Api-Key`. `undefined` for nobody we know. */
export async function authenticate(
  parts: AuthenticateParts,
  { headers }: HttpRequest,
): Promise<Caller | undefined> {
  const given = readKey(headers);
  if (given === undefined) return undefined;
  if (parts.bootstrapKey !== undefined && constantTimeEqual(given, parts.bootstrapKey)) {
    return { organizationId: parts.defaultOrganizationId, scopes: ["*"], actor: "bootstrap" };
  }
  return findCaller(parts, given);
}

function readKey(headers: HttpRequest["headers"]): string | undefined {
  const bearer = /^Bearer +(\S+)$/i.exec(String(headers.authorization ?? ""));
  const given = bearer?.[1] ?? headers["x-api-key"];
  return given === undefined ? undefined : String(given);
}

async function findCaller(
  { store, clock, pepper }: AuthenticateParts,
  given: string,
): Promise<Caller | undefined> {
  const parsed = parseApiKey(given);
  if (!parsed) return undefined;
  const record = (await store.get<ApiKeyRecord>(apiKeyKey(parsed.keyId)))?.value;
  const known = constantTimeEqual(hashApiKey(pepper, given), record?.hash ?? "");
  if (!record || !known) return undefined;
  if (record.expiresAt !== null && Date.parse(record.expiresAt) <= clock.now()) return undefined;

  const { organizationId, scopes, keyId, tenantIds } = record;
  return { organizationId, scopes, actor: keyId, ...(tenantIds ? { tenantIds } : {}) };
}
