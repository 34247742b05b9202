import type { Store } from "@wabakit/core";
import { applyChange } from "../../../packages/core/src/connections/change/apply-change.ts";
import type { ConnectChange } from "../../../packages/core/src/connections/change/intent.ts";
import { readKnown } from "../../../packages/core/src/connections/change/known-waba.ts";
import { membershipChange } from "../../../packages/core/src/connections/change/membership.ts";
import type { Connect } from "../../../packages/core/src/connections/connect/connect.ts";
import { describeNumber } from "../../../packages/core/src/connections/connect/describe-number.ts";
import type { GrantedNumber } from "../../../packages/core/src/connections/connect/grant.ts";
import {
  DUE_SOON_LEAD_MS,
  HEARTBEAT_PERIOD_MS,
} from "../../../packages/core/src/connections/timers/heartbeat-fields.ts";
import type { Timer } from "../../../packages/core/src/connections/timers/timers.ts";
import { type ConnectedNumber, tokenPlace } from "../../../packages/core/src/connections/waba.ts";
import type { Vault } from "../../../packages/core/src/crypto/vault.ts";
import { joined } from "../../../packages/core/src/store/joined.ts";
import { BLOCK, type Spot, WEBHOOKS, webhookSpot } from "./layout.ts";
import { dueAtOf, type Scale } from "./scale-hub.ts";

const DAY_MS = 24 * 60 * 60 * 1000;
/** Those that are not due in the bench come due between these. */
const FIRST_LATER_MS = 1 * DAY_MS;
const LAST_LATER_MS = 9 * DAY_MS;

/** What connecting in bulk takes. */
export interface Connecting {
  readonly scale: Scale;
  readonly store: Store;
  readonly sealedTokens: ReadonlyMap<string, string>;
  readonly organizationId: string;
  /** Which connections come due in which round, by their index. */
  readonly due: ReadonlyMap<number, number>;
}

/** Connects the numbers of an account, one after the other, without Meta. */
export async function connectAccount(
  connecting: Connecting,
  spots: readonly Spot[],
): Promise<void> {
  const { scale, store, sealedTokens, organizationId } = connecting;
  for (const spot of spots) {
    const { wabaId } = spot;
    const ref = { organizationId, appId: scale.meta.appId, wabaId };
    const accessToken = sealedTokens.get(wabaId) ?? sealedTokens.get("") ?? "";
    const number = numberOf(connecting, spot);
    const change: ConnectChange = {
      kind: "connect",
      accessToken,
      tokenExpiresAt: null,
      number,
      settings: null,
    };
    const known = await readKnown(store, ref, change);
    if (!known) throw new Error("An account that comes is not known.");
    const { waba, version, listing } = known;
    const after = applyChange(waba, change, scale.startAt);
    const own = await membershipChange(store, { before: { waba, version }, after });
    await store.commit(joined(listing, own));
  }
}

/**
 * Of the accounts whose webhooks are changed, by their ids. All the others share a text under the empty
 * name, as long as their own would be: nobody opens it, and sealing costs more than connecting.
 */
export function sealTokens(
  { size, meta }: Scale,
  vault: Vault,
  organizationId: string,
): ReadonlyMap<string, string> {
  const webhooks = Array.from({ length: WEBHOOKS }, (_, n) => webhookSpot(size, n).wabaId);
  return new Map(
    ["", ...webhooks].map((wabaId) => {
      const place = tokenPlace({ organizationId, appId: meta.appId, wabaId });
      return [wabaId, vault.seal(meta.accessToken, place)];
    }),
  );
}

/** The one timer of a number, as its heartbeat has set it. */
export function timerOf(connecting: Connecting, { index, connectionId }: Spot): Timer {
  return { kind: "heartbeat", id: connectionId, dueAt: dueAt(connecting, index) };
}

/** A number as it is once its first timer has come round. */
function numberOf(connecting: Connecting, spot: Spot): ConnectedNumber {
  const { index, connectionId, tenantId, wabaId, phoneNumberId } = spot;
  const { startAt } = connecting.scale;
  const timerAt = dueAt(connecting, index);
  const input: Connect = {
    tenantId,
    phoneNumberId,
    accessToken: "",
    verify: "now",
    requestSync: false,
    name: `Number ${index}`,
    metadata: { customer: tenantId, plan: "pro" },
  };
  const grant: GrantedNumber = {
    wabaId,
    displayPhoneNumber: `+1555${String(index).padStart(7, "0")}`,
    verifiedName: `Shop ${index % BLOCK}`,
    connectionMode: "coexistence",
    platformType: "CLOUD_API",
    tokenExpiresAt: null,
  };
  return {
    ...describeNumber({ input, grant, before: undefined }, startAt - DAY_MS),
    connectionId,
    heartbeatLastConfirmedAt: timerAt - (HEARTBEAT_PERIOD_MS - DUE_SOON_LEAD_MS),
    heartbeatTimerAt: timerAt,
  };
}

function dueAt({ scale, due }: Connecting, index: number): number {
  const round = due.get(index);
  if (round !== undefined) return dueAtOf(scale, round);
  const share = ((index * 7_919) % 999_983) / 999_983;
  return Math.round(scale.startAt + FIRST_LATER_MS + share * (LAST_LATER_MS - FIRST_LATER_MS));
}
