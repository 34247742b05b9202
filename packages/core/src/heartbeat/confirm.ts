import { z } from "zod";
import type { App } from "../app.ts";
import { changeNumber, subjectOf } from "../connections/change-number.ts";
import { wholeSeconds } from "../connections/instant.ts";
import { type Owner, requireOwned } from "../connections/owned.ts";
import {
  confirmedAt,
  HEARTBEAT_PERIOD_MS,
  heartbeatFields,
  heartbeatStatus,
  momentOf,
} from "../connections/timers/heartbeat-fields.ts";
import type { ConnectedNumber } from "../connections/waba.ts";
import type { EventData } from "../events.ts";
import { Failure } from "../failure.ts";
import { confirmLink } from "./link.ts";

/** A second confirmation within this time is the first one come twice. */
const DEBOUNCE_MS = 60_000;

/** Who confirmed. */
export type ConfirmedVia = EventData["connection.heartbeat.confirmed"]["confirmedVia"];

/** The heartbeat after it was confirmed. */
export const ConfirmedHeartbeat = z.strictObject({
  connectionId: z.string(),
  heartbeatStatus: z.enum(["OK", "DUE_SOON", "OVERDUE"]),
  heartbeatLastConfirmedAt: z.iso.datetime(),
  heartbeatNextDueAt: z.iso.datetime(),
});
export type ConfirmedHeartbeat = z.infer<typeof ConfirmedHeartbeat>;

/** Where a heartbeat is confirmed without an API key. */
export const HeartbeatLink = z.strictObject({ url: z.url(), expiresAt: z.iso.datetime() });
export type HeartbeatLink = z.infer<typeof HeartbeatLink>;

/**
 * Begins a new period: the phone was used. Only the account's record is written; the timer that is set
 * comes round as before and finds that it is early.
 *
 * @returns The same for a repeat within 60 seconds, which changes nothing and tells nobody.
 * @throws {Failure} `heartbeat_not_applicable`, `connection_not_active` when it is disconnected,
 *   `not_found`, `store_unavailable`
 */
export async function confirmHeartbeat(
  parts: Pick<App, "store" | "clock" | "emit" | "heartbeat">,
  { owner, connectionId }: { readonly owner: Owner; readonly connectionId: string },
  confirmedVia: ConfirmedVia,
): Promise<ConfirmedHeartbeat> {
  const moment = momentOf(parts);
  const { number } = await changeNumber(parts, { owner, connectionId }, ({ waba, number }) => {
    requireHeartbeat(number);
    if (isRecent(number, moment.now)) return undefined;
    const after = { ...number, ...confirmedAt(moment.now), updatedAt: moment.now };
    const { organizationId } = waba.value;
    const data = {
      ...subjectOf(waba.value, after),
      ...heartbeatFields(after, moment),
      confirmedVia,
    };
    const drafts = [{ type: "connection.heartbeat.confirmed", organizationId, data }] as const;
    return { number: after, drafts };
  });
  const at = number.heartbeatLastConfirmedAt ?? moment.now;
  return {
    connectionId,
    heartbeatStatus: heartbeatStatus(number, moment) ?? "OK",
    heartbeatLastConfirmedAt: wholeSeconds(at),
    heartbeatNextDueAt: wholeSeconds(at + HEARTBEAT_PERIOD_MS),
  };
}

/**
 * A link that confirms, for people.
 *
 * @throws {Failure} as `confirmHeartbeat`
 */
export async function createHeartbeatLink(
  parts: Pick<App, "store" | "clock" | "rootSecret" | "pagesUrl">,
  owner: Owner,
  connectionId: string,
): Promise<HeartbeatLink> {
  const { number } = await requireOwned(parts.store, owner, connectionId);
  requireHeartbeat(number);
  const { url, expiresAt } = confirmLink(parts, number);
  return { url, expiresAt: wholeSeconds(expiresAt) };
}

/** Whether it was confirmed just now, or later than now by a clock that was set back since. */
export function isRecent(
  { heartbeatLastConfirmedAt: at }: Pick<ConnectedNumber, "heartbeatLastConfirmedAt">,
  now: number,
): boolean {
  return at !== null && now - at < DEBOUNCE_MS;
}

function requireHeartbeat({ connectionMode, status }: ConnectedNumber): void {
  if (connectionMode === "cloud_api") throw new Failure("heartbeat_not_applicable");
  if (status === "disconnected") throw new Failure("connection_not_active");
}
