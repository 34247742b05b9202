import { listingOrganization } from "../access/organization.ts";
import type { App } from "../app.ts";
import { newId } from "../crypto/ids.ts";
import { joined } from "../store/joined.ts";
import type { Lease } from "../store/lease.ts";
import type { Change } from "../store/store.ts";
import type { Connect } from "./connect.ts";
import { type Connection, presentConnection } from "./connection.ts";
import type { GrantedNumber } from "./grant.ts";
import { readHolding } from "./holding.ts";
import {
  type ConnectedNumber,
  type ConnectionPointer,
  connectionIndex,
  connectionKey,
  numberKey,
  tenantConnectionIndex,
  tokenPlace,
  type Waba,
  wabaIndex,
  wabaKey,
} from "./waba.ts";

type RecordParts = Pick<App, "store" | "clock" | "vault">;

/** `created` is false when the tenant had connected this number before; the id is the same then. */
export interface Connected {
  readonly created: boolean;
  readonly connection: Connection;
}

/** What somebody wants, and the number that Meta says the token is good for. */
export interface Claim {
  readonly organizationId: string;
  readonly appId: string;
  readonly grant: GrantedNumber;
  readonly input: Connect;
}

/** A claim on an account that sends us its webhooks. */
export interface Verified extends Claim {
  readonly override: string | null;
}

/**
 * Reads, decides, commits; again if something else of it changed meanwhile.
 *
 * @returns `undefined` when the lease was lost: nothing was written then.
 */
export async function recordConnection(
  parts: RecordParts & { readonly lease: Lease },
  verified: Verified,
): Promise<Connected | undefined> {
  const { appId, grant, input } = verified;
  const now = parts.clock.now();
  for (;;) {
    const wanted = { ...input, organizationId: verified.organizationId, appId, ...grant };
    const { waba: stored, number: before, change } = await readHolding(parts.store, wanted);
    const { connectionId, pointer, guards, writes } = before
      ? await keepPointer(parts, verified, before)
      : await addToIndexes(parts, verified);
    const number = { ...describeNumber(verified, before, now), connectionId };
    const waba = describeWaba(parts, verified, withNumber(stored?.value, number));
    const at = wabaKey(appId, grant.wabaId);
    const listing = stored ? NO_CHANGE : await listWaba(parts, verified.organizationId, at);
    const own: Change = {
      guards: [...parts.lease.guards, { key: at, version: stored?.version }],
      writes: [{ key: at, value: waba }, ...pointers(waba, number, pointer)],
    };
    const landed = await parts.store.commit(joined({ guards, writes }, change, listing, own));
    if (landed) return { created: !before, connection: presentConnection(waba, number, now) };
    if (!(await parts.lease.isHeld())) return undefined;
  }
}

const NO_CHANGE: Change = { guards: [], writes: [] };

async function keepPointer(
  { store }: RecordParts,
  { grant }: Verified,
  { connectionId }: ConnectedNumber,
) {
  const stored = await store.get<ConnectionPointer>(connectionKey(connectionId));
  const pointer = stored && { ...stored.value, wabaId: grant.wabaId };
  return { connectionId, pointer, ...NO_CHANGE };
}

async function addToIndexes({ store }: RecordParts, { organizationId, appId, ...claim }: Verified) {
  const connectionId = newId("conn_");
  const { tenantId } = claim.input;
  const [listed, ofTenant] = await Promise.all([
    connectionIndex(store, organizationId).adding(connectionId),
    tenantConnectionIndex(store, organizationId, tenantId).adding(connectionId),
  ]);
  const { wabaId } = claim.grant;
  const places = { place: listed.place, tenantPlace: ofTenant.place };
  const pointer: ConnectionPointer = { organizationId, appId, wabaId, tenantId, ...places };
  return { connectionId, pointer, ...joined(listed, ofTenant) };
}

async function listWaba({ store }: RecordParts, organizationId: string, at: string) {
  return joined(
    await listingOrganization(store, organizationId),
    await wabaIndex(store, organizationId).adding(at),
  );
}

/** What the number is now; the name and metadata it was given before stay when none are given. */
function describeNumber(
  { grant, input }: Verified,
  before: ConnectedNumber | undefined,
  now: number,
): Omit<ConnectedNumber, "connectionId"> {
  return {
    tenantId: input.tenantId,
    phoneNumberId: input.phoneNumberId,
    displayPhoneNumber: grant.displayPhoneNumber,
    verifiedName: grant.verifiedName,
    name: input.name ?? before?.name ?? grant.verifiedName,
    metadata: input.metadata ?? before?.metadata ?? null,
    status: "active",
    statusReason: null,
    connectionMode: grant.connectionMode,
    webhook: before?.webhook ?? null,
    historySyncTriggeredAt: before?.historySyncTriggeredAt ?? null,
    contactSyncTriggeredAt: before?.contactSyncTriggeredAt ?? null,
    heartbeatLastConfirmedAt:
      grant.connectionMode === "cloud_api" ? null : (before?.heartbeatLastConfirmedAt ?? now),
    heartbeatAnnounced: before?.heartbeatAnnounced ?? null,
    heartbeatReminderSentAt: before?.heartbeatReminderSentAt ?? null,
    heartbeatTimerAt: before?.heartbeatTimerAt ?? null,
    billingSuspendedAt: before?.billingSuspendedAt ?? null,
    disconnectedAt: null,
    createdAt: before?.createdAt ?? now,
    updatedAt: now,
  };
}

/** What the account is now: the newest token serves all its numbers. */
function describeWaba(
  { vault }: RecordParts,
  { organizationId, appId, override, grant, input }: Verified,
  numbers: readonly ConnectedNumber[],
): Waba {
  const { wabaId, tokenExpiresAt } = grant;
  return {
    appId,
    wabaId,
    organizationId,
    accessToken: vault.seal(input.accessToken, tokenPlace({ organizationId, appId, wabaId })),
    tokenExpiresAt,
    delivery: "events",
    overrideScope: "waba",
    webhook: null,
    signingSecrets: null,
    forwardManagementEvents: true,
    foreignOverride: override,
    numbers,
    intent: null,
  };
}

function withNumber(waba: Waba | undefined, number: ConnectedNumber): readonly ConnectedNumber[] {
  const siblings = waba?.numbers.filter(
    ({ phoneNumberId }) => phoneNumberId !== number.phoneNumberId,
  );
  return [...(siblings ?? []), number];
}

function pointers(
  { appId, wabaId }: Waba,
  number: ConnectedNumber,
  pointer: ConnectionPointer | undefined,
) {
  return [
    ...(pointer ? [{ key: connectionKey(number.connectionId), value: pointer }] : []),
    { key: numberKey(appId, number.phoneNumberId), value: { wabaId } },
  ];
}
