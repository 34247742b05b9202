import { randomBytes } from "node:crypto";
import type { z } from "zod";
import { actingAsHost } from "../access/access-methods.ts";
import type { Context } from "../app.ts";
import { check } from "../http/check.ts";
import { type Page, PageQuery } from "../http/page.ts";
import { ClaimRecovered, claimRecovered } from "./recovery/claim.ts";
import { listRecovered, type ShownRecovered } from "./recovery/recovered.ts";
import { type CreatedSession, createSession } from "./sessions/create-session.ts";
import { cancelSession } from "./sessions/end-session.ts";
import { getSession, ListSessions, listSessions } from "./sessions/list-sessions.ts";
import { type RenewedSession, RenewSession, renewSession } from "./sessions/renew-session.ts";
import { CreateSession } from "./sessions/session-input.ts";
import { presentSession, type ShownSession } from "./sessions/shown-session.ts";
import { CompleteSession, completeSession } from "./signup/complete-session.ts";
import { ResumeSession, resumeSession } from "./signup/resume-session.ts";

/** What can be done to bring numbers in. Each method fails as its route does. */
export interface OnboardingMethods {
  /** The link is in this answer and in no other. */
  readonly create: (input: z.input<typeof CreateSession>) => Promise<CreatedSession>;
  readonly list: (query?: z.input<typeof ListSessions>) => Promise<Page<ShownSession>>;
  readonly get: (sessionId: string) => Promise<ShownSession>;
  /** The new link is in this answer and in no other; the one before leads nowhere. */
  readonly renew: (
    sessionId: string,
    input?: z.input<typeof RenewSession>,
  ) => Promise<RenewedSession>;
  /** Takes a code of Embedded Signup that came to your own page. */
  readonly complete: (
    sessionId: string,
    input: z.input<typeof CompleteSession>,
  ) => Promise<ShownSession>;
  readonly resume: (
    sessionId: string,
    input?: z.input<typeof ResumeSession>,
  ) => Promise<ShownSession>;
  readonly cancel: (sessionId: string) => Promise<ShownSession>;
  /** Sign-ups that were finished at Meta and never came back. */
  readonly listRecovered: (query?: z.input<typeof PageQuery>) => Promise<Page<ShownRecovered>>;
  readonly claimRecovered: (
    wabaId: string,
    input: z.input<typeof ClaimRecovered>,
  ) => Promise<ShownSession>;
}

/** `context` is asked at every call. */
export function onboardingMethods(context: () => Context): OnboardingMethods {
  const host = () => {
    const { app, acting } = actingAsHost(context);
    return { app: { ...app, random: randomBytes }, acting };
  };
  return {
    async create(input) {
      const { app, acting } = host();
      return createSession(app, acting, check(CreateSession, input));
    },
    async list(query = {}) {
      const { app, acting } = host();
      return listSessions(app, acting, check(ListSessions, query));
    },
    async get(sessionId) {
      const { app, acting } = host();
      return getSession(app, acting, sessionId);
    },
    async renew(sessionId, input = {}) {
      const { app, acting } = host();
      return renewSession(app, acting, { ...check(RenewSession, input), sessionId });
    },
    async complete(sessionId, input) {
      const { app, acting } = host();
      const given = { ...check(CompleteSession, input), sessionId };
      return presentSession(await completeSession(app, acting, given));
    },
    async resume(sessionId, input = {}) {
      const { app, acting } = host();
      const given = { ...check(ResumeSession, input), sessionId };
      return presentSession(await resumeSession(app, acting, given));
    },
    async cancel(sessionId) {
      const { app, acting } = host();
      return presentSession(await cancelSession(app, acting, sessionId));
    },
    async listRecovered(query = {}) {
      const { app, acting } = host();
      return listRecovered(app, acting, check(PageQuery, query));
    },
    async claimRecovered(wabaId, input) {
      const { app, acting } = host();
      const claim = { wabaId, input: check(ClaimRecovered, input) };
      return presentSession(await claimRecovered(app, acting, claim));
    },
  };
}
