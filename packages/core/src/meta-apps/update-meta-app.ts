import { z } from "zod";
import { auditing } from "../access/audit/audit-log.ts";
import { type Acting, requireAllTenants } from "../access/keys/may-give.ts";
import {
  appSecretPlace,
  metaAppIndex,
  metaAppKey,
  type StoredMetaApp,
  verifyTokenPlace,
} from "../access/stored-meta-app.ts";
import { joined } from "../store/joined.ts";
import type { Change, Stored } from "../store/store.ts";
import { type MetaAppParts, metaAppFields } from "./create-meta-app.ts";
import { requireStored } from "./own-meta-app.ts";
import { proveSecret } from "./prove-secret.ts";
import { presentStored, type ShownMetaApp } from "./shown-meta-app.ts";

/** Meta signs with one of them, and with the other while it is being changed. */
const MOST_SECRETS = 2;

const { configId, ...others } = metaAppFields;

/** What of a Meta app changes; what is left out stays. */
export const UpdateMetaApp = z
  .strictObject({ ...others, configId: configId.nullable() })
  .partial()
  .refine((input) => Object.values(input).some((value) => value !== undefined), {
    message: "says nothing to change: give name, configId, verifyToken, or appSecret",
  });
export type UpdateMetaApp = z.output<typeof UpdateMetaApp>;

/**
 * Changes a stored Meta app. A new secret is held against Meta first, and from then on is the one to ask
 * with; webhooks signed with the one before it are accepted until the next new one.
 *
 * @throws {Failure} `not_found`; `invalid_request` for one of the hub's options; `forbidden`;
 *   `store_unavailable`; and what `proveSecret` throws
 */
export async function updateMetaApp(
  parts: MetaAppParts,
  caller: Acting,
  { id, ...input }: UpdateMetaApp & { readonly id: string },
): Promise<ShownMetaApp> {
  requireAllTenants(caller);
  const { metaApps } = parts;
  const { value } = await requireStored(parts, caller, id);
  const { appId } = value;
  const { appSecret } = input;
  if (appSecret !== undefined) await proveSecret(metaApps, { appId, appSecret });
  const updated = await metaApps.changing(() => write(parts, caller, { id, input }));
  return presentStored(metaApps, updated);
}

interface Wanted {
  readonly id: string;
  readonly input: UpdateMetaApp;
}

async function write(
  parts: MetaAppParts,
  caller: Acting,
  { id, input }: Wanted,
): Promise<StoredMetaApp> {
  const { store } = parts;
  const { organizationId, actor, requestId } = caller;
  const subject = { metaAppId: id, fields: Object.keys(input).sort() };
  const entry = { organizationId, actor, requestId, action: "meta_app.updated", subject };
  for (;;) {
    const stored: Stored<StoredMetaApp> = await requireStored(parts, caller, id);
    const value = changed(parts, stored.value, input);
    const own: Change = {
      guards: [{ key: metaAppKey(id), version: stored.version }],
      writes: [{ key: metaAppKey(id), value }],
    };
    const touching = await metaAppIndex(store).touching();
    if (await store.commit(joined(own, touching, await auditing(parts, entry)))) return value;
  }
}

function changed(
  parts: MetaAppParts,
  app: StoredMetaApp,
  { name, configId, verifyToken, appSecret }: UpdateMetaApp,
): StoredMetaApp {
  const { vault } = parts;
  return {
    ...app,
    ...(name !== undefined && { name }),
    ...(configId !== undefined && { configId }),
    ...(verifyToken !== undefined && {
      verifyToken: vault.seal(verifyToken, verifyTokenPlace(app)),
    }),
    ...(appSecret !== undefined && { appSecrets: secretsAfter(parts, app, appSecret) }),
  };
}

/** Who says the same again, after a lost answer, does not lose the secret before it. */
function secretsAfter({ vault }: MetaAppParts, app: StoredMetaApp, secret: string) {
  const place = appSecretPlace(app);
  const older = app.appSecrets.filter((sealed) => vault.open(sealed, place) !== secret);
  return [vault.seal(secret, place), ...older].slice(0, MOST_SECRETS);
}
