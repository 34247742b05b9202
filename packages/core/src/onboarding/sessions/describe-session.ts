import { readOrganization } from "../../access/organizations/organization.ts";
import { readRedirectUrl } from "../../access/organizations/redirect-url.ts";
import type { App } from "../../app.ts";
import { findMetaApp } from "../../connections/change/tell-meta.ts";
import { isTenantOf, type Owner } from "../../connections/owned.ts";
import { newChallenge, requirePreflight } from "../../connections/webhook/preflight.ts";
import { readWebhookUrl } from "../../connections/webhook/webhook-settings.ts";
import { Failure } from "../../failure.ts";
import { type Redirects, type Session, sessionPlace } from "./session.ts";
import type { CreateSession } from "./session-input.ts";

const DEFAULT_SECONDS = 3_600;

const NO_CONFIGURATION =
  "the Meta app has no configId: nobody can sign up on the page of this session, only /complete works";

/** What describing a session takes. */
export type DescribeParts = Pick<
  App,
  | "store"
  | "logger"
  | "clock"
  | "vault"
  | "egress"
  | "egressPolicy"
  | "metaApps"
  | "allowedRedirectUrls"
  | "onboarding"
>;

/** A session that somebody wants, and the keyed hash of its link. */
export interface Wish {
  readonly sessionId: string;
  readonly link: string;
  readonly input: CreateSession;
}

/** A session that is in no list yet. */
export type SessionDraft = Omit<Session, "place" | "tenantPlace">;

/** What is known of a session that nobody has opened. */
const UNTOUCHED = {
  browser: null,
  state: null,
  status: "created",
  step: null,
  taken: [],
  signup: null,
  signal: null,
  connectionId: null,
  errorCategory: null,
  errorMessage: null,
  startedAt: null,
  endedAt: null,
} as const;

/**
 * A session as it begins, once its endpoint has passed Meta's verification.
 *
 * @throws {Failure} `forbidden` for a tenant that is not the caller's; `invalid_redirect_url`,
 *   `invalid_webhook_url`, `webhook_preflight_failed`, `invalid_request`, `store_unavailable`
 */
export async function describeSession(
  parts: DescribeParts,
  owner: Owner,
  { sessionId, link, input }: Wish,
): Promise<SessionDraft> {
  const { organizationId } = owner;
  if (!isTenantOf(owner, input.tenantId)) {
    throw new Failure("forbidden", "The API key is not for this tenant.");
  }
  const { appId, configId } = await findMetaApp(parts.metaApps, { ...owner, appId: input.appId });
  if (configId === null) parts.logger.warn({ appId, sessionId }, NO_CONFIGURATION);
  const session = { sessionId, organizationId };
  const now = parts.clock.now();
  return {
    ...session,
    appId,
    tenantId: input.tenantId,
    tenantName: input.tenantName,
    redirects: await readRedirects(parts, organizationId, input),
    webhook: await readWebhook(parts, session, input),
    delivery: input.delivery ?? null,
    overrideScope: input.overrideScope ?? null,
    metadata: input.metadata ?? null,
    coexistence: input.coexistence,
    language: input.language ?? null,
    prefill: input.prefill ?? null,
    link,
    ...UNTOUCHED,
    createdAt: now,
    expiresAt: now + lifetimeMs(parts, input.expiresInSeconds),
  };
}

/** How long a link lives. @throws {Failure} `invalid_request` for longer than the hub allows */
export function lifetimeMs(
  { onboarding: { maxSessionSeconds } }: Pick<App, "onboarding">,
  seconds = DEFAULT_SECONDS,
): number {
  if (seconds <= maxSessionSeconds) return seconds * 1_000;
  const message = `must not be more than ${maxSessionSeconds}`;
  const context = { fields: [{ path: "expiresInSeconds", message }] };
  throw new Failure("invalid_request", `expiresInSeconds: ${message}`, { context });
}

async function readRedirects(
  { store, allowedRedirectUrls }: DescribeParts,
  organizationId: string,
  input: CreateSession,
): Promise<Redirects> {
  const organization = await readOrganization(store, organizationId);
  const own = organization?.value.allowedRedirectUrls ?? [];
  const read = (name: "successRedirectUrl" | "failureRedirectUrl" | "cancelRedirectUrl") => {
    const given = input[name];
    if (given === undefined) return null;
    const url = readRedirectUrl(given, [...allowedRedirectUrls, ...own]);
    if (url !== undefined) return url;
    const message =
      "is not on the allow-list: add it to the organization's allowedRedirectUrls, with * for what varies in its path";
    const context = { fields: [{ path: name, message }] };
    throw new Failure("invalid_redirect_url", `${name}: ${message}`, { context });
  };
  return {
    success: read("successRedirectUrl"),
    failure: read("failureRedirectUrl"),
    cancel: read("cancelRedirectUrl"),
  };
}

async function readWebhook(
  parts: DescribeParts,
  session: Pick<Session, "sessionId" | "organizationId">,
  input: CreateSession,
): Promise<Session["webhook"]> {
  const { webhookOverrideUrl: given, webhookVerifyToken: verifyToken } = input;
  if (given === undefined || verifyToken === undefined) return null;
  const url = readWebhookUrl(parts, "webhookOverrideUrl", given);
  if (!input.skipWebhookPreflight) {
    await requirePreflight(parts.egress, { url, verifyToken, challenge: newChallenge() });
  }
  const sealed = parts.vault.seal(verifyToken, sessionPlace(session, "verify_token"));
  return { url, verifyToken: sealed };
}
