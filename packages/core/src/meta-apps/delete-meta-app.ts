import { auditing } from "../access/audit/audit-log.ts";
import { type Acting, requireAllTenants } from "../access/keys/may-give.ts";
import {
  appIdClaimKey,
  metaAppIndex,
  metaAppKey,
  ownMetaAppIndex,
  type StoredMetaApp,
} from "../access/stored-meta-app.ts";
import { wabaIndex, wabaKey } from "../connections/waba.ts";
import { Failure } from "../failure.ts";
import { joined } from "../store/joined.ts";
import type { Change, Store } from "../store/store.ts";
import type { MetaAppParts } from "./create-meta-app.ts";
import { requireStored } from "./own-meta-app.ts";

const IDS_PER_READ = 1_000;

type DeleteParts = Omit<MetaAppParts, "vault">;

/**
 * Removes a stored Meta app that no account is connected with: nothing is received for it here any more,
 * on other nodes within a second. At Meta all stays as it is.
 *
 * @throws {Failure} `meta_app_in_use`; `not_found`; `invalid_request` for one of the hub's options;
 *   `forbidden`; `store_unavailable`
 */
export async function deleteMetaApp(parts: DeleteParts, caller: Acting, id: string): Promise<void> {
  requireAllTenants(caller);
  return parts.metaApps.changing(() => remove(parts, caller, id));
}

async function remove(parts: DeleteParts, caller: Acting, id: string): Promise<void> {
  const { store } = parts;
  const { organizationId, actor, requestId } = caller;
  const action = "meta_app.deleted";
  const entry = { organizationId, actor, requestId, action, subject: { metaAppId: id } };
  for (;;) {
    const { value, version } = await requireStored(parts, caller, id);
    const { appId, place, ownPlace } = value;
    const unused = await requireUnused(store, value);
    const unlisting = await metaAppIndex(store).removing(id, place);
    const unlistingOwn = await ownMetaAppIndex(store, organizationId).removing(id, ownPlace);
    const own: Change = {
      guards: [{ key: metaAppKey(id), version }],
      writes: [metaAppKey(id), appIdClaimKey(appId)].map((key) => ({ key, value: undefined })),
    };
    const audit = await auditing(parts, entry);
    if (await store.commit(joined(own, unused, unlisting, unlistingOwn, audit))) return;
  }
}

/**
 * Accounts of an organization's own app are all in the index of its accounts, under keys that begin with
 * the app's id; so pages of ids are all there is to read.
 *
 * @returns The change that loses when an account is added after it was looked.
 */
async function requireUnused(
  store: Store,
  { organizationId, appId }: StoredMetaApp,
): Promise<Change> {
  const accounts = wabaIndex(store, organizationId);
  const unchanged = await accounts.touching();
  let entries = await accounts.list(IDS_PER_READ);
  while (entries.length > 0) {
    if (entries.some(({ id }) => id.startsWith(wabaKey(appId, "")))) throw inUse();
    entries = await accounts.list(IDS_PER_READ, entries.at(-1)?.place);
  }
  return unchanged;
}

function inUse(): Failure {
  const message = "Connections use this Meta app: disconnect them first.";
  return new Failure("meta_app_in_use", message);
}
