import type { App } from "../../app.ts";
import { Failure } from "../../failure.ts";
import { joined } from "../../store/joined.ts";
import type { Change } from "../../store/store.ts";
import {
  isRunning,
  linkKey,
  readSession,
  sessionIndex,
  sessionKey,
  tenantSessionIndex,
} from "./session.ts";

const IDS_AT_ONCE = 128;

interface Whose {
  readonly organizationId: string;
  readonly tenantId: string;
}

/**
 * Erases the sessions of a tenant, and their links with them. Nobody begins another meanwhile.
 *
 * @throws {Failure} `connection_busy` while Meta is asked for one of them; `store_unavailable`
 */
export async function eraseSessions(
  { store }: Pick<App, "store">,
  { organizationId, tenantId }: Whose,
): Promise<void> {
  const index = tenantSessionIndex(store, organizationId, tenantId);
  for (let left = await index.list(IDS_AT_ONCE); left.length > 0; ) {
    for (const { id } of left) await eraseSession(store, id);
    left = await index.list(IDS_AT_ONCE);
  }
}

async function eraseSession(store: App["store"], sessionId: string): Promise<void> {
  for (;;) {
    const stored = await readSession(store, sessionId);
    if (!stored) return;
    const { organizationId, tenantId, place, tenantPlace, link } = stored.value;
    if (isRunning(stored.value)) throw new Failure("connection_busy");
    const key = sessionKey(sessionId);
    const own: Change = {
      guards: [{ key, version: stored.version }],
      writes: [key, linkKey(link)].map((gone) => ({ key: gone, value: undefined })),
    };
    const [all, ofTenant] = await Promise.all([
      sessionIndex(store, organizationId).removing(sessionId, place),
      tenantSessionIndex(store, organizationId, tenantId).removing(sessionId, tenantPlace),
    ]);
    if (await store.commit(joined(own, all, ofTenant))) return;
  }
}
