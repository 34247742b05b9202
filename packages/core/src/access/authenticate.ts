import type { Clock } from "../clock.ts";
import { constantTimeEqual } from "../crypto/hmac.ts";
import type { HttpRequest } from "../http/message.ts";
import type { Caller } from "../http/route.ts";
import { hashApiKey, parseApiKey } from "./keys/api-key.ts";
import type { ApiKeyRecord } from "./keys/api-key-record.ts";
import type { KnownKeys } from "./keys/known-keys.ts";
import { grantedBy } from "./keys/may-give.ts";

export interface AuthenticateParts {
  readonly clock: Clock;
  readonly knownKeys: KnownKeys;
  /** Told of every use of a key. */
  readonly noteUse: (keyId: string) => void;
  /** Derived from the root secret. */
  readonly pepper: Uint8Array;
  /** The environment's own key: the default organization, every scope, never stored. */
  readonly bootstrapKey: string | undefined;
  readonly defaultOrganizationId: string;
}

/**
 * Who sent a request, by its `Authorization: Bearer` or `X-Api-Key`. `undefined` for nobody we know.
 *
 * @throws {Failure} `store_unavailable`
 */
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
  { clock, knownKeys, noteUse, pepper }: AuthenticateParts,
  given: string,
): Promise<Caller | undefined> {
  const parsed = parseApiKey(given);
  if (!parsed) return undefined;
  const hash = hashApiKey(pepper, given);
  const record = await knownKeys.find(parsed.keyId, (known) => opens(known, hash, clock.now()));
  if (!record) return undefined;

  const { organizationId, scopes, keyId, tenantIds, expiresAt } = record;
  if (expiresAt !== null && expiresAt <= clock.now()) return undefined;
  noteUse(keyId);
  return {
    organizationId,
    scopes: grantedBy(scopes),
    actor: keyId,
    ...(tenantIds && { tenantIds }),
    ...(expiresAt !== null && { expiresAt }),
  };
}

function opens({ hash, previous }: ApiKeyRecord, given: string, now: number): boolean {
  if (constantTimeEqual(given, hash)) return true;
  return previous !== null && now < previous.until && constantTimeEqual(given, previous.hash);
}
