import { z } from "zod";
import type { App } from "../../app.ts";
import type { FailureCode } from "../../failure.ts";
import { type Route, route } from "../../http/route.ts";
import { Diagnosis, diagnose } from "./diagnose.ts";
import { Health, readHealth } from "./health.ts";
import { refreshHealth } from "./refresh-health.ts";
import { ConnectionTest, testConnection } from "./test-connection.ts";

/** How Meta may keep a look-up from being made. */
const AWAY: readonly FailureCode[] = ["not_found", "meta_throttled", "meta_unavailable"];

/** What the API offers to find out how a connection is. */
export const connectionHealthRoutes: readonly Route<App>[] = [
  route({
    method: "GET",
    path: "/connections/:id/health",
    summary: "What Meta said of a connection's health when it was last asked.",
    scope: "connections:read",
    success: 200,
    errors: ["not_found"],
    response: Health,
    async run(app: App, { caller, params }) {
      return { value: await readHealth(app, caller, params.id ?? "") };
    },
  }),
  route({
    method: "POST",
    path: "/connections/:id/health/refresh",
    summary: "Ask Meta anew how a connection is.",
    scope: "connections:write",
    budget: "metaLookups",
    success: 200,
    errors: [...AWAY, "meta_rejected", "meta_token_expired"],
    response: z.strictObject({ connectionId: z.string(), refreshed: z.literal(true) }),
    async run(app: App, { caller, params }) {
      const connectionId = params.id ?? "";
      await refreshHealth(app, caller, connectionId);
      return { value: { connectionId, refreshed: true as const } };
    },
  }),
  route({
    method: "POST",
    path: "/connections/:id/test",
    summary: "Ask Meta whether token, number, account and subscription are in order.",
    scope: "connections:write",
    budget: "metaLookups",
    success: 200,
    errors: AWAY,
    response: ConnectionTest,
    async run(app: App, { caller, params }) {
      return { value: await testConnection(app, caller, params.id ?? "") };
    },
  }),
  route({
    method: "GET",
    path: "/connections/:id/diagnosis",
    summary: "Find out why nothing is received.",
    scope: "connections:read",
    budget: "metaLookups",
    success: 200,
    errors: ["not_found"],
    response: Diagnosis,
    async run(app: App, { caller, params, random }) {
      return { value: await diagnose({ ...app, random }, caller, params.id ?? "") };
    },
  }),
];
