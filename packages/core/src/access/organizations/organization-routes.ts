import { z } from "zod";
import type { App } from "../../app.ts";
import { Failure } from "../../failure.ts";
import { PageQuery, pageOf } from "../../http/page.ts";
import { type Route, route } from "../../http/route.ts";
import { requireAllTenants } from "../keys/may-give.ts";
import { type DeleteParts, deleteOrganization } from "./delete-organization.ts";
import {
  ChangeOrganization,
  CreateOrganization,
  ShownOrganization,
} from "./organization-settings.ts";
import { createOrganization, findOrganization, listOrganizations } from "./organizations.ts";
import { changeOwnOrganization, getOwnOrganization } from "./own-organization.ts";

/** What the API offers over organizations: the caller's own, and to who runs the hub all of them. */
export function organizationRoutes(
  connectionIndex: DeleteParts["connectionIndex"],
): readonly Route<App>[] {
  return [...ownRoutes, ...allRoutes, deleteRoute(connectionIndex)];
}

const ownRoutes: readonly Route<App>[] = [
  route({
    method: "GET",
    path: "/organization",
    summary: "Get the organization of the API key.",
    scope: "connections:read",
    success: 200,
    errors: ["not_found"],
    response: ShownOrganization,
    async run(app: App, { caller }) {
      return { value: await getOwnOrganization(app, caller) };
    },
  }),
  route({
    method: "PATCH",
    path: "/organization",
    summary: "Change the organization of the API key.",
    scope: "keys:write",
    success: 200,
    errors: ["not_found"],
    body: ChangeOrganization,
    response: ShownOrganization,
    async run(app: App, { caller, body }) {
      return { value: await changeOwnOrganization(app, caller, body) };
    },
  }),
];

const allRoutes: readonly Route<App>[] = [
  route({
    method: "POST",
    path: "/organizations",
    summary: "Make an organization.",
    scope: "organizations:write",
    success: 201,
    body: CreateOrganization,
    response: ShownOrganization,
    async run(app: App, { caller, body, random }) {
      requireAllTenants(caller);
      return { value: await createOrganization({ ...app, random }, caller, body) };
    },
  }),
  route({
    method: "GET",
    path: "/organizations",
    summary: "List organizations, newest first.",
    scope: "organizations:write",
    success: 200,
    query: PageQuery,
    response: pageOf(ShownOrganization),
    async run(app: App, { caller, query }) {
      requireAllTenants(caller);
      const { data, nextCursor } = await listOrganizations(app, query);
      return { value: { data: [...data], nextCursor } };
    },
  }),
  route({
    method: "GET",
    path: "/organizations/:id",
    summary: "Get an organization.",
    scope: "organizations:write",
    success: 200,
    errors: ["not_found"],
    response: ShownOrganization,
    async run(app: App, { caller, params }) {
      requireAllTenants(caller);
      const organization = await findOrganization(app, params.id ?? "");
      if (!organization) throw new Failure("not_found");
      return { value: organization };
    },
  }),
];

function deleteRoute(connectionIndex: DeleteParts["connectionIndex"]): Route<App> {
  return route({
    method: "DELETE",
    path: "/organizations/:id",
    summary: "Delete an organization that has no connections, and with it its API keys.",
    scope: "organizations:write",
    success: 200,
    errors: ["not_found", "organization_not_empty"],
    response: z.strictObject({ organizationId: z.string(), deleted: z.literal(true) }),
    async run(app: App, { caller, params }) {
      requireAllTenants(caller);
      const organizationId = params.id ?? "";
      await deleteOrganization({ ...app, connectionIndex }, caller, organizationId);
      return { value: { organizationId, deleted: true as const } };
    },
  });
}
