import { z } from "zod";
import type { App } from "../app.ts";
import { PageQuery, pageOf } from "../http/page.ts";
import { type Route, route } from "../http/route.ts";
import { CreateEndpoint, UpdateEndpoint } from "./endpoint-input.ts";
import { createEndpoint, deleteEndpoint, listEndpoints } from "./endpoints.ts";
import { ListDeliveries, listDeliveries } from "./list-deliveries.ts";
import { requireEndpoint } from "./own-endpoint.ts";
import { ReplayRange, StartedReplay, startReplay } from "./replay.ts";
import { RotatedSecret, rotateSecret } from "./rotate-secret.ts";
import { ShownDelivery } from "./shown-delivery.ts";
import { CreatedEndpoint, presentEndpoint, ShownEndpoint } from "./shown-endpoint.ts";
import { TestedEndpoint, testEndpoint } from "./test-endpoint.ts";
import { updateEndpoint } from "./update-endpoint.ts";

/** What the API offers over webhook endpoints. */
export const endpointRoutes: readonly Route<App>[] = [
  route({
    method: "POST",
    path: "/webhook-endpoints",
    summary: "Add a place that gets signed events.",
    scope: "webhooks:write",
    success: 201,
    body: CreateEndpoint,
    response: CreatedEndpoint,
    errors: ["invalid_webhook_url", "not_found"],
    async run(app: App, { caller, body, random }) {
      const parts = { ...app, randomBytes: random };
      return { value: await createEndpoint(parts, caller, body) };
    },
  }),
  route({
    method: "GET",
    path: "/webhook-endpoints",
    summary: "List webhook endpoints, newest first.",
    scope: "webhooks:read",
    success: 200,
    query: PageQuery,
    response: pageOf(ShownEndpoint),
    async run(app: App, { caller, query }) {
      const { data, nextCursor } = await listEndpoints(app, caller, query);
      return { value: { data: [...data], nextCursor } };
    },
  }),
  route({
    method: "GET",
    path: "/webhook-endpoints/:id",
    summary: "Get a webhook endpoint.",
    scope: "webhooks:read",
    success: 200,
    response: ShownEndpoint,
    async run(app: App, { caller, params }) {
      const endpoint = await requireEndpoint(app.store, caller, params.id ?? "");
      return { value: presentEndpoint(endpoint.value) };
    },
  }),
  route({
    method: "PATCH",
    path: "/webhook-endpoints/:id",
    summary: "Change a webhook endpoint; null takes a setting away.",
    scope: "webhooks:write",
    success: 200,
    body: UpdateEndpoint,
    response: ShownEndpoint,
    errors: ["invalid_webhook_url", "not_found"],
    async run(app: App, { caller, params, body }) {
      const update = { acting: caller, id: params.id ?? "", wanted: body };
      return { value: await updateEndpoint(app, update) };
    },
  }),
  route({
    method: "DELETE",
    path: "/webhook-endpoints/:id",
    summary: "Remove a webhook endpoint; what waits for it is dropped.",
    scope: "webhooks:write",
    success: 200,
    response: z.strictObject({ id: z.string(), deleted: z.literal(true) }),
    async run(app: App, { caller, params }) {
      await deleteEndpoint(app, caller, params.id ?? "");
      return { value: { id: params.id ?? "", deleted: true as const } };
    },
  }),
  route({
    method: "POST",
    path: "/webhook-endpoints/:id/rotate-secret",
    summary: "Give a webhook endpoint a new secret; for 24 hours the former one signs as well.",
    scope: "webhooks:write",
    success: 200,
    response: RotatedSecret,
    errors: ["not_found"],
    async run(app: App, { caller, params, random }) {
      const parts = { ...app, randomBytes: random };
      return { value: await rotateSecret(parts, caller, params.id ?? "") };
    },
  }),
  route({
    method: "POST",
    path: "/webhook-endpoints/:id/test",
    summary: "Send a webhook endpoint an event of no consequence, and see what it answers.",
    scope: "webhooks:write",
    success: 200,
    response: TestedEndpoint,
    errors: ["not_found"],
    async run(app: App, { caller, params, random }) {
      const parts = { ...app, randomBytes: random };
      return { value: await testEndpoint(parts, caller, params.id ?? "") };
    },
  }),
  route({
    method: "POST",
    path: "/webhook-endpoints/:id/replay",
    summary: "Send a webhook endpoint the events of a time once more.",
    scope: "webhooks:write",
    success: 202,
    body: ReplayRange,
    response: StartedReplay,
    errors: ["not_found"],
    async run(app: App, { caller, params, body, random }) {
      const parts = { ...app, randomBytes: random };
      const asked = { owner: caller, endpointId: params.id ?? "", range: body };
      return { value: await startReplay(parts, asked) };
    },
  }),
  route({
    method: "GET",
    path: "/webhook-endpoints/:id/deliveries",
    summary: "List what a webhook endpoint gets and got, newest first.",
    scope: "webhooks:read",
    success: 200,
    query: ListDeliveries,
    response: pageOf(ShownDelivery),
    errors: ["not_found", "invalid_cursor"],
    async run(app: App, { caller, params, query }) {
      const whose = { owner: caller, endpointId: params.id ?? "" };
      const { data, nextCursor } = await listDeliveries(app, whose, query);
      return { value: { data: [...data], nextCursor } };
    },
  }),
];
