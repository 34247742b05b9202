import { z } from "zod";
import type { App } from "../../app.ts";
import { newId } from "../../crypto/ids.ts";
import type { RandomBytes } from "../../crypto/random-bytes.ts";
import { Failure } from "../../failure.ts";
import { listPage } from "../../http/list-page.ts";
import type { Page, PageQuery } from "../../http/page.ts";
import type { Caller } from "../../http/route.ts";
import { type Index, openIndex, type Place } from "../../store/index-pages.ts";
import { joined } from "../../store/joined.ts";
import { key } from "../../store/key.ts";
import type { Change, Store } from "../../store/store.ts";
import { auditing } from "../audit/audit-log.ts";
import { authorOf } from "../keys/api-keys.ts";
import { type Acting, requireAllTenants } from "../keys/may-give.ts";
import { listingOrganization } from "../organizations/organization.ts";

const MAX_ORIGINS = 50;

/** An origin as browsers write it: scheme, host, and the port where it is not the scheme's own. */
const Origin = z
  .string()
  .max(256)
  .refine(
    (text) => /^https?:[^*]+$/.test(text) && URL.parse(text)?.origin === text,
    "must be an origin, e.g. https://app.example.com, without a path",
  );

/** A key for browsers to be made. */
export const CreatePublicKey = z.strictObject({
  name: z.string().min(1).max(128),
  /** The pages that may open a sign-up with it. */
  allowedOrigins: z.array(Origin).min(1).max(MAX_ORIGINS),
});
export type CreatePublicKey = z.output<typeof CreatePublicKey>;

/** A key for browsers: no secret, and good for nothing but a sign-up opened from one of its origins. */
export const PublicKey = z.strictObject({
  publicKey: z.string(),
  name: z.string(),
  allowedOrigins: z.array(z.string()),
  createdAt: z.iso.datetime(),
});
export type PublicKey = z.infer<typeof PublicKey>;

/** A public key as it is stored. */
export interface PublicKeyRecord extends CreatePublicKey {
  readonly publicKey: string;
  readonly organizationId: string;
  /** Epoch milliseconds. */
  readonly createdAt: number;
  readonly place: Place;
}

function publicKeyKey(publicKey: string): string {
  return key("public-key", publicKey);
}

function publicKeyIndex(store: Store, organizationId: string): Index {
  return openIndex(store, "public-keys", organizationId);
}

type CreateParts = Pick<App, "store" | "clock" | "rootSecret"> & { readonly random: RandomBytes };

/**
 * Makes a public key; one that is there already under the id that `random` gives was made by this very
 * request, before a crash.
 *
 * @throws {Failure} `forbidden` for who acts for some tenants only; `store_unavailable`
 */
export async function createPublicKey(
  parts: CreateParts,
  caller: Acting,
  { name, allowedOrigins }: CreatePublicKey,
): Promise<PublicKey> {
  requireAllTenants(caller);
  const { store, clock, random } = parts;
  const { organizationId } = caller;
  const publicKey = newId("pk_", random);
  const at = publicKeyKey(publicKey);
  const subject = { publicKeyId: publicKey };
  const entry = { ...authorOf(caller), action: "public_key.created", subject };
  for (;;) {
    const made = await findPublicKey(store, publicKey);
    if (made) return present(made);
    const { place, ...listed } = await publicKeyIndex(store, organizationId).adding(publicKey);
    const fresh = { publicKey, organizationId, name, createdAt: clock.now(), place };
    const value: PublicKeyRecord = { ...fresh, allowedOrigins: [...new Set(allowedOrigins)] };
    const own: Change = { guards: [{ key: at, version: undefined }], writes: [{ key: at, value }] };
    const listing = await listingOrganization(store, organizationId);
    const change = joined(own, listed, listing, await auditing(parts, entry));
    if (await store.commit(change)) return present(value);
  }
}

/** Lists public keys, newest first. @throws {Failure} `forbidden`, `invalid_cursor`, `store_unavailable` */
export async function listPublicKeys(
  { store, cursors }: Pick<App, "store" | "cursors">,
  caller: Caller,
  query: PageQuery,
): Promise<Page<PublicKey>> {
  requireAllTenants(caller);
  const { organizationId } = caller;
  const index = publicKeyIndex(store, organizationId);
  return listPage(
    cursors,
    { index, scope: ["public-keys", organizationId], query },
    async (ids) => {
      const stored = await store.getMany<PublicKeyRecord>(ids.map(({ id }) => publicKeyKey(id)));
      return stored.flatMap((record) => (record ? [present(record.value)] : []));
    },
  );
}

/** One public key. @throws {Failure} `not_found` for an unknown one and for somebody else's alike */
export async function getPublicKey(
  { store }: Pick<App, "store">,
  caller: Caller,
  publicKey: string,
): Promise<PublicKey> {
  return present(await requireOwn(store, caller, publicKey));
}

/** Ends a public key, at once on all nodes. @throws {Failure} `not_found`, `store_unavailable` */
export async function deletePublicKey(
  parts: Pick<App, "store" | "clock" | "rootSecret">,
  caller: Acting,
  publicKey: string,
): Promise<void> {
  const { store } = parts;
  const { organizationId } = caller;
  const at = publicKeyKey(publicKey);
  const subject = { publicKeyId: publicKey };
  const entry = { ...authorOf(caller), action: "public_key.deleted", subject };
  for (;;) {
    const { place } = await requireOwn(store, caller, publicKey);
    const unlisting = await publicKeyIndex(store, organizationId).removing(publicKey, place);
    const own: Change = { guards: [], writes: [{ key: at, value: undefined }] };
    if (await store.commit(joined(own, unlisting, await auditing(parts, entry)))) return;
  }
}

/** The key that a browser names, whoever asks. @throws {Failure} `store_unavailable` */
export async function findPublicKey(
  store: Store,
  publicKey: string,
): Promise<PublicKeyRecord | undefined> {
  return (await store.get<PublicKeyRecord>(publicKeyKey(publicKey)))?.value;
}

async function requireOwn(store: Store, caller: Caller, publicKey: string) {
  requireAllTenants(caller);
  const record = await findPublicKey(store, publicKey);
  if (record?.organizationId !== caller.organizationId) throw new Failure("not_found");
  return record;
}

function present({ publicKey, name, allowedOrigins, createdAt }: PublicKeyRecord): PublicKey {
  const at = new Date(createdAt).toISOString();
  return { publicKey, name, allowedOrigins: [...allowedOrigins], createdAt: at };
}
