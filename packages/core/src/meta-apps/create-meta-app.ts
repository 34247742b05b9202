import { z } from "zod";
import { auditing } from "../access/audit/audit-log.ts";
import { type Acting, requireAllTenants } from "../access/keys/may-give.ts";
import { listingOrganization } from "../access/organizations/organization.ts";
import {
  type AppIdClaim,
  appIdClaimKey,
  appSecretPlace,
  metaAppIndex,
  metaAppKey,
  ownMetaAppIndex,
  type StoredMetaApp,
  verifyTokenPlace,
} from "../access/stored-meta-app.ts";
import type { App } from "../app.ts";
import { newId } from "../crypto/ids.ts";
import type { RandomBytes } from "../crypto/random-bytes.ts";
import { Failure } from "../failure.ts";
import { joined } from "../store/joined.ts";
import type { Change } from "../store/store.ts";
import { proveSecret } from "./prove-secret.ts";
import { type CreatedMetaApp, presentStored } from "./shown-meta-app.ts";

const VERIFY_TOKEN_BYTES = 24;

const MetaId = z.string().regex(/^\d{1,32}$/, "must be one of Meta's ids: a string of digits");

/** What can be said of a Meta app. */
export const metaAppFields = {
  name: z.string().min(1).max(128),
  appSecret: z.string().regex(/^[\x21-\x7e]{1,256}$/, "must be 1 to 256 visible ASCII characters"),
  /** What Meta is to present when it checks the callback; it travels in a URL. */
  verifyToken: z
    .string()
    .regex(/^[\w.~-]{1,256}$/, "must be 1 to 256 letters, digits, or any of _ . ~ -"),
  /** The Facebook Login for Business configuration. */
  configId: MetaId,
};

/** A Meta app of an organization's own. The verify token is generated, and shown once, when absent. */
export const CreateMetaApp = z
  .strictObject({ ...metaAppFields, appId: MetaId })
  .partial({ verifyToken: true, configId: true });
export type CreateMetaApp = z.output<typeof CreateMetaApp>;

/** What the use cases of Meta apps need. */
export type MetaAppParts = Pick<App, "store" | "clock" | "rootSecret" | "vault" | "metaApps">;

type CreateParts = MetaAppParts & { readonly random: RandomBytes };

/**
 * Stores a Meta app for the caller's organization, once Meta has taken its secret. All nodes receive for it
 * within a second. One that is there already under the id that `random` gives was made by this very
 * request, before a crash.
 *
 * @throws {Failure} `meta_app_in_use` when the hub has an app with this `appId` already, be it somebody
 *   else's; `forbidden`; `not_found` when the organization was deleted; `store_unavailable`; and what
 *   `proveSecret` throws
 */
export async function createMetaApp(
  { random, ...parts }: CreateParts,
  caller: Acting,
  input: CreateMetaApp,
): Promise<CreatedMetaApp> {
  requireAllTenants(caller);
  const { metaApps, vault, clock } = parts;
  const { appId, appSecret, name, configId = null } = input;
  const { organizationId } = caller;
  const id = newId("app_", random);
  const generated = Buffer.from(random(VERIFY_TOKEN_BYTES)).toString("base64url");
  const verifyToken = input.verifyToken ?? generated;
  await proveSecret(metaApps, { appId, appSecret });
  const own = { id, organizationId };
  const record = await metaApps.changing(() =>
    store(parts, caller, {
      ...own,
      name,
      appId,
      configId,
      appSecrets: [vault.seal(appSecret, appSecretPlace(own))],
      verifyToken: vault.seal(verifyToken, verifyTokenPlace(own)),
      createdAt: clock.now(),
    }),
  );
  const shown = presentStored(metaApps, record);
  return input.verifyToken === undefined ? { ...shown, verifyToken } : shown;
}

async function store(
  parts: MetaAppParts,
  { actor, requestId }: Acting,
  app: Omit<StoredMetaApp, "place" | "ownPlace">,
): Promise<StoredMetaApp> {
  const { id, appId, organizationId } = app;
  const [at, claimAt] = [metaAppKey(id), appIdClaimKey(appId)];
  const action = "meta_app.created";
  const entry = { organizationId, actor, requestId, action, subject: { metaAppId: id } };
  for (;;) {
    const [made, claim] = await Promise.all([
      parts.store.get<StoredMetaApp>(at),
      parts.store.get<AppIdClaim>(claimAt),
    ]);
    if (made) return made.value;
    if (claim || isConfigured(parts, appId)) throw inUse();
    const { place, ...listed } = await metaAppIndex(parts.store).adding(id);
    const own = await ownMetaAppIndex(parts.store, organizationId).adding(id);
    const value: StoredMetaApp = { ...app, place, ownPlace: own.place };
    const claimed: AppIdClaim = { id };
    const adding: Change = {
      guards: [at, claimAt].map((key) => ({ key, version: undefined })),
      writes: [
        { key: at, value },
        { key: claimAt, value: claimed },
      ],
    };
    const listing = await listingOrganization(parts.store, organizationId);
    const audit = await auditing(parts, entry);
    if (await parts.store.commit(joined(adding, listed, own, listing, audit))) return value;
  }
}

function isConfigured({ metaApps }: MetaAppParts, appId: string): boolean {
  return metaApps.configured.some((app) => app.appId === appId);
}

function inUse(): Failure {
  return new Failure("meta_app_in_use", "The hub has an app with this appId already.");
}
