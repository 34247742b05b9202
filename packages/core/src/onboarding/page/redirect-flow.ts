import { randomBytes } from "node:crypto";
import type { App } from "../../app.ts";
import { findMetaApp } from "../../connections/change/tell-meta.ts";
import { constantTimeEqual } from "../../crypto/hmac.ts";
import { Failure } from "../../failure.ts";
import type { HttpRequest, HttpResponse } from "../../http/message.ts";
import { text, withHeaders } from "../../http/respond.ts";
import { changeSession } from "../sessions/change-session.ts";
import { requireOpen } from "../sessions/end-session.ts";
import { hashToken, newToken } from "../sessions/link.ts";
import type { Session } from "../sessions/session.ts";
import { completeSession } from "../signup/complete-session.ts";
import type { SignupParts } from "../signup/steps.ts";
import { LINK, requireBound } from "./use-link.ts";

type FlowParts = SignupParts & Pick<App, "rootSecret" | "publicUrl" | "pagesUrl">;

/** Where Meta's dialog comes back to; the exchange has to repeat it. */
function callbackUrl({ pagesUrl }: Pick<App, "pagesUrl">): string {
  return `${pagesUrl}/onboard/callback`;
}

/** Nobody reads more of what Meta says. */
const MAX_WORDS = 500;

/** The featureType with which Meta's dialog asks for a number of the WhatsApp Business app. */
const COEXISTENCE = "whatsapp_business_app_onboarding";

/**
 * Begins a sign-up without a popup: this window goes to Meta's dialog, and comes back with a code. What
 * it brings back with it is good once, and in this browser alone.
 *
 * @throws {Failure} `session_closed`, `invalid_request` without a `configId`
 */
export async function beginRedirect(
  parts: FlowParts,
  { sessionId }: Session,
  coexistence: boolean,
): Promise<{ readonly url: string }> {
  const { token, hash } = newToken(parts, randomBytes);
  const session = await changeSession(parts, sessionId, (now) => {
    requireOpen(now);
    return { session: { ...now, state: { hash, coexistence } } };
  });
  const { appId, configId, login } = await findMetaApp(parts.metaApps, session);
  const featureType = coexistence ? { featureType: COEXISTENCE } : {};
  const extras = { setup: session.prefill ?? {}, sessionInfoVersion: "3", ...featureType };
  const url = new URL(login.dialogUrl);
  url.search = String(
    new URLSearchParams({
      client_id: appId,
      config_id: configId ?? "",
      redirect_uri: callbackUrl(parts),
      response_type: "code",
      override_default_response_type: "true",
      state: `${sessionId}.${token}`,
      extras: JSON.stringify(extras),
    }),
  );
  return { url: url.href };
}

/**
 * Takes what Meta's dialog has brought back, and sends the browser to the page again, so that no code
 * stays in its address. What has gone wrong is told there.
 */
export async function finishRedirect(
  parts: FlowParts,
  request: HttpRequest,
  requestId: string,
): Promise<HttpResponse> {
  const [sessionId = "", token = ""] = (request.query.get("state") ?? "").split(".");
  try {
    const session = await requireBound(parts, request, sessionId);
    const { coexistence } = await spendState(parts, session, token);
    await takeAnswer(parts, request, { session, coexistence, requestId });
    return seeOther(sessionPage(parts, sessionId));
  } catch (error) {
    if (!(error instanceof Failure)) throw error;
    if (error.context.errorCategory) return seeOther(sessionPage(parts, sessionId));
    if (error.retryable) throw error;
    return seeOther(`${parts.pagesUrl}/onboard`);
  }
}

/** With a `#` of its own: browsers would carry the one on that Meta's dialog ends its address with. */
function sessionPage({ pagesUrl }: FlowParts, sessionId: string): string {
  return `${pagesUrl}/onboard?session=${sessionId}#`;
}

async function spendState(parts: FlowParts, session: Session, token: string) {
  let spent: Session["state"] = null;
  await changeSession(parts, session.sessionId, (now) => {
    const { state } = now;
    const isOurs = state !== null && constantTimeEqual(hashToken(parts, token), state.hash);
    if (!isOurs) throw new Failure("not_found");
    spent = state;
    return { session: { ...now, state: null } };
  });
  return spent ?? { coexistence: false };
}

interface Answered {
  readonly session: Session;
  readonly coexistence: boolean;
  readonly requestId: string;
}

async function takeAnswer(
  parts: FlowParts,
  { query }: HttpRequest,
  { session, coexistence, requestId }: Answered,
): Promise<void> {
  const { organizationId, sessionId } = session;
  const code = query.get("code");
  if (code === null || code === "") return noteRefusal(parts, sessionId, query);
  const acting = { organizationId, actor: LINK, requestId };
  const redirectUri = callbackUrl(parts);
  await completeSession(parts, acting, { sessionId, code, coexistence, redirectUri });
}

async function noteRefusal(parts: FlowParts, sessionId: string, query: URLSearchParams) {
  const isCancelled = query.get("error") === "access_denied";
  const words = ["error_message", "error_description", "error"].map((name) => query.get(name));
  const signal = {
    event: isCancelled ? "CANCEL" : "ERROR",
    currentStep: null,
    errorCode: query.get("error_code"),
    errorMessage: isCancelled ? null : (words.find((text) => text)?.slice(0, MAX_WORDS) ?? null),
    metaSessionId: null,
    at: parts.clock.now(),
  };
  await changeSession(parts, sessionId, (now) => ({ session: { ...now, signal } }));
}

function seeOther(location: string): HttpResponse {
  return withHeaders(text(303, ""), {
    location,
    "cache-control": "no-store",
    "referrer-policy": "no-referrer",
  });
}
