import type { App } from "../../app.ts";
import { PageQuery, pageOf } from "../../http/page.ts";
import { type Route, route } from "../../http/route.ts";
import { SIGNUP_ERRORS } from "../routes.ts";
import { presentSession, ShownSession } from "../sessions/shown-session.ts";
import { ClaimRecovered, claimRecovered } from "./claim.ts";
import { listRecovered, ShownRecovered } from "./recovered.ts";

/** What the API offers over sign-ups that never came back. */
export const recoveredRoutes: readonly Route<App>[] = [
  route({
    method: "GET",
    path: "/onboarding/recovered",
    summary: "List sign-ups that were finished at Meta and never came back, newest first.",
    scope: "connections:read",
    success: 200,
    query: PageQuery,
    response: pageOf(ShownRecovered),
    errors: ["invalid_cursor"],
    async run(app: App, { caller, query }) {
      const { data, nextCursor } = await listRecovered(app, caller, query);
      return { value: { data: [...data], nextCursor } };
    },
  }),
  route({
    method: "POST",
    path: "/onboarding/recovered/:wabaId/claim",
    summary: "Connect the number of a sign-up that never came back.",
    scope: "connections:write",
    success: 200,
    body: ClaimRecovered,
    response: ShownSession,
    errors: ["not_found", "token_required", "code_exchange_failed", ...SIGNUP_ERRORS],
    async run(app: App, { caller, params, body, random }) {
      const claim = { wabaId: params.wabaId ?? "", input: body };
      return { value: presentSession(await claimRecovered({ ...app, random }, caller, claim)) };
    },
  }),
];
