import type { Hub, Store } from "@wabakit/core";
import { tokenPlace, type Waba, wabaKey } from "../../packages/core/src/connections/waba.ts";
import type { Place } from "../../packages/core/src/crypto/place.ts";
import { loadRootSecret } from "../../packages/core/src/crypto/root-secret.ts";
import { createVault, type Vault } from "../../packages/core/src/crypto/vault.ts";
import type { Endpoint } from "../../packages/core/src/delivery/endpoint.ts";
import { endpointKey } from "../../packages/core/src/delivery/endpoint.ts";
import { secretPlace } from "../../packages/core/src/delivery/endpoint-secret.ts";

/** A secret that was given to a hub, and what else stands in its record. */
export interface Entry {
  readonly place: Place;
  readonly secret: string;
  readonly sealed: (record: unknown) => string | undefined;
  readonly description: string | null;
}

/** What must be in the store, by the key of its record. */
export type Ledger = Map<string, Entry>;

/** What a look at every secret of a ledger found, the root secret included. */
export interface Audit {
  readonly secrets: number;
  /** Sealed with the newest key of the ring it was looked at with. */
  readonly current: number;
  /** Keys of records that are missing, do not open, or hold something else than they were given. */
  readonly wrong: readonly string[];
}

const ORGANIZATIONS = 40;
const LANES = 16;
const KEYS_PER_READ = 1_000;

export function organizationOf(index: number): string {
  return `org_${index % ORGANIZATIONS}`;
}

/** Has many organizations add endpoints. */
export async function addEndpoints(hub: Hub, ledger: Ledger, count: number): Promise<void> {
  let next = 0;
  const lane = async () => {
    for (let index = next++; index < count; index = next++) {
      await addEndpoint(hub, ledger, organizationOf(index));
    }
  };
  await Promise.all(Array.from({ length: LANES }, lane));
}

/** @returns The key of its record. */
export async function addEndpoint(hub: Hub, ledger: Ledger, organizationId: string) {
  const wanted = { url: "http://127.0.0.1:9/" };
  const { id, secret } = await hub.organization(organizationId).webhookEndpoints.create(wanted);
  const key = endpointKey(organizationId, id);
  const place = secretPlace(organizationId, id);
  ledger.set(key, { place, secret, sealed: sealedInEndpoint, description: null });
  return { key, id };
}

export function noteToken(
  ledger: Ledger,
  account: Pick<Waba, "organizationId" | "appId" | "wabaId">,
  secret: string,
) {
  const entry = { place: tokenPlace(account), secret, sealed: sealedInWaba, description: null };
  ledger.set(wabaKey(account.appId, account.wabaId), entry);
}

const sealedInEndpoint = (record: unknown) => (record as Endpoint).secrets[0];
const sealedInWaba = (record: unknown) => (record as Waba).accessToken;

/** Opens everything a ledger names with a ring, newest key first. */
export async function audit(
  store: Store,
  ledger: Ledger,
  keys: readonly Uint8Array[],
): Promise<Audit> {
  const vault = createVault(keys);
  const root = await loadRootSecret(store, vault);
  const [names, wrong] = [[...ledger.keys()], [] as string[]];
  let current = root.isCurrent ? 1 : 0;
  for (let start = 0; start < names.length; start += KEYS_PER_READ) {
    const page = names.slice(start, start + KEYS_PER_READ);
    const stored = await store.getMany<{ readonly description?: string | null }>(page);
    for (const [index, key] of page.entries()) {
      const record = stored[index]?.value;
      const entry = ledger.get(key);
      if (!entry || !isAsGiven(vault, record, entry)) wrong.push(key);
      else if (vault.isCurrent(entry.sealed(record) ?? "")) current += 1;
    }
  }
  return { secrets: names.length + 1, current, wrong };
}

function isAsGiven(
  vault: Vault,
  record: { readonly description?: string | null } | undefined,
  { place, secret, sealed, description }: Entry,
): boolean {
  if (!record || (record.description ?? null) !== description) return false;
  try {
    return vault.open(sealed(record) ?? "", place) === secret;
  } catch {
    return false;
  }
}
