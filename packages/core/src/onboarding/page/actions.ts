import { z } from "zod";
import type { App } from "../../app.ts";
import { Failure } from "../../failure.ts";
import { check } from "../../http/check.ts";
import type { HttpRequest, HttpResponse } from "../../http/message.ts";
import { json } from "../../http/respond.ts";
import { changeSession } from "../sessions/change-session.ts";
import { cancelSession, requireOpen } from "../sessions/end-session.ts";
import { readSession, type Session } from "../sessions/session.ts";
import { CompleteSession, completeSession } from "../signup/complete-session.ts";
import { ResumeSession, resumeSession } from "../signup/resume-session.ts";
import type { SignupParts } from "../signup/steps.ts";
import { beginRedirect } from "./redirect-flow.ts";
import { openSdk, SdkRequest } from "./sdk-view.ts";
import { LINK, openLink, requireBound, useLink } from "./use-link.ts";
import { viewOf } from "./view.ts";

/** What the scripts of our pages ask with. */
export type PageParts = SignupParts & App;

/** A request of a page's script, and its id. */
export interface Asking {
  readonly request: HttpRequest;
  readonly requestId: string;
}

type Action = (parts: PageParts, asking: Asking, body: unknown) => Promise<HttpResponse>;

const SessionId = z.string().max(64);
const Words = z
  .string()
  .max(500)
  .nullish()
  .transform((text) => text ?? null);

const Named = z.union([
  z.strictObject({ link: z.string().max(128) }),
  z.strictObject({ sessionId: SessionId }),
]);
const Start = z.strictObject({ link: z.string().max(128) });
const Finish = z.strictObject({ sessionId: SessionId, ...CompleteSession.shape });
const Resume = z.strictObject({ sessionId: SessionId, ...ResumeSession.shape });
const Redirect = z.strictObject({ sessionId: SessionId, coexistence: z.boolean() });
const Signal = z.strictObject({
  sessionId: SessionId,
  event: z.enum(["CANCEL", "ERROR", "POPUP_BLOCKED"]),
  currentStep: Words,
  errorCode: Words,
  errorMessage: Words,
  metaSessionId: Words,
});

/** What the scripts of our pages can ask for, by its path below the pages. */
export const ACTIONS: ReadonlyMap<string, Action> = new Map<string, Action>([
  [
    "onboard/open",
    async (parts, { request }, body) =>
      shown(parts, await openLink(parts, request, check(Named, body))),
  ],
  [
    "onboard/start",
    async (parts, { request }, body) => {
      const { session, cookie } = await useLink(parts, request, check(Start, body).link);
      return shown(parts, session, cookie ? { "set-cookie": cookie } : {});
    },
  ],
  [
    "onboard/finish",
    async (parts, asking, body) => {
      const input = check(Finish, body);
      return signup(parts, await boundTo(parts, asking, input), (acting) =>
        completeSession(parts, acting, input),
      );
    },
  ],
  [
    "onboard/resume",
    async (parts, asking, body) => {
      const input = check(Resume, body);
      return signup(parts, await boundTo(parts, asking, input), (acting) =>
        resumeSession(parts, acting, input),
      );
    },
  ],
  [
    "onboard/cancel",
    async (parts, asking, body) => {
      const session = await openLink(parts, asking.request, check(Named, body));
      const acting = actingFor(session, asking);
      return shown(parts, await cancelSession(parts, acting, session.sessionId));
    },
  ],
  [
    "onboard/signal",
    async (parts, { request }, body) => {
      const { sessionId, ...told } = check(Signal, body);
      await requireBound(parts, request, sessionId);
      const signal = { ...told, at: parts.clock.now() };
      const noted = await changeSession(parts, sessionId, (session) => ({
        session: { ...session, signal },
      }));
      return shown(parts, noted);
    },
  ],
  [
    "onboard/redirect",
    async (parts, { request }, body) => {
      const { sessionId, coexistence } = check(Redirect, body);
      const session = await requireBound(parts, request, sessionId);
      requireOpen(session);
      return answered(await beginRedirect(parts, session, coexistence));
    },
  ],
  ["sdk/open", async (parts, _, body) => answered(await openSdk(parts, check(SdkRequest, body)))],
]);

/** A session of the browser that asks. */
interface Bound {
  readonly session: Session;
  readonly acting: ReturnType<typeof actingFor>;
}

async function boundTo(
  parts: PageParts,
  asking: Asking,
  { sessionId }: { readonly sessionId: string },
): Promise<Bound> {
  const session = await requireBound(parts, asking.request, sessionId);
  return { session, acting: actingFor(session, asking) };
}

/** What stops a sign-up is an outcome here, and the page says it in its own words. */
async function signup(
  parts: PageParts,
  { session, acting }: Bound,
  run: (acting: Bound["acting"]) => Promise<Session>,
): Promise<HttpResponse> {
  try {
    return await shown(parts, await run(acting));
  } catch (error) {
    if (!(error instanceof Failure) || !error.context.errorCategory) throw error;
    const stopped = await readSession(parts.store, session.sessionId);
    return shown(parts, stopped?.value ?? session);
  }
}

function actingFor({ organizationId }: Session, { requestId }: Asking) {
  return { organizationId, actor: LINK, requestId };
}

async function shown(
  parts: PageParts,
  session: Session,
  headers: Readonly<Record<string, string>> = {},
): Promise<HttpResponse> {
  return answered(await viewOf(parts, session), headers);
}

function answered(value: unknown, headers: Readonly<Record<string, string>> = {}): HttpResponse {
  return json(200, value, { "cache-control": "no-store", ...headers });
}
