import type { App } from "../../app.ts";
import { PageQuery, pageOf } from "../../http/page.ts";
import { type Route, route } from "../../http/route.ts";
import { DeletedTenant, deleteTenant } from "./erase-tenant.ts";
import { findTenant, listTenants, ShownTenant, UpdateTenant, updateTenant } from "./tenants.ts";

/** What the API offers over tenants. They come with their first connection. */
export const tenantRoutes: readonly Route<App>[] = [
  route({
    method: "GET",
    path: "/tenants",
    summary: "List tenants, newest first.",
    scope: "connections:read",
    success: 200,
    query: PageQuery,
    response: pageOf(ShownTenant),
    errors: ["invalid_cursor"],
    async run(app: App, { caller, query }) {
      const { data, nextCursor } = await listTenants(app, caller, query);
      return { value: { data: [...data], nextCursor } };
    },
  }),
  route({
    method: "GET",
    path: "/tenants/:externalTenantId",
    summary: "Get a tenant with its connections.",
    scope: "connections:read",
    success: 200,
    response: ShownTenant,
    errors: ["not_found"],
    async run(app: App, { caller, params }) {
      return { value: await findTenant(app, caller, params.externalTenantId ?? "") };
    },
  }),
  route({
    method: "PATCH",
    path: "/tenants/:externalTenantId",
    summary: "Name a tenant.",
    scope: "connections:write",
    success: 200,
    body: UpdateTenant,
    response: ShownTenant,
    errors: ["not_found"],
    async run(app: App, { caller, params, body }) {
      const tenantId = params.externalTenantId ?? "";
      return { value: await updateTenant(app, caller, { ...body, tenantId }) };
    },
  }),
  route({
    method: "DELETE",
    path: "/tenants/:externalTenantId",
    summary:
      "Disconnect a tenant's numbers and erase everything about it; tenant.deleted tells when.",
    scope: "connections:write",
    success: 202,
    response: DeletedTenant,
    errors: ["not_found"],
    async run(app: App, { caller, params }) {
      return { value: await deleteTenant(app, caller, params.externalTenantId ?? "") };
    },
  }),
];
