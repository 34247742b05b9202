import { z } from "zod";
import type { App } from "../app.ts";
import { Failure } from "../failure.ts";
import { PageQuery, pageOf } from "../http/page.ts";
import { type Route, route } from "../http/route.ts";
import {
  CreatedEndpoint,
  CreateEndpoint,
  createEndpoint,
  deleteEndpoint,
  findEndpointById,
  listEndpoints,
  ShownEndpoint,
} from "./endpoints.ts";

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
      const endpoint = await findEndpointById(app, caller, params.id ?? "");
      if (!endpoint) throw new Failure("not_found");
      return { value: endpoint };
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
];
