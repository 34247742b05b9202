import { z } from "zod";
import type { App } from "../app.ts";
import { Failure, type FailureCode } from "../failure.ts";
import { pageOf } from "../http/page.ts";
import { type Caller, type Route, route } from "../http/route.ts";
import { Connect, connect } from "./connect/connect.ts";
import { connectLater } from "./connect/connect-later.ts";
import { Disconnected, disconnect } from "./connect/disconnect.ts";
import { suspendOrResume } from "./connect/suspend.ts";
import { Connection } from "./connection.ts";
import { findConnection, ListConnections, listConnections } from "./list.ts";
import { UpdateConnection, UpdatedConnection, updateConnection } from "./update-connection.ts";

/** How a change that Meta has a part in may be refused. */
export const CHANGE_ERRORS: readonly FailureCode[] = [
  "connection_busy",
  "meta_rejected",
  "meta_token_expired",
  "meta_throttled",
  "meta_outcome_unknown",
  "meta_unavailable",
];

/** How a webhook may be refused. */
export const WEBHOOK_ERRORS: readonly FailureCode[] = [
  "invalid_webhook_url",
  "webhook_preflight_failed",
  "webhook_subscribe_failed",
];

/** A connection, and the secret that was made for it, if one was. */
export const NewConnection = z.strictObject({
  ...Connection.shape,
  webhookSigningSecret: z.string().optional(),
});

/** What the API offers over connections. */
export const connectionRoutes: readonly Route<App>[] = [
  route({
    method: "POST",
    path: "/connections",
    summary: "Connect a number with an access token in hand.",
    scope: "connections:write",
    success: 201,
    otherSuccesses: [200],
    body: Connect,
    response: NewConnection,
    errors: [
      "not_found",
      "waba_in_use",
      "number_in_use",
      "waba_webhook_conflict",
      ...WEBHOOK_ERRORS,
      ...CHANGE_ERRORS,
    ],
    async run(app: App, { caller, body, random }) {
      requireTenant(caller, body.tenantId);
      const begin = body.verify === "later" ? connectLater : connect;
      const { created, connection, ...secret } = await begin({ ...app, random }, caller, body);
      return { status: created ? 201 : 200, value: { ...connection, ...secret } };
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
    errors: ["invalid_cursor"],
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
    errors: ["not_found"],
    async run(app: App, { caller, params }) {
      const connection = await findConnection(app, caller, params.id ?? "");
      if (!connection) throw new Failure("not_found");
      return { value: connection };
    },
  }),
  route({
    method: "PATCH",
    path: "/connections/:id",
    summary: "Change where messages go, for the whole account, or what a connection is called.",
    scope: "connections:write",
    success: 200,
    body: UpdateConnection,
    response: UpdatedConnection,
    errors: ["not_found", "connection_not_active", ...WEBHOOK_ERRORS, ...CHANGE_ERRORS],
    async run(app: App, { caller, params, body, random }) {
      const wish = { connectionId: params.id ?? "", input: body };
      return { value: await updateConnection({ ...app, random }, caller, wish) };
    },
  }),
  route({
    method: "DELETE",
    path: "/connections/:id",
    summary: "Disconnect a number; its siblings stay.",
    scope: "connections:write",
    success: 200,
    response: Disconnected,
    errors: ["not_found", ...CHANGE_ERRORS],
    async run(app: App, { caller, params }) {
      return { value: await disconnect(app, caller, params.id ?? "") };
    },
  }),
  ...(["suspend", "resume"] as const).map((kind) =>
    route({
      method: "POST",
      path: `/connections/:id/${kind}`,
      summary:
        kind === "suspend"
          ? "Stop serving a number: its messages reach only the host."
          : "Serve a suspended number again.",
      scope: "connections:write",
      success: 200,
      response: Connection,
      errors: ["not_found", "connection_not_active", "suspended_by_meta", ...CHANGE_ERRORS],
      async run(app: App, { caller, params }) {
        const connectionId = params.id ?? "";
        return { value: await suspendOrResume(app, caller, { kind, connectionId }) };
      },
    }),
  ),
];

/** A key that is bound to tenants acts for no other. */
function requireTenant({ tenantIds }: Caller, tenantId: string): void {
  if (!tenantIds || tenantIds.includes(tenantId)) return;
  throw new Failure("forbidden", "The API key is not for this tenant.");
}
