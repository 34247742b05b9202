import type { Place as SealedPlace } from "../crypto/place.ts";
import type { ConnectionMode, ConnectionStatus } from "../events.ts";
import { type Index, openIndex, type Place } from "../store/index-pages.ts";
import { key } from "../store/key.ts";
import type { Store, Stored } from "../store/store.ts";
import type { Intent } from "./change/intent.ts";

/**
 * How messages reach the tenant: Meta sends them to the tenant's URL (`direct`), or to us, who forward
 * the exact bytes (`relay`) or make events of them (`events`).
 */
export type Delivery = "direct" | "relay" | "events";

/** What a webhook is set for: the whole account, or each number by itself. */
export type OverrideScope = "waba" | "number";

/** Where a tenant wants its messages. */
export interface Webhook {
  readonly url: string;
  /** Sealed; what the URL's owner expects as `hub.verify_token`. */
  readonly verifyToken: string;
  /** `refused`: Meta did not take it when it was to come back. `removed`: while all is suspended. */
  readonly state: "active" | "refused" | "removed";
}

/** Signs what is relayed. Sealed, as the older one, which also signs until `previousUntil`. */
export interface SigningSecrets {
  readonly current: string;
  readonly previous: string | null;
  readonly previousUntil: number | null;
}

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
  readonly status: ConnectionStatus;
  /** Why this number is not as it should be; what concerns the account is told by the account. */
  readonly statusReason: string | null;
  readonly connectionMode: ConnectionMode;
  /** Its own, where the account's scope is `number`. */
  readonly webhook: Webhook | null;
  /** Milliseconds since the epoch, as every instant in here. */
  readonly historySyncTriggeredAt: number | null;
  readonly contactSyncTriggeredAt: number | null;
  readonly heartbeatLastConfirmedAt: number | null;
  /** The newest transition that was told since the last confirmation. */
  readonly heartbeatAnnounced: "due_soon" | "overdue" | null;
  readonly heartbeatReminderSentAt: number | null;
  /** When the timer that was set last comes round; see `timers.ts`. */
  readonly heartbeatTimerAt: number | null;
  /** Sealed: what was asked for, of a number that Meta has still to be asked about. */
  readonly pendingRequest: string | null;
  /** Sealed: the six digits we registered it with, which Meta wants again when it is registered anew. */
  readonly registrationPin: string | null;
  readonly billingSuspendedAt: number | null;
  /** When Meta, by its own clock, last said anything that changes a connection; absent for never. */
  readonly signalAt?: number;
  readonly disconnectedAt: number | null;
  readonly createdAt: number;
  readonly updatedAt: number;
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
  /** When it was found out, and told, that Meta takes this token no longer; absent for one that lives. */
  readonly tokenDiedAt?: number | null;
  readonly delivery: Delivery;
  readonly overrideScope: OverrideScope;
  /** The account's, where the scope is `waba`. */
  readonly webhook: Webhook | null;
  readonly signingSecrets: SigningSecrets | null;
  /** In `direct`, whether what Meta sends to nobody but the app is forwarded. */
  readonly forwardManagementEvents: boolean;
  /** In `relay`, whether what is about one contact is forwarded in its order. */
  readonly ordered?: boolean;
  /** Meta sends the account's messages to this URL instead of to us; set outside of wabakit. */
  readonly foreignOverride: string | null;
  /** Oldest first. */
  readonly numbers: readonly ConnectedNumber[];
  /** A change that was begun and not finished. */
  readonly intent: Intent | null;
  /** In the index of its organization's accounts. */
  readonly place: Place;
}

/** Names an account. */
export interface WabaRef {
  readonly organizationId: string;
  readonly appId: string;
  readonly wabaId: string;
}

/** Where a connection is found by its id, and where it stands in the lists. */
export interface ConnectionPointer extends WabaRef {
  /** As it stands in both indexes, at these places; see `listed.ts`. */
  readonly listed: string;
  readonly place: Place;
  readonly tenantId: string;
  readonly tenantPlace: Place;
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

/** The connections of one tenant. */
export function tenantConnectionIndex(
  store: Store,
  organizationId: string,
  tenantId: string,
): Index {
  return openIndex(store, "tenant-connections", organizationId, tenantId);
}

/** The keys of an organization's accounts, also of one that has no number left and still a token. */
export function wabaIndex(store: Store, organizationId: string): Index {
  return openIndex(store, "wabas", organizationId);
}

/** Where the access token of a WABA is sealed for. */
export function tokenPlace(waba: WabaRef): SealedPlace {
  return placeIn(waba, "access_token");
}

/** Where the verify tokens of a WABA and of its numbers are sealed for. */
export function verifyTokenPlace(waba: WabaRef): SealedPlace {
  return placeIn(waba, "verify_token");
}

/** Where what was asked for a number is sealed for until Meta has been asked. */
export function pendingRequestPlace(waba: WabaRef, connectionId: string): SealedPlace {
  return placeIn(waba, `pending_request.${connectionId}`);
}

/** Where the PIN of a number is sealed for. */
export function registrationPinPlace(waba: WabaRef, connectionId: string): SealedPlace {
  return placeIn(waba, `registration_pin.${connectionId}`);
}

/** Where the secrets that sign a WABA's relayed messages are sealed for. */
export function signingSecretPlace(waba: WabaRef): SealedPlace {
  return placeIn(waba, "signing_secret");
}

function placeIn({ organizationId, appId, wabaId }: WabaRef, field: string): SealedPlace {
  return { organizationId, record: wabaKey(appId, wabaId), field };
}

export function readWaba(
  store: Store,
  appId: string,
  wabaId: string,
): Promise<Stored<Waba> | undefined> {
  return store.get<Waba>(wabaKey(appId, wabaId));
}
