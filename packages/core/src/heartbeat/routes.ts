import type { App } from "../app.ts";
import { type Route, route } from "../http/route.ts";
import {
  ConfirmedHeartbeat,
  confirmHeartbeat,
  createHeartbeatLink,
  HeartbeatLink,
} from "./confirm.ts";

/** What the API offers over heartbeats. */
export const heartbeatRoutes: readonly Route<App>[] = [
  route({
    method: "POST",
    path: "/connections/:id/heartbeat/confirm",
    summary: "Confirm that the phone was used, and begin a new period of 13 days.",
    scope: "connections:write",
    success: 200,
    errors: ["not_found", "heartbeat_not_applicable", "connection_not_active"],
    response: ConfirmedHeartbeat,
    async run(app: App, { caller, params }) {
      const named = { owner: caller, connectionId: params.id ?? "" };
      return { value: await confirmHeartbeat(app, named, "partner_api") };
    },
  }),
  route({
    method: "POST",
    path: "/connections/:id/heartbeat/link",
    summary: "Make a link to a page that confirms, for whoever has the phone.",
    scope: "connections:write",
    success: 200,
    errors: ["not_found", "heartbeat_not_applicable", "connection_not_active"],
    response: HeartbeatLink,
    async run(app: App, { caller, params }) {
      return { value: await createHeartbeatLink(app, caller, params.id ?? "") };
    },
  }),
];
