import { z } from "zod";
import type { App } from "../app.ts";
import { CHANGE_ERRORS, WEBHOOK_ERRORS } from "../connections/routes.ts";
import type { FailureCode } from "../failure.ts";
import { pageOf } from "../http/page.ts";
import { type Route, route } from "../http/route.ts";
import { CreatedSession, createSession } from "./sessions/create-session.ts";
import { cancelSession } from "./sessions/end-session.ts";
import { getSession, ListSessions, listSessions } from "./sessions/list-sessions.ts";
import { RenewedSession, RenewSession, renewSession } from "./sessions/renew-session.ts";
import { CreateSession } from "./sessions/session-input.ts";
import { presentSession, ShownSession } from "./sessions/shown-session.ts";
import { CompleteSession, completeSession } from "./signup/complete-session.ts";
import { ResumeSession, resumeSession } from "./signup/resume-session.ts";

/** How a sign-up may stop; each with an `errorCategory`. */
export const SIGNUP_ERRORS: readonly FailureCode[] = [
  "waba_in_use",
  "number_in_use",
  "number_ambiguous",
  "waba_webhook_conflict",
  ...WEBHOOK_ERRORS,
  ...CHANGE_ERRORS,
];

/** What the API offers over onboarding. */
export const onboardingRoutes: readonly Route<App>[] = [
  route({
    method: "POST",
    path: "/onboarding/sessions",
    summary: "Begin an onboarding: make a link for a tenant to connect its number with.",
    scope: "connections:write",
    success: 201,
    body: CreateSession,
    response: CreatedSession,
    errors: ["invalid_redirect_url", "invalid_webhook_url", "webhook_preflight_failed"],
    async run(app: App, { caller, body, random, isRepeatable }) {
      return { value: await createSession({ ...app, random, isRepeatable }, caller, body) };
    },
  }),
  route({
    method: "GET",
    path: "/onboarding/sessions",
    summary: "List onboarding sessions, newest first.",
    scope: "connections:read",
    success: 200,
    query: ListSessions,
    response: pageOf(ShownSession),
    errors: ["invalid_cursor"],
    async run(app: App, { caller, query }) {
      const { data, nextCursor } = await listSessions(app, caller, query);
      return { value: { data: [...data], nextCursor } };
    },
  }),
  route({
    method: "GET",
    path: "/onboarding/sessions/:id",
    summary: "Get an onboarding session: how far it is, and what stopped it.",
    scope: "connections:read",
    success: 200,
    response: ShownSession,
    errors: ["not_found"],
    async run(app: App, { caller, params }) {
      return { value: await getSession(app, caller, params.id ?? "") };
    },
  }),
  route({
    method: "POST",
    path: "/onboarding/sessions/:id/renew",
    summary: "Give a session a new link; the one before leads nowhere from then on.",
    scope: "connections:write",
    success: 200,
    body: RenewSession,
    response: RenewedSession,
    errors: ["not_found", "session_closed"],
    async run(app: App, { caller, params, body, random }) {
      const sessionId = params.id ?? "";
      return { value: await renewSession({ ...app, random }, caller, { ...body, sessionId }) };
    },
  }),
  route({
    method: "POST",
    path: "/onboarding/sessions/:id/complete",
    summary: "Make a working number of a code of Embedded Signup, got on your own page.",
    scope: "connections:write",
    success: 200,
    body: CompleteSession,
    response: ShownSession,
    errors: ["not_found", "session_closed", "code_exchange_failed", ...SIGNUP_ERRORS],
    async run(app: App, { caller, params, body }) {
      const session = await completeSession(app, caller, { ...body, sessionId: params.id ?? "" });
      return { value: presentSession(session) };
    },
  }),
  route({
    method: "POST",
    path: "/onboarding/sessions/:id/resume",
    summary: "Go on with a sign-up where it stopped.",
    scope: "connections:write",
    success: 200,
    body: ResumeSession,
    response: ShownSession,
    errors: ["not_found", "session_closed", "token_required", ...SIGNUP_ERRORS],
    async run(app: App, { caller, params, body }) {
      const session = await resumeSession(app, caller, { ...body, sessionId: params.id ?? "" });
      return { value: presentSession(session) };
    },
  }),
  route({
    method: "POST",
    path: "/onboarding/sessions/:id/cancel",
    summary: "Cancel a session; a number it has connected stays.",
    scope: "connections:write",
    success: 200,
    body: z.strictObject({}),
    response: ShownSession,
    errors: ["not_found", "session_closed", "connection_busy"],
    async run(app: App, { caller, params }) {
      return { value: presentSession(await cancelSession(app, caller, params.id ?? "")) };
    },
  }),
];
