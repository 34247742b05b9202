import { z } from "zod";
import { auditing } from "../../access/audit/audit-log.ts";
import { listingOrganization } from "../../access/organizations/organization.ts";
import type { App } from "../../app.ts";
import type { Acting } from "../../connections/owned.ts";
import { knowingTenant } from "../../connections/tenants/tenant.ts";
import { setTimers } from "../../connections/timers/timers.ts";
import { newId } from "../../crypto/ids.ts";
import type { RandomBytes } from "../../crypto/random-bytes.ts";
import { REPEATABLE_MS } from "../../http/repeatable.ts";
import { joined } from "../../store/joined.ts";
import {
  type DescribeParts,
  describeSession,
  type SessionDraft,
  type Wish,
} from "./describe-session.ts";
import { linking, linkUrl, newToken } from "./link.ts";
import {
  readSession,
  type Session,
  sessionIndex,
  sessionKey,
  tenantSessionIndex,
} from "./session.ts";
import type { CreateSession } from "./session-input.ts";

/** A session that was made; the link is shown here only. */
export const CreatedSession = z.strictObject({
  sessionId: z.string(),
  onboardingUrl: z.url(),
  expiresAt: z.iso.datetime(),
  /** Until then a repeat with the same `Idempotency-Key` gets this answer; `null` without one. */
  idempotencyExpiresAt: z.iso.datetime().nullable(),
});
export type CreatedSession = z.infer<typeof CreatedSession>;

type CreateParts = DescribeParts &
  Pick<App, "rootSecret" | "pagesUrl"> & {
    readonly random: RandomBytes;
    readonly isRepeatable?: boolean;
  };

/**
 * Begins an onboarding: a link for a tenant to open. One that is there already under the id that
 * `random` gives was made by this very request, before a crash, and is answered as created.
 *
 * @throws {Failure} `invalid_redirect_url`, `invalid_webhook_url`, `webhook_preflight_failed`,
 *   `invalid_request`, `connection_busy` while the tenant is erased, `store_unavailable`
 */
export async function createSession(
  parts: CreateParts,
  acting: Acting,
  input: CreateSession,
): Promise<CreatedSession> {
  const sessionId = newId("sess_", parts.random);
  const link = newToken(parts, parts.random);
  const made = await readSession(parts.store, sessionId);
  const session =
    made?.value ?? (await begin(parts, acting, { sessionId, link: link.hash, input }));
  const repeatableUntil = session.createdAt + REPEATABLE_MS;
  return {
    sessionId,
    onboardingUrl: linkUrl(parts, link.token),
    expiresAt: new Date(session.expiresAt).toISOString(),
    idempotencyExpiresAt: parts.isRepeatable ? new Date(repeatableUntil).toISOString() : null,
  };
}

async function begin(parts: CreateParts, acting: Acting, wish: Wish): Promise<Session> {
  return addSession(parts, acting, await describeSession(parts, acting, wish));
}

/**
 * Stores a session that is new, with its timer, its places in the lists, and its tenant.
 *
 * @throws {Failure} `connection_busy` while the tenant is erased; `store_unavailable`
 */
export async function addSession(
  parts: Pick<App, "store" | "clock" | "rootSecret">,
  { organizationId, actor, requestId }: Acting,
  draft: SessionDraft,
): Promise<Session> {
  const { store, clock } = parts;
  const { sessionId, tenantId, tenantName: name } = draft;
  const key = sessionKey(sessionId);
  const entry = { organizationId, actor, requestId, action: "session.created" };
  await setTimers(store, [{ kind: "session", id: sessionId, dueAt: draft.expiresAt }]);
  for (;;) {
    const { place, ...listed } = await sessionIndex(store, organizationId).adding(sessionId);
    const ofTenant = await tenantSessionIndex(store, organizationId, tenantId).adding(sessionId);
    const session: Session = { ...draft, place, tenantPlace: ofTenant.place };
    const change = joined(
      { guards: [{ key, version: undefined }], writes: [{ key, value: session }] },
      linking(session, { before: null, now: session.link }),
      listed,
      ofTenant,
      await listingOrganization(store, organizationId),
      await knowingTenant(store, { organizationId, tenantId, name }, clock.now()),
      await auditing(parts, { ...entry, subject: { sessionId, tenantId } }),
    );
    if (await store.commit(change)) return session;
  }
}
