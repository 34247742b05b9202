import { z } from "zod";
import type { App } from "../app.ts";
import { PageQuery, pageOf } from "../http/page.ts";
import { type Route, route } from "../http/route.ts";
import { CreateMetaApp, createMetaApp } from "./create-meta-app.ts";
import { deleteMetaApp } from "./delete-meta-app.ts";
import { getMetaApp, listMetaApps } from "./list-meta-apps.ts";
import { getSetup, MetaAppSetup, setUp } from "./setup.ts";
import { CreatedMetaApp, ShownMetaApp } from "./shown-meta-app.ts";
import { UpdateMetaApp, updateMetaApp } from "./update-meta-app.ts";

const META_FAILS = ["meta_unavailable", "meta_throttled"] as const;

const recordRoutes: readonly Route<App>[] = [
  route({
    method: "POST",
    path: "/meta-apps",
    summary: "Store a Meta app of the organization's own, once Meta has taken its secret.",
    scope: "keys:write",
    success: 201,
    errors: ["not_found", "meta_app_in_use", ...META_FAILS],
    body: CreateMetaApp,
    response: CreatedMetaApp,
    async run(app: App, { caller, body, random }) {
      return { value: await createMetaApp({ ...app, random }, caller, body) };
    },
  }),
  route({
    method: "GET",
    path: "/meta-apps",
    summary: "List Meta apps, newest first; those of the hub's options to who runs it.",
    scope: "connections:read",
    success: 200,
    query: PageQuery,
    response: pageOf(ShownMetaApp),
    async run(app: App, { caller, query }) {
      const { data, nextCursor } = await listMetaApps(app, caller, query);
      return { value: { data: [...data], nextCursor } };
    },
  }),
  route({
    method: "GET",
    path: "/meta-apps/:id",
    summary: "Get a Meta app; never its secret.",
    scope: "connections:read",
    success: 200,
    errors: ["not_found"],
    response: ShownMetaApp,
    async run(app: App, { caller, params }) {
      return { value: await getMetaApp(app, caller, params.id ?? "") };
    },
  }),
  route({
    method: "PATCH",
    path: "/meta-apps/:id",
    summary: "Change a stored Meta app; webhooks signed with its secret before are still accepted.",
    scope: "keys:write",
    success: 200,
    errors: ["not_found", ...META_FAILS],
    body: UpdateMetaApp,
    response: ShownMetaApp,
    async run(app: App, { caller, params, body }) {
      return { value: await updateMetaApp(app, caller, { ...body, id: params.id ?? "" }) };
    },
  }),
  route({
    method: "DELETE",
    path: "/meta-apps/:id",
    summary: "Remove a stored Meta app that no connection uses, on all nodes within a second.",
    scope: "keys:write",
    success: 200,
    errors: ["not_found", "meta_app_in_use"],
    response: z.strictObject({ id: z.string(), deleted: z.literal(true) }),
    async run(app: App, { caller, params }) {
      const id = params.id ?? "";
      await deleteMetaApp(app, caller, id);
      return { value: { id, deleted: true as const } };
    },
  }),
];

const setupRoutes: readonly Route<App>[] = [
  route({
    method: "GET",
    path: "/meta-apps/:id/setup",
    summary: "Hold the callback and fields that a Meta app needs against what Meta has.",
    scope: "connections:read",
    budget: "metaLookups",
    success: 200,
    errors: ["not_found", "meta_rejected", ...META_FAILS],
    response: MetaAppSetup,
    async run(app: App, { caller, params }) {
      return { value: await getSetup(app, caller, params.id ?? "") };
    },
  }),
  route({
    method: "POST",
    path: "/meta-apps/:id/setup",
    summary: "Set the callback and fields of a Meta app at Meta, which checks the callback.",
    scope: "keys:write",
    success: 200,
    errors: [
      "not_found",
      "webhook_subscribe_failed",
      "meta_rejected",
      "meta_outcome_unknown",
      ...META_FAILS,
    ],
    response: MetaAppSetup,
    async run(app: App, { caller, params }) {
      return { value: await setUp(app, caller, params.id ?? "") };
    },
  }),
];

/** What the API offers over Meta apps. */
export const metaAppRoutes: readonly Route<App>[] = [...recordRoutes, ...setupRoutes];
