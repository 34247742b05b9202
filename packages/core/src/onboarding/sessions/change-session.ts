import type { App } from "../../app.ts";
import { isTenantOf, type Owner } from "../../connections/owned.ts";
import type { EventDraft } from "../../events.ts";
import { Failure } from "../../failure.ts";
import { joined, NO_CHANGE } from "../../store/joined.ts";
import type { Change, Store, Stored } from "../../store/store.ts";
import { readSession, type Session, sessionKey } from "./session.ts";

/** What becomes of a session, what is told of it, and what else has to be written with it. */
export interface SessionDecision {
  readonly session: Session;
  readonly drafts?: readonly EventDraft[];
  readonly with?: Change;
}

/**
 * Changes a session, with its events, in one commit: read → decide → commit, and again if it has
 * changed meanwhile.
 *
 * @param decide `undefined` leaves everything as it is.
 * @returns The session as it is now.
 * @throws {Failure} `not_found`, `store_unavailable`, and what `decide` throws
 */
export async function changeSession(
  { store, emit }: Pick<App, "store" | "emit">,
  sessionId: string,
  decide: (session: Session) => SessionDecision | undefined | Promise<SessionDecision | undefined>,
): Promise<Session> {
  for (;;) {
    const stored = await readSession(store, sessionId);
    if (!stored) throw new Failure("not_found");
    const decision = await decide(stored.value);
    if (!decision) return stored.value;
    const { session, drafts = [] } = decision;
    const key = sessionKey(sessionId);
    const own: Change = {
      guards: [{ key, version: stored.version }],
      writes: [{ key, value: session }],
    };
    if (await emit(joined(own, decision.with ?? NO_CHANGE), drafts)) return session;
  }
}

/** @throws {Failure} `not_found` for an unknown session and for somebody else's alike */
export async function requireSession(
  store: Store,
  owner: Owner,
  sessionId: string,
): Promise<Stored<Session>> {
  const stored = await readSession(store, sessionId);
  const isOwn = stored?.value.organizationId === owner.organizationId;
  if (!isOwn || !isTenantOf(owner, stored.value.tenantId)) throw new Failure("not_found");
  return stored;
}
