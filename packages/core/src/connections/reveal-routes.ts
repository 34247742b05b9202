import type { App } from "../app.ts";
import { type Route, route } from "../http/route.ts";
import { RevealedSecrets, RevealSecrets, revealSecrets } from "./reveal-secrets.ts";

/** Shows secrets of a connection, to keys that may. */
export const revealRoutes: readonly Route<App>[] = [
  route({
    method: "POST",
    path: "/connections/:id/reveal-secrets",
    summary: "Show the access token or the webhook signing secret of a connection.",
    scope: "secrets:reveal",
    budget: "reveal",
    success: 200,
    errors: ["not_found", "secret_unreadable"],
    idempotent: false,
    body: RevealSecrets,
    response: RevealedSecrets,
    async run(app: App, { caller, params, body }) {
      const wanted = { ...body, connectionId: params.id ?? "" };
      return { value: await revealSecrets(app, caller, wanted) };
    },
  }),
];
