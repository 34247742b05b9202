import { z } from "zod";
import { auditing } from "../../access/audit/audit-log.ts";
import type { App } from "../../app.ts";
import { Failure } from "../../failure.ts";
import type { Page, PageQuery } from "../../http/page.ts";
import { joined } from "../../store/joined.ts";
import { Connection } from "../connection.ts";
import { wholeSeconds } from "../instant.ts";
import { listConnections } from "../list.ts";
import { type Acting, isTenantOf, type Owner } from "../owned.ts";
import { type Tenant, tenantIndex, tenantKey } from "./tenant.ts";

/** As many connections of a tenant as are shown with it; `GET /connections?tenantId=` lists them all. */
const MAX_SHOWN = 200;

/** A customer of the host, with its newest 200 connections. */
export const ShownTenant = z.strictObject({
  tenantId: z.string(),
  name: z.string().nullable(),
  connections: z.array(Connection),
  createdAt: z.iso.datetime(),
});
export type ShownTenant = z.infer<typeof ShownTenant>;

/** What of a tenant can be changed. */
export const UpdateTenant = z.strictObject({ name: z.string().min(1).max(256).nullable() });
export type UpdateTenant = z.output<typeof UpdateTenant>;

type ReadParts = Pick<App, "store" | "clock" | "cursors" | "metaApps" | "heartbeat">;

/** Lists tenants, newest first. @throws {Failure} `invalid_cursor`, `store_unavailable` */
export async function listTenants(
  parts: ReadParts,
  owner: Owner,
  { limit, cursor }: PageQuery,
): Promise<Page<ShownTenant>> {
  const { store, cursors } = parts;
  const { organizationId, tenantIds = null } = owner;
  const scope = JSON.stringify(["tenants", organizationId, tenantIds]);
  const before = cursor === undefined ? undefined : cursors.read(scope, cursor);
  const entries = await tenantIndex(store, organizationId).list(limit + 1, before);
  const page = entries.slice(0, limit);
  const shown = page.filter(({ id }) => isTenantOf(owner, id));
  const read = await store.getMany<Tenant>(shown.map(({ id }) => tenantKey(organizationId, id)));
  const tenants = read.flatMap((tenant) => (tenant ? [tenant.value] : []));
  const last = entries.length > limit ? page.at(-1)?.place : undefined;
  return {
    data: await Promise.all(tenants.map((tenant) => present(parts, owner, tenant))),
    nextCursor: last === undefined ? null : cursors.write(scope, last),
  };
}

/** One tenant. @throws {Failure} `not_found` for an unknown and for somebody else's alike */
export async function findTenant(
  parts: ReadParts,
  owner: Owner,
  tenantId: string,
): Promise<ShownTenant> {
  const tenant = await readTenant(parts, owner, tenantId);
  return present(parts, owner, tenant.value);
}

/** Names a tenant. @throws {Failure} `not_found`, `store_unavailable` */
export async function updateTenant(
  parts: ReadParts & Pick<App, "rootSecret">,
  acting: Acting,
  { tenantId, name }: UpdateTenant & { readonly tenantId: string },
): Promise<ShownTenant> {
  const { organizationId, actor, requestId } = acting;
  const key = tenantKey(organizationId, tenantId);
  for (;;) {
    const { value, version } = await readTenant(parts, acting, tenantId);
    const tenant: Tenant = { ...value, name };
    const own = { guards: [{ key, version }], writes: [{ key, value: tenant }] };
    const audit = { organizationId, actor, requestId, action: "tenant.named" };
    const told = await auditing(parts, { ...audit, subject: { tenantId } });
    if (await parts.store.commit(joined(own, told))) return present(parts, acting, tenant);
  }
}

async function readTenant({ store }: ReadParts, owner: Owner, tenantId: string) {
  const stored = isTenantOf(owner, tenantId)
    ? await store.get<Tenant>(tenantKey(owner.organizationId, tenantId))
    : undefined;
  if (!stored) throw new Failure("not_found");
  return stored;
}

async function present(
  parts: ReadParts,
  owner: Owner,
  { tenantId, name, createdAt }: Tenant,
): Promise<ShownTenant> {
  const { data } = await listConnections(parts, owner, { tenantId, limit: MAX_SHOWN });
  return { tenantId, name, connections: [...data], createdAt: wholeSeconds(createdAt) };
}
