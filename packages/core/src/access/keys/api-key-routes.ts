import { z } from "zod";
import type { App } from "../../app.ts";
import { Failure } from "../../failure.ts";
import { PageQuery, pageOf } from "../../http/page.ts";
import { type Route, route } from "../../http/route.ts";
import { CreateApiKey, createApiKey, findApiKey, listApiKeys, revokeApiKey } from "./api-keys.ts";
import { RotateApiKey, rotateApiKey } from "./rotate-api-key.ts";
import { CreatedApiKey, ShownApiKey } from "./shown-api-key.ts";

/** What the API offers over API keys. */
export const apiKeyRoutes: readonly Route<App>[] = [
  route({
    method: "POST",
    path: "/api-keys",
    summary: "Make an API key that may do no more than the one that asks.",
    scope: "keys:write",
    success: 201,
    errors: ["not_found"],
    body: CreateApiKey,
    response: CreatedApiKey,
    async run(app: App, { caller, body, random }) {
      return { value: await createApiKey({ ...app, random }, caller, body) };
    },
  }),
  route({
    method: "GET",
    path: "/api-keys",
    summary: "List API keys, newest first.",
    scope: "keys:write",
    success: 200,
    query: PageQuery,
    response: pageOf(ShownApiKey),
    async run(app: App, { caller, query }) {
      const { data, nextCursor } = await listApiKeys(app, caller, query);
      return { value: { data: [...data], nextCursor } };
    },
  }),
  route({
    method: "GET",
    path: "/api-keys/:id",
    summary: "Get an API key; never its secret.",
    scope: "keys:write",
    success: 200,
    errors: ["not_found"],
    response: ShownApiKey,
    async run(app: App, { caller, params }) {
      const apiKey = await findApiKey(app, caller, params.id ?? "");
      if (!apiKey) throw new Failure("not_found");
      return { value: apiKey };
    },
  }),
  route({
    method: "DELETE",
    path: "/api-keys/:id",
    summary: "Revoke an API key, on all nodes within a second.",
    scope: "keys:write",
    success: 200,
    errors: ["not_found"],
    response: z.strictObject({ keyId: z.string(), deleted: z.literal(true) }),
    async run(app: App, { caller, params }) {
      const keyId = params.id ?? "";
      await revokeApiKey(app, caller, keyId);
      return { value: { keyId, deleted: true as const } };
    },
  }),
  route({
    method: "POST",
    path: "/api-keys/:id/rotate",
    summary: "Give an API key a new secret; the old one stays good for a while.",
    scope: "keys:write",
    success: 200,
    errors: ["not_found"],
    body: RotateApiKey,
    response: CreatedApiKey,
    async run(app: App, { caller, params, body, random }) {
      const wanted = { ...body, keyId: params.id ?? "" };
      return { value: await rotateApiKey({ ...app, random }, caller, wanted) };
    },
  }),
];
