import { z } from "zod";
import type { App } from "../../app.ts";
import { isTenantOf, type Owner } from "../../connections/owned.ts";
import { type Page, PageQuery } from "../../http/page.ts";
import type { Entry } from "../../store/index-pages.ts";
import type { Store } from "../../store/store.ts";
import { requireSession } from "./change-session.ts";
import {
  SESSION_STATUSES,
  type Session,
  sessionIndex,
  sessionKey,
  tenantSessionIndex,
} from "./session.ts";
import { presentSession, type ShownSession } from "./shown-session.ts";

/** One call looks at this many sessions at most; the cursor goes on from there. */
const MAX_SCANNED = 1_000;
const SCAN_SIZE = 128;

/** Which sessions to list. */
export const ListSessions = z.strictObject({
  ...PageQuery.shape,
  tenantId: z.string().optional(),
  status: z.enum(SESSION_STATUSES).optional(),
});
export type ListSessions = z.output<typeof ListSessions>;

/** Lists sessions, newest first. @throws {Failure} `invalid_cursor`, `store_unavailable` */
export async function listSessions(
  { store, cursors }: Pick<App, "store" | "cursors">,
  owner: Owner,
  { limit, cursor, ...filter }: ListSessions,
): Promise<Page<ShownSession>> {
  const { organizationId, tenantIds = null } = owner;
  const scope = JSON.stringify(["sessions", organizationId, tenantIds, filter]);
  const index =
    filter.tenantId === undefined
      ? sessionIndex(store, organizationId)
      : tenantSessionIndex(store, organizationId, filter.tenantId);
  const isWanted = (session: Session) =>
    isTenantOf(owner, session.tenantId) &&
    (filter.status === undefined || session.status === filter.status);
  const found: Found[] = [];
  let before = cursor === undefined ? undefined : cursors.read(scope, cursor);
  let isEnd = false;
  for (let scanned = 0; !isEnd && found.length <= limit && scanned < MAX_SCANNED; ) {
    const entries = await index.list(SCAN_SIZE, before);
    found.push(...(await load(store, entries)).filter(({ session }) => isWanted(session)));
    before = entries.at(-1)?.place ?? before;
    scanned += entries.length;
    isEnd = entries.length < SCAN_SIZE;
  }
  const shown = found.slice(0, limit);
  const scannedTo = isEnd ? undefined : before;
  const next = found.length > limit ? shown.at(-1)?.place : scannedTo;
  return {
    data: shown.map(({ session }) => presentSession(session)),
    nextCursor: next === undefined ? null : cursors.write(scope, next),
  };
}

/** One session. @throws {Failure} `not_found` for an unknown one and for somebody else's alike */
export async function getSession(
  { store }: Pick<App, "store">,
  owner: Owner,
  sessionId: string,
): Promise<ShownSession> {
  return presentSession((await requireSession(store, owner, sessionId)).value);
}

interface Found {
  readonly place: number;
  readonly session: Session;
}

async function load(store: Store, entries: readonly Entry[]): Promise<readonly Found[]> {
  const stored = await store.getMany<Session>(entries.map(({ id }) => sessionKey(id)));
  return entries.flatMap(({ place }, at) => {
    const session = stored[at]?.value;
    return session ? [{ place, session }] : [];
  });
}
