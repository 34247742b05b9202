import type { App } from "../app.ts";
import { Failure } from "../failure.ts";
import { pageOf } from "../http/page.ts";
import { type Caller, type Route, route } from "../http/route.ts";
import { Connect, connect } from "./connect.ts";
import { Connection } from "./connection.ts";
import { findConnection, ListConnections, listConnections } from "./list.ts";

/** What the API offers over connections. */
export const connectionRoutes: readonly Route<App>[] = [
  route({
    method: "POST",
    path: "/connections",
    summary: "Connect a number with an access token in hand.",
    scope: "connections:write",
    success: 201,
    body: Connect,
    response: Connection,
    async run(app: App, { caller, body }) {
      requireTenant(caller, body.tenantId);
      const { created, connection } = await connect(app, caller.organizationId, body);
      return { status: created ? 201 : 200, value: connection };
    },
  }),
  route({
    method: "GET",
    path: "/connections",
    summary: "List connections, newest first.",
    scope: "connections:read",
    success: 200,
    query: ListConnections,
    response: pageOf(Connection),
    async run(app: App, { caller, query }) {
      const { data, nextCursor } = await listConnections(app, caller, query);
      return { value: { data: [...data], nextCursor } };
    },
  }),
  route({
    method: "GET",
    path: "/connections/:id",
    summary: "Get a connection.",
    scope: "connections:read",
    success: 200,
    response: Connection,
    async run(app: App, { caller, params }) {
      const connection = await findConnection(app, caller, params.id ?? "");
      if (!connection) throw new Failure("not_found");
      return { value: connection };
    },
  }),
];

/** A key that is bound to tenants acts for no other. */
function requireTenant({ tenantIds }: Caller, tenantId: string): void {
  if (!tenantIds || tenantIds.includes(tenantId)) return;
  throw new Failure("forbidden", "The API key is not for this tenant.");
}
