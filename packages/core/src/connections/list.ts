import { z } from "zod";
import type { App } from "../app.ts";
import { type Page, PageQuery } from "../http/page.ts";
import type { Store } from "../store/store.ts";
import { type Connection, presentConnection } from "./connection.ts";
import { listSource } from "./list-source.ts";
import type { Listed } from "./listed.ts";
import { findListed } from "./located.ts";
import { findOwned, type Owner } from "./owned.ts";
import { type Moment, momentOf } from "./timers/heartbeat-fields.ts";

/** One call looks at this many connections at most; the cursor goes on from there. */
const MAX_SCANNED = 1_000;
/** Where a filter has passed over some of the first, which alone fill the page of most callers. */
const SCAN_SIZE = 128;

/** Which connections to list. */
export const ListConnections = z.strictObject({
  ...PageQuery.shape,
  tenantId: z.string().optional(),
  wabaId: z.string().optional(),
  phoneNumberId: z.string().optional(),
  status: z.enum(["pending", "active", "disconnected", "suspended"]).optional(),
});
export type ListConnections = z.output<typeof ListConnections>;

type ListParts = Pick<App, "store" | "clock" | "cursors" | "metaApps" | "heartbeat">;

/** A connection and its place in the list. */
interface Found {
  readonly place: number;
  readonly connection: Connection;
}

/** Lists connections, newest first. @throws {Failure} `invalid_cursor`, `store_unavailable` */
export async function listConnections(
  parts: ListParts,
  owner: Owner,
  input: ListConnections,
): Promise<Page<Connection>> {
  const { store, cursors } = parts;
  const { limit, cursor, ...filter } = input;
  const { organizationId, tenantIds = null } = owner;
  const scope = JSON.stringify(["connections", organizationId, tenantIds, filter]);
  const source = listSource(parts, owner, filter);
  const found: Found[] = [];
  let before = cursor === undefined ? undefined : cursors.read(scope, cursor);
  let scanned = 0;

  while (found.length < limit && scanned < MAX_SCANNED) {
    const size = scanned === 0 ? limit + 1 : SCAN_SIZE;
    const entries = await source.list(size, before);
    const loaded = await load(store, entries, momentOf(parts));
    found.push(...loaded.filter(({ connection }) => isWanted(connection, owner, filter)));
    before = entries.at(-1)?.place;
    scanned += entries.length;
    if (entries.length < size) return page(found, limit, undefined);
  }
  return page(found, limit, before);

  function page(all: readonly Found[], count: number, scannedTo: number | undefined) {
    const shown = all.slice(0, count);
    const next = all.length > count ? shown.at(-1)?.place : scannedTo;
    return {
      data: shown.map(({ connection }) => connection),
      nextCursor: next === undefined ? null : cursors.write(scope, next),
    };
  }
}

/** One connection. @returns `undefined` for an unknown and for somebody else's id alike. */
export async function findConnection(
  parts: Pick<App, "store" | "clock" | "heartbeat">,
  owner: Owner,
  connectionId: string,
): Promise<Connection | undefined> {
  const owned = await findOwned(parts.store, owner, connectionId);
  return owned && presentConnection(owned.waba.value, owned.number, momentOf(parts));
}

async function load(
  store: Store,
  listed: readonly Listed[],
  moment: Moment,
): Promise<readonly Found[]> {
  const located = await findListed(store, listed);
  return located.map(({ name: { place }, waba, number }) => ({
    place,
    connection: presentConnection(waba, number, moment),
  }));
}

function isWanted(
  connection: Connection,
  { tenantIds }: Owner,
  filter: Readonly<Partial<Record<keyof Connection, unknown>>>,
): boolean {
  if (tenantIds && !tenantIds.includes(connection.tenantId)) return false;
  return Object.entries(filter).every(
    ([field, value]) => value === undefined || Reflect.get(connection, field) === value,
  );
}
