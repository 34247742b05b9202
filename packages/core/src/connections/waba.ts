import type { Place as SealedPlace } from "../crypto/place.ts";
import type { Reseal } from "../crypto/reseal.ts";
import { type Index, openIndex, type Place } from "../store/index-pages.ts";
import { key } from "../store/key.ts";
import type { Store, Stored } from "../store/store.ts";

/** `unknown` until Meta says; it is treated like coexistence. */
export type ConnectionMode = "coexistence" | "cloud_api" | "unknown";

/** A number of a WABA that a tenant has connected. */
export interface ConnectedNumber {
  readonly connectionId: string;
  readonly tenantId: string;
  readonly phoneNumberId: string;
  /** E.164, where Meta told. */
  readonly displayPhoneNumber: string | null;
  readonly verifiedName: string | null;
  readonly name: string | null;
  readonly metadata: Readonly<Record<string, unknown>> | null;
  readonly status: "pending" | "active" | "disconnected" | "suspended";
  /** Why this number is not as it should be; what concerns the account is told by the account. */
  readonly statusReason: string | null;
  readonly connectionMode: ConnectionMode;
  /** Milliseconds since the epoch, as every instant in here. */
  readonly heartbeatLastConfirmedAt: number | null;
  readonly createdAt: number;
  readonly updatedAt: number;
  /** In the index of its organization. */
  readonly place: Place;
}

/**
 * A WhatsApp Business Account of one Meta app: the record that owns everything its numbers share, so
 * that siblings cannot disagree. It belongs to one organization.
 */
export interface Waba {
  readonly appId: string;
  readonly wabaId: string;
  readonly organizationId: string;
  /** Sealed. */
  readonly accessToken: string;
  readonly tokenExpiresAt: number | null;
  readonly delivery: "events";
  /** Meta sends the account's messages to this URL instead of to us; set outside of wabakit. */
  readonly foreignOverride: string | null;
  readonly numbers: readonly ConnectedNumber[];
}

/** Where a connection is found by its id. */
export interface ConnectionPointer {
  readonly organizationId: string;
  readonly appId: string;
  readonly wabaId: string;
}

/** Where a number is found by Meta's id, within the app that signed. */
export interface NumberPointer {
  readonly wabaId: string;
}

export function wabaKey(appId: string, wabaId: string): string {
  return key("waba", appId, wabaId);
}

export function numberKey(appId: string, phoneNumberId: string): string {
  return key("number", appId, phoneNumberId);
}

export function connectionKey(connectionId: string): string {
  return key("conn", connectionId);
}

export function connectionIndex(store: Store, organizationId: string): Index {
  return openIndex(store, "connections", organizationId);
}

/** The keys of an organization's accounts, also of one that has no number left and still a token. */
export function wabaIndex(store: Store, organizationId: string): Index {
  return openIndex(store, "wabas", organizationId);
}

/** Where the access token of a WABA is sealed for. */
export function tokenPlace({ organizationId, appId, wabaId }: ConnectionPointer): SealedPlace {
  return { organizationId, record: wabaKey(appId, wabaId), field: "access_token" };
}

export const resealWaba: Reseal<Waba> = (waba, rewrap) => ({
  ...waba,
  accessToken: rewrap(waba.accessToken, tokenPlace(waba)),
});

export function readWaba(
  store: Store,
  appId: string,
  wabaId: string,
): Promise<Stored<Waba> | undefined> {
  return store.get<Waba>(wabaKey(appId, wabaId));
}
