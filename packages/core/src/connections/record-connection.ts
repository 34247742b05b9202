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
  connectionIndex,
  connectionKey,
  numberKey,
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
    const { connectionId, place, guards, writes } = before
      ? { ...before, ...NO_CHANGE }
      : await addToIndex(parts, verified.organizationId);
    const number = { ...describeNumber(verified, before, now), connectionId, place };
    const waba = describeWaba(parts, verified, withNumber(stored?.value, number));
    const at = wabaKey(appId, grant.wabaId);
    const listing = stored ? NO_CHANGE : await listWaba(parts, verified.organizationId, at);
    const own: Change = {
      guards: [...parts.lease.guards, { key: at, version: stored?.version }],
      writes: [{ key: at, value: waba }, ...pointers(waba, number)],
    };
    const landed = await parts.store.commit(joined({ guards, writes }, change, listing, own));
    if (landed) return { created: !before, connection: presentConnection(waba, number, now) };
    if (!(await parts.lease.isHeld())) return undefined;
  }
}

const NO_CHANGE: Change = { guards: [], writes: [] };

async function addToIndex({ store }: RecordParts, organizationId: string) {
  const connectionId = newId("conn_");
  return { connectionId, ...(await connectionIndex(store, organizationId).adding(connectionId)) };
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
): Omit<ConnectedNumber, "connectionId" | "place"> {
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
    heartbeatLastConfirmedAt:
      grant.connectionMode === "cloud_api" ? null : (before?.heartbeatLastConfirmedAt ?? now),
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
    foreignOverride: override,
    numbers,
  };
}

function withNumber(waba: Waba | undefined, number: ConnectedNumber): readonly ConnectedNumber[] {
  const siblings = waba?.numbers.filter(
    ({ phoneNumberId }) => phoneNumberId !== number.phoneNumberId,
  );
  return [...(siblings ?? []), number];
}

function pointers({ organizationId, appId, wabaId }: Waba, number: ConnectedNumber) {
  return [
    { key: connectionKey(number.connectionId), value: { organizationId, appId, wabaId } },
    { key: numberKey(appId, number.phoneNumberId), value: { wabaId } },
  ];
}
