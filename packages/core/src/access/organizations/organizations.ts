import type { App } from "../../app.ts";
import { newId } from "../../crypto/ids.ts";
import type { RandomBytes } from "../../crypto/random-bytes.ts";
import type { Page, PageQuery } from "../../http/page.ts";
import { joined } from "../../store/joined.ts";
import { auditing } from "../audit/audit-log.ts";
import type { Acting } from "../keys/may-give.ts";
import {
  addingOrganization,
  NEW_SETTINGS,
  type Organization,
  organizationIndex,
  organizationKey,
  readOrganization,
} from "./organization.ts";
import {
  type CreateOrganization,
  presentOrganization,
  type ShownOrganization,
  settingsAfter,
} from "./organization-settings.ts";

type CreateParts = Pick<App, "store" | "clock" | "rootSecret"> & { readonly random: RandomBytes };

/**
 * Makes an organization, as the audit log of whoever makes it tells. One that is there already under
 * the id that `random` gives was made by this very request, before a crash.
 *
 * @throws {Failure} `store_unavailable`
 */
export async function createOrganization(
  { random, ...parts }: CreateParts,
  { actor, requestId, organizationId: by }: Acting,
  settings: CreateOrganization,
): Promise<ShownOrganization> {
  const { store, clock } = parts;
  const organizationId = newId("org_", random);
  const createdAt = clock.now();
  const made = { ...settingsAfter(NEW_SETTINGS, settings), organizationId, createdAt };
  const action = "organization.created";
  const entry = { organizationId: by, actor, requestId, action, subject: { organizationId } };
  for (;;) {
    const known = await readOrganization(store, organizationId);
    if (known) return presentOrganization(known.value);
    const adding = await addingOrganization(store, made);
    await store.commit(joined(adding, await auditing(parts, entry)));
  }
}

/** Lists organizations, newest first. @throws {Failure} `invalid_cursor`, `store_unavailable` */
export async function listOrganizations(
  { store, cursors }: Pick<App, "store" | "cursors">,
  { limit, cursor }: PageQuery,
): Promise<Page<ShownOrganization>> {
  const scope = JSON.stringify(["organizations"]);
  const before = cursor === undefined ? undefined : cursors.read(scope, cursor);
  const entries = await organizationIndex(store).list(limit + 1, before);
  const shown = entries.slice(0, limit);
  const stored = await store.getMany<Organization>(shown.map(({ id }) => organizationKey(id)));
  const found = stored.flatMap((organization) => (organization ? [organization.value] : []));
  const last = entries.length > limit ? shown.at(-1)?.place : undefined;
  return {
    data: found.filter(({ deletedAt }) => deletedAt === null).map(presentOrganization),
    nextCursor: last === undefined ? null : cursors.write(scope, last),
  };
}

/** @returns `undefined` for one that was deleted, or never used. @throws {Failure} `store_unavailable` */
export async function findOrganization(
  { store }: Pick<App, "store">,
  organizationId: string,
): Promise<ShownOrganization | undefined> {
  const known = await readOrganization(store, organizationId);
  return known?.value.deletedAt === null ? presentOrganization(known.value) : undefined;
}
