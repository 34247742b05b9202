import type { z } from "zod";
import { HOST } from "../../access/audit/audit-log.ts";
import type { Context } from "../../app.ts";
import { check } from "../../http/check.ts";
import { type Page, PageQuery } from "../../http/page.ts";
import { type DeletedTenant, deleteTenant } from "./erase-tenant.ts";
import {
  findTenant,
  listTenants,
  type ShownTenant,
  UpdateTenant,
  updateTenant,
} from "./tenants.ts";

/** What can be done with tenants, under the host's names for them. Each fails as its route does. */
export interface TenantMethods {
  readonly list: (query?: z.input<typeof PageQuery>) => Promise<Page<ShownTenant>>;
  readonly get: (tenantId: string) => Promise<ShownTenant>;
  readonly update: (tenantId: string, input: z.input<typeof UpdateTenant>) => Promise<ShownTenant>;
  /** Its numbers are disconnected and everything about it is erased; `tenant.deleted` tells when. */
  readonly delete: (tenantId: string) => Promise<DeletedTenant>;
}

/** `context` is asked at every call. */
export function tenantMethods(context: () => Context): TenantMethods {
  return {
    async list(query = {}) {
      const { app, organizationId } = context();
      return listTenants(app, { organizationId }, check(PageQuery, query));
    },
    async get(tenantId) {
      const { app, organizationId } = context();
      return findTenant(app, { organizationId }, tenantId);
    },
    async update(tenantId, input) {
      const { app, organizationId } = context();
      const checked = check(UpdateTenant, input);
      return updateTenant(app, { organizationId, ...HOST }, { ...checked, tenantId });
    },
    async delete(tenantId) {
      const { app, organizationId } = context();
      return deleteTenant(app, { organizationId, ...HOST }, tenantId);
    },
  };
}
