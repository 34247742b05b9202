import { randomBytes } from "node:crypto";
import type { z } from "zod";
import type { Context } from "../../app.ts";
import { check } from "../../http/check.ts";
import { type Page, PageQuery } from "../../http/page.ts";
import { actingAsHost } from "../access-methods.ts";
import { type DeleteParts, deleteOrganization } from "./delete-organization.ts";
import { CreateOrganization, type ShownOrganization } from "./organization-settings.ts";
import { createOrganization, findOrganization, listOrganizations } from "./organizations.ts";

/** What can be done with organizations. Each method fails as its route does. */
export interface OrganizationsMethods {
  readonly create: (input: z.input<typeof CreateOrganization>) => Promise<ShownOrganization>;
  readonly list: (query?: z.input<typeof PageQuery>) => Promise<Page<ShownOrganization>>;
  /** `undefined` for one that was deleted, or never used. */
  readonly get: (organizationId: string) => Promise<ShownOrganization | undefined>;
  /** Only without connections; its API keys end. */
  readonly delete: (organizationId: string) => Promise<void>;
}

/** `context` is asked at every call, and is that of the default organization. */
export function organizationsMethods(
  context: () => Context,
  connectionIndex: DeleteParts["connectionIndex"],
): OrganizationsMethods {
  return {
    async create(input) {
      const { app, acting } = actingAsHost(context);
      const parts = { ...app, random: randomBytes };
      return createOrganization(parts, acting, check(CreateOrganization, input));
    },
    async list(query = {}) {
      return listOrganizations(context().app, check(PageQuery, query));
    },
    async get(organizationId) {
      return findOrganization(context().app, organizationId);
    },
    async delete(organizationId) {
      const { app, acting } = actingAsHost(context);
      return deleteOrganization({ ...app, connectionIndex }, acting, organizationId);
    },
  };
}
