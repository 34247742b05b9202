import type { App } from "../app.ts";
import { type Route, route } from "../http/route.ts";
import { ReplacedToken, ReplaceToken, replaceToken } from "./connect/replace-token.ts";
import { findWaba, presentWaba, ShownWaba } from "./find-waba.ts";
import { CHANGE_ERRORS, WEBHOOK_ERRORS } from "./routes.ts";
import { ChangedWebhook, ChangeWebhook, changeWebhook } from "./webhook/change-webhook.ts";
import { RotatedSigningSecret, rotateSigningSecret } from "./webhook/rotate-signing-secret.ts";

/** What the API offers over accounts: what all their connections share. */
export const wabaRoutes: readonly Route<App>[] = [
  route({
    method: "GET",
    path: "/wabas/:wabaId",
    summary: "Get an account, and where its messages go.",
    scope: "connections:read",
    success: 200,
    response: ShownWaba,
    errors: ["not_found"],
    async run(app: App, { caller, params }) {
      const waba = await findWaba(app, caller, params.wabaId ?? "");
      return { value: presentWaba(waba, caller) };
    },
  }),
  route({
    method: "PATCH",
    path: "/wabas/:wabaId/webhook",
    summary: "Change where the messages of an account go.",
    scope: "connections:write",
    success: 200,
    body: ChangeWebhook,
    response: ChangedWebhook,
    errors: ["not_found", ...WEBHOOK_ERRORS, ...CHANGE_ERRORS],
    async run(app: App, { caller, params, body, random }) {
      const ref = await findWaba(app, caller, params.wabaId ?? "");
      const target = { ref, connectionId: null, describing: {} };
      const parts = { ...app, random };
      return { value: await changeWebhook(parts, caller, { target, input: body }) };
    },
  }),
  route({
    method: "POST",
    path: "/wabas/:wabaId/rotate-signing-secret",
    summary:
      "Make a new secret that signs what is relayed; the former one signs for 24 hours more.",
    scope: "connections:write",
    success: 200,
    response: RotatedSigningSecret,
    errors: ["not_found", "connection_busy"],
    async run(app: App, { caller, params, random }) {
      const parts = { ...app, random };
      return { value: await rotateSigningSecret(parts, caller, params.wabaId ?? "") };
    },
  }),
  route({
    method: "PUT",
    path: "/wabas/:wabaId/access-token",
    summary: "Give an account another access token, for all its connections.",
    scope: "connections:write",
    success: 200,
    body: ReplaceToken,
    response: ReplacedToken,
    errors: ["not_found", ...CHANGE_ERRORS],
    async run(app: App, { caller, params, body }) {
      const wabaId = params.wabaId ?? "";
      return { value: await replaceToken(app, caller, { ...body, wabaId }) };
    },
  }),
];
