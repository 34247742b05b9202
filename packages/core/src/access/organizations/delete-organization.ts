import type { App } from "../../app.ts";
import { Failure } from "../../failure.ts";
import type { Index } from "../../store/index-pages.ts";
import { joined } from "../../store/joined.ts";
import type { Change, Store } from "../../store/store.ts";
import { auditing } from "../audit/audit-log.ts";
import type { Acting } from "../keys/may-give.ts";
import { ownMetaAppIndex } from "../stored-meta-app.ts";
import { organizationKey, readDefaultOrganizationId, readOrganization } from "./organization.ts";

export interface DeleteParts extends Pick<App, "store" | "clock" | "rootSecret" | "knownKeys"> {
  /** The connections of an organization, of which there may be none. */
  readonly connectionIndex: (store: Store, organizationId: string) => Index;
}

/**
 * Deletes an organization without connections and Meta apps; its API keys end, here at once, on other
 * nodes within a second. Its id is never anybody's again. Its audit log stays; that it was deleted is
 * told by the audit log of who did it.
 *
 * @throws {Failure} `organization_not_empty`; `invalid_request` for the default organization;
 *   `not_found`; `store_unavailable`
 */
export async function deleteOrganization(
  parts: DeleteParts,
  acting: Acting,
  organizationId: string,
): Promise<void> {
  if (organizationId === (await readDefaultOrganizationId(parts.store))) {
    throw new Failure("invalid_request", "The default organization cannot be deleted.");
  }
  return parts.knownKeys.changing(() => markDeleted(parts, acting, organizationId));
}

async function markDeleted(
  { connectionIndex, ...parts }: DeleteParts,
  { actor, requestId, organizationId: by }: Acting,
  organizationId: string,
): Promise<void> {
  const { store, clock } = parts;
  const at = organizationKey(organizationId);
  const action = "organization.deleted";
  const entry = { organizationId: by, actor, requestId, action, subject: { organizationId } };
  for (;;) {
    const known = await readOrganization(store, organizationId);
    if (known?.value.deletedAt !== null) throw new Failure("not_found");
    const empty = [
      await requireEmpty(connectionIndex(store, organizationId)),
      await requireEmpty(ownMetaAppIndex(store, organizationId), META_APPS_LEFT),
    ];
    const own: Change = {
      guards: [{ key: at, version: known.version }],
      writes: [{ key: at, value: { ...known.value, deletedAt: clock.now() } }],
    };
    if (await store.commit(joined(own, ...empty, await auditing(parts, entry)))) return;
  }
}

const META_APPS_LEFT = "The organization still has Meta apps of its own: delete them first.";

/** The change that loses when something is added after it was looked. */
async function requireEmpty(index: Index, message?: string): Promise<Change> {
  const touching = await index.touching();
  if ((await index.count()) > 0) throw new Failure("organization_not_empty", message);
  return touching;
}
