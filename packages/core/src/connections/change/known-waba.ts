import { NO_CHANGE } from "../../store/joined.ts";
import type { Change, Store } from "../../store/store.ts";
import { readWaba, type Waba, type WabaRef } from "../waba.ts";
import type { ConnectChange } from "./intent.ts";
import { listingWaba } from "./membership.ts";

/** An account as it is known: read, or about to be known for the first time. */
export interface Known {
  readonly waba: Waba;
  /** `undefined` where there is no record yet. */
  readonly version: string | undefined;
  /** Lists an account that has no record yet. */
  readonly listing: Change;
}

/** @returns `undefined` where there is no account, and none is about to come. */
export async function readKnown(
  store: Store,
  ref: WabaRef,
  coming?: ConnectChange,
): Promise<Known | undefined> {
  const stored = await readWaba(store, ref.appId, ref.wabaId);
  if (stored) return { waba: stored.value, version: stored.version, listing: NO_CHANGE };
  if (!coming) return undefined;
  const { place, ...listing } = await listingWaba(store, ref);
  return { waba: newWaba(ref, coming, place), version: undefined, listing };
}

function newWaba(
  { organizationId, appId, wabaId }: WabaRef,
  { accessToken, tokenExpiresAt }: ConnectChange,
  place: Waba["place"],
): Waba {
  return {
    appId,
    wabaId,
    organizationId,
    accessToken,
    tokenExpiresAt,
    delivery: "events",
    overrideScope: "waba",
    webhook: null,
    signingSecrets: null,
    forwardManagementEvents: true,
    foreignOverride: null,
    numbers: [],
    intent: null,
    place,
  };
}
