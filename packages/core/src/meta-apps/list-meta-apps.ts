import { metaAppKey, ownMetaAppIndex, type StoredMetaApp } from "../access/stored-meta-app.ts";
import type { App } from "../app.ts";
import { Failure } from "../failure.ts";
import type { Page, PageQuery } from "../http/page.ts";
import { configuredFor, findStored, type Owner } from "./own-meta-app.ts";
import { presentConfigured, presentStored, type ShownMetaApp } from "./shown-meta-app.ts";

/** In the list the apps of the options take the places below all stored ones. */
const CONFIGURED_PLACES = 1_000;

type ListParts = Pick<App, "store" | "cursors" | "metaApps">;

/**
 * Lists an organization's Meta apps, newest first; who runs the hub sees those of its options behind them.
 *
 * @throws {Failure} `invalid_cursor`, `store_unavailable`
 */
export async function listMetaApps(
  parts: ListParts,
  owner: Owner,
  { limit, cursor }: PageQuery,
): Promise<Page<ShownMetaApp>> {
  const { cursors } = parts;
  const scope = JSON.stringify(["meta-apps", owner.organizationId]);
  const before = cursor === undefined ? Number.MAX_SAFE_INTEGER : cursors.read(scope, cursor);
  const [stored, configured] = await Promise.all([
    storedBelow(parts, owner, { limit: limit + 1, before }),
    configuredFor(parts, owner),
  ]);
  const ofOptions = configured.map((app, index) => ({
    place: CONFIGURED_PLACES - 1 - index,
    shown: presentConfigured(app),
  }));
  const rows = [...stored, ...ofOptions.filter(({ place }) => place < before)];
  const page = rows.slice(0, limit);
  const last = rows.length > limit ? page.at(-1)?.place : undefined;
  return {
    data: page.flatMap(({ shown }) => shown ?? []),
    nextCursor: last === undefined ? null : cursors.write(scope, last),
  };
}

async function storedBelow(
  { store, metaApps }: ListParts,
  { organizationId }: Owner,
  { limit, before }: { readonly limit: number; readonly before: number },
) {
  const index = ownMetaAppIndex(store, organizationId);
  const entries = await index.list(limit, before - CONFIGURED_PLACES);
  const records = await store.getMany<StoredMetaApp>(entries.map(({ id }) => metaAppKey(id)));
  return entries.map(({ place }, at) => {
    const record = records[at]?.value;
    const shown = record && presentStored(metaApps, record);
    return { place: place + CONFIGURED_PLACES, shown };
  });
}

/** One Meta app. @throws {Failure} `not_found` for an unknown and for somebody else's id alike; `store_unavailable` */
export async function getMetaApp(
  parts: Pick<App, "store" | "metaApps">,
  owner: Owner,
  id: string,
): Promise<ShownMetaApp> {
  const stored = await findStored(parts.store, owner, id);
  if (stored) return presentStored(parts.metaApps, stored.value);
  const configured = await configuredFor(parts, owner);
  const app = configured.find(({ appId }) => appId === id);
  if (!app) throw new Failure("not_found");
  return presentConfigured(app);
}
