import type { App } from "../../app.ts";
import { Failure } from "../../failure.ts";
import { joined } from "../../store/joined.ts";
import type { Change } from "../../store/store.ts";
import { auditing } from "../audit/audit-log.ts";
import { type Acting, requireAllTenants } from "../keys/may-give.ts";
import {
  addingOrganization,
  deleted,
  NEW_SETTINGS,
  organizationKey,
  readOrganization,
} from "./organization.ts";
import {
  type ChangeOrganization,
  presentOrganization,
  type ShownOrganization,
  settingsAfter,
} from "./organization-settings.ts";

/** The caller's own organization; as it comes where nothing was set of it. @throws as `changeOwnOrganization` */
export async function getOwnOrganization(
  { store }: Pick<App, "store">,
  caller: Acting,
): Promise<ShownOrganization> {
  requireAllTenants(caller);
  const known = await readOrganization(store, caller.organizationId);
  if (known && known.value.deletedAt !== null) throw deleted();
  return presentOrganization(known?.value ?? newOrganization(caller));
}

/**
 * Changes what there is to set of the caller's organization. Retention and limits are set by who runs
 * the hub: the scope `organizations:write`.
 *
 * @throws {Failure} `forbidden`; `not_found` when it was deleted; `store_unavailable`
 */
export async function changeOwnOrganization(
  parts: Pick<App, "store" | "clock" | "rootSecret">,
  caller: Acting,
  wanted: ChangeOrganization,
): Promise<ShownOrganization> {
  requireAllTenants(caller);
  requireMaySet(caller, wanted);
  const { organizationId, actor, requestId } = caller;
  const subject = { organizationId, fields: Object.keys(wanted).sort() };
  const entry = { organizationId, actor, requestId, action: "organization.changed", subject };
  for (;;) {
    const known = await readOrganization(parts.store, organizationId);
    if (known && known.value.deletedAt !== null) throw deleted();
    const before = known?.value ?? newOrganization(caller);
    const after = { ...before, ...settingsAfter(before, wanted) };
    const at = organizationKey(organizationId);
    const change: Change = known
      ? { guards: [{ key: at, version: known.version }], writes: [{ key: at, value: after }] }
      : await addingOrganization(parts.store, after);
    if (await parts.store.commit(joined(change, await auditing(parts, entry)))) {
      return presentOrganization(after);
    }
  }
}

function newOrganization({ organizationId }: Acting) {
  return { ...NEW_SETTINGS, organizationId, createdAt: null };
}

function requireMaySet({ scopes }: Acting, { retention, limits }: ChangeOrganization): void {
  if (retention === undefined && limits === undefined) return;
  if (scopes.includes("organizations:write") || scopes.includes("*")) return;
  throw new Failure(
    "forbidden",
    "Retention and limits are set with the scope organizations:write.",
  );
}
