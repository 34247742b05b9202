import { z } from "zod";
import type { App } from "../../app.ts";
import { PageQuery, pageOf } from "../../http/page.ts";
import { type Route, route } from "../../http/route.ts";
import {
  CreatePublicKey,
  createPublicKey,
  deletePublicKey,
  getPublicKey,
  listPublicKeys,
  PublicKey,
} from "./public-keys.ts";

/** What the API offers over keys for browsers. */
export const publicKeyRoutes: readonly Route<App>[] = [
  route({
    method: "POST",
    path: "/public-keys",
    summary: "Make a key with which pages of some origins may open a sign-up.",
    scope: "keys:write",
    success: 201,
    body: CreatePublicKey,
    response: PublicKey,
    async run(app: App, { caller, body, random }) {
      return { value: await createPublicKey({ ...app, random }, caller, body) };
    },
  }),
  route({
    method: "GET",
    path: "/public-keys",
    summary: "List public keys, newest first.",
    scope: "keys:write",
    success: 200,
    query: PageQuery,
    response: pageOf(PublicKey),
    errors: ["invalid_cursor"],
    async run(app: App, { caller, query }) {
      const { data, nextCursor } = await listPublicKeys(app, caller, query);
      return { value: { data: [...data], nextCursor } };
    },
  }),
  route({
    method: "GET",
    path: "/public-keys/:id",
    summary: "Get a public key.",
    scope: "keys:write",
    success: 200,
    errors: ["not_found"],
    response: PublicKey,
    async run(app: App, { caller, params }) {
      return { value: await getPublicKey(app, caller, params.id ?? "") };
    },
  }),
  route({
    method: "DELETE",
    path: "/public-keys/:id",
    summary: "Delete a public key: pages that have it open no sign-up any more.",
    scope: "keys:write",
    success: 200,
    errors: ["not_found"],
    response: z.strictObject({ publicKey: z.string(), deleted: z.literal(true) }),
    async run(app: App, { caller, params }) {
      const publicKey = params.id ?? "";
      await deletePublicKey(app, caller, publicKey);
      return { value: { publicKey, deleted: true as const } };
    },
  }),
];
