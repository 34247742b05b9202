import { randomBytes } from "node:crypto";
import { auditing } from "../../access/audit/audit-log.ts";
import type { App } from "../../app.ts";
import { Failure } from "../../failure.ts";
import type { HttpRequest } from "../../http/message.ts";
import { changeSession } from "../sessions/change-session.ts";
import { requireOpen } from "../sessions/end-session.ts";
import { startedDraft } from "../sessions/events-of-session.ts";
import { findByLink, newToken } from "../sessions/link.ts";
import { isOver, readSession, type Session } from "../sessions/session.ts";
import { bindingCookie, isBoundBrowser } from "./browser-cookie.ts";

/** Who does what the page of a link asks for, in the audit log. */
export const LINK = "link";

type LinkParts = Pick<App, "store" | "clock" | "emit" | "rootSecret" | "publicUrl">;

/** What a page says it is of. */
export interface Named {
  readonly link?: string | undefined;
  readonly sessionId?: string | undefined;
}

const USED = "This link was used in another browser: ask for a new one.";

/**
 * The session of a page, which changes nothing: by its link, or by the cookie of the browser that has
 * used it. A link that was used is for that browser alone; one that is over tells so to anybody.
 *
 * @throws {Failure} `not_found`, `session_closed` in another browser, `store_unavailable`
 */
export async function openLink(
  parts: LinkParts,
  request: HttpRequest,
  { link, sessionId = "" }: Named,
): Promise<Session> {
  if (link === undefined) return requireBound(parts, request, sessionId);
  const session = await findByLink(parts, link);
  if (!session) throw new Failure("not_found");
  const isFree = session.browser === null || isOver(session);
  if (!isFree && !isBoundBrowser(parts, request, session)) throw usedElsewhere();
  return session;
}

/** The session of this browser. @throws {Failure} `not_found` for another's and for an unknown one alike */
export async function requireBound(
  parts: LinkParts,
  request: HttpRequest,
  sessionId: string,
): Promise<Session> {
  const session = (await readSession(parts.store, sessionId))?.value;
  if (!session || !isBoundBrowser(parts, request, session)) throw new Failure("not_found");
  return session;
}

/**
 * Uses a link: the first click on its page. From here on it is for this browser alone.
 *
 * @returns The cookie to set, where it has not been.
 * @throws {Failure} `not_found`; `session_closed` when it is over, or was used in another browser
 */
export async function useLink(
  parts: LinkParts,
  request: HttpRequest,
  link: string,
): Promise<{ readonly session: Session; readonly cookie: string | undefined }> {
  const opened = await openLink(parts, request, { link });
  requireOpen(opened);
  if (isBoundBrowser(parts, request, opened)) return { session: opened, cookie: undefined };
  const browser = newToken(parts, randomBytes);
  const session = await changeSession(parts, opened.sessionId, async (now) => {
    requireOpen(now);
    if (now.browser !== null || now.link !== opened.link) throw usedElsewhere();
    return begun(parts, now, browser.hash);
  });
  return { session, cookie: bindingCookie(parts, session, browser.token) };
}

async function begun(parts: LinkParts, session: Session, browser: string) {
  const { organizationId, tenantId, sessionId, status } = session;
  const bound = { ...session, browser, startedAt: session.startedAt ?? parts.clock.now() };
  const after: Session = status === "created" ? { ...bound, status: "started" } : bound;
  const entry = { organizationId, actor: LINK, requestId: null, action: "session.link_used" };
  return {
    session: after,
    drafts: session.startedAt === null ? [startedDraft(after)] : [],
    with: await auditing(parts, { ...entry, subject: { sessionId, tenantId } }),
  };
}

function usedElsewhere(): Failure {
  return new Failure("session_closed", USED);
}
