import type { App } from "../app.ts";
import { pageOf } from "../http/page.ts";
import { type Route, route } from "../http/route.ts";
import { findDelivery } from "./find-delivery.ts";
import { findEvent, ListEvents, listEvents, ShownEvent } from "./list-events.ts";
import { retryDelivery } from "./retry-delivery.ts";
import { ShownDelivery } from "./shown-delivery.ts";
import { skipDelivery } from "./skip-delivery.ts";

/** What the API offers over what happened, and what has become of telling it. */
export const logRoutes: readonly Route<App>[] = [
  route({
    method: "GET",
    path: "/deliveries/:id",
    summary: "Get a delivery with every attempt.",
    scope: "webhooks:read",
    success: 200,
    response: ShownDelivery,
    errors: ["not_found"],
    async run(app: App, { caller, params }) {
      return { value: await findDelivery(app, caller, params.id ?? "") };
    },
  }),
  route({
    method: "POST",
    path: "/deliveries/:id/retry",
    summary: "Attempt a delivery now, whatever has become of it so far.",
    scope: "webhooks:write",
    success: 202,
    response: ShownDelivery,
    errors: ["not_found"],
    async run(app: App, { caller, params }) {
      return { value: await retryDelivery(app, caller, params.id ?? "") };
    },
  }),
  route({
    method: "POST",
    path: "/deliveries/:id/skip",
    summary: "Give up a delivery that waits for its next attempt; what waits for it goes on.",
    scope: "webhooks:write",
    success: 200,
    response: ShownDelivery,
    errors: ["not_found"],
    async run(app: App, { caller, params }) {
      return { value: await skipDelivery(app, caller, params.id ?? "") };
    },
  }),
  route({
    method: "GET",
    path: "/events",
    summary: "List what happened, newest first.",
    scope: "webhooks:read",
    success: 200,
    query: ListEvents,
    response: pageOf(ShownEvent),
    errors: ["invalid_cursor"],
    async run(app: App, { caller, query }) {
      const { data, nextCursor } = await listEvents(app, caller, query);
      return { value: { data: [...data], nextCursor } };
    },
  }),
  route({
    method: "GET",
    path: "/events/:id",
    summary: "Get an event.",
    scope: "webhooks:read",
    success: 200,
    response: ShownEvent,
    errors: ["not_found"],
    async run(app: App, { caller, params }) {
      return { value: await findEvent(app, caller, params.id ?? "") };
    },
  }),
];
