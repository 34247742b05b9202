import type { App } from "../app.ts";
import { NO_CHANGE } from "../store/joined.ts";
import type { Change } from "../store/store.ts";
import { findMetaApp, unknownMetaApp } from "./change/tell-meta.ts";
import type { WabaRef } from "./waba.ts";

/**
 * The change that goes with a new account: one that comes under an organization's own app loses when that
 * app is removed meanwhile.
 *
 * @throws {Failure} `invalid_request` when it is gone; `store_unavailable`
 */
export async function usingMetaApp(
  { store, metaApps }: Pick<App, "store" | "metaApps">,
  ref: WabaRef,
): Promise<Change> {
  const { owner } = await findMetaApp(metaApps, ref);
  if (!owner) return NO_CHANGE;
  const stored = await store.get(owner.recordKey);
  if (!stored) throw unknownMetaApp();
  return { guards: [{ key: owner.recordKey, version: stored.version }], writes: [] };
}
