import type { EndReason, Signal } from "../../connections/signals/signal.ts";
import type { Item } from "../item.ts";
import { asId, asObject, isObject, type JsonObject } from "../lenient.ts";

/** Why a number that the WhatsApp Business app shares has left; any other reason is Meta's own. */
const PHONE_REASONS: ReadonlyMap<unknown, EndReason> = new Map([
  ["PRIMARY_INACTIVITY", "primary_inactivity"],
  ["COMPANION_INACTIVITY", "companion_inactivity"],
]);

const BAN_STATES: ReadonlyMap<unknown, Signal> = new Map([
  ["DISABLE", { kind: "disabled" }],
  ["REINSTATE", { kind: "reinstated" }],
]);

type Read = (value: JsonObject, appId: string) => Signal | undefined;

/** What each event of the field `account_update` says of the connections; others say nothing of them. */
const READS: ReadonlyMap<unknown, Read> = new Map<unknown, Read>([
  ["PARTNER_REMOVED", readRemoval],
  ["PARTNER_APP_UNINSTALLED", readUninstall],
  ["ACCOUNT_OFFBOARDED", () => ({ kind: "ended", reason: "offboarded", ofPhone: true })],
  ["ACCOUNT_DELETED", () => ({ kind: "ended", reason: "account_deleted", ofPhone: false })],
  ["ACCOUNT_RECONNECTED", () => ({ kind: "returned" })],
  ["PARTNER_ADDED", () => ({ kind: "shared" })],
  ["DISABLED_UPDATE", ({ ban_info }) => BAN_STATES.get(asObject(ban_info).waba_ban_state)],
]);

/**
 * What an update says of the connections it is about, if anything.
 *
 * @param appId The app it came under: that a customer has thrown out another one concerns nobody here.
 */
export function readSignal({ field, value }: Item, appId: string): Signal | undefined {
  if (field !== "account_update" || !isObject(value)) return undefined;
  return READS.get(value.event)?.(value, appId);
}

function readRemoval({ disconnection_info }: JsonObject): Signal {
  const { reason } = asObject(disconnection_info);
  const known = PHONE_REASONS.get(reason) ?? "meta_partner_removed";
  return { kind: "ended", reason: known, ofPhone: reason !== undefined };
}

function readUninstall({ waba_info }: JsonObject, appId: string): Signal | undefined {
  const uninstalled = asId(asObject(waba_info).partner_app_id) ?? appId;
  if (uninstalled !== appId) return undefined;
  return { kind: "ended", reason: "app_uninstalled", ofPhone: false };
}
