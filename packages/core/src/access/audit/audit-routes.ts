import type { App } from "../../app.ts";
import { pageOf } from "../../http/page.ts";
import { type Route, route } from "../../http/route.ts";
import { requireAllTenants } from "../keys/may-give.ts";
import { AuditEntry, ListAuditLog, listAuditLog } from "./list-audit-log.ts";

/** What the API offers over the audit log. */
export const auditRoutes: readonly Route<App>[] = [
  route({
    method: "GET",
    path: "/audit-log",
    summary: "List what was done, and by whom, newest first.",
    scope: "keys:write",
    success: 200,
    query: ListAuditLog,
    response: pageOf(AuditEntry),
    async run(app: App, { caller, query }) {
      requireAllTenants(caller);
      const { data, nextCursor } = await listAuditLog(app, caller.organizationId, query);
      return { value: { data: [...data], nextCursor } };
    },
  }),
];
