import type { AnyEvent } from "@wabakit/core";

/** What the ledgers call an event: what it says about which message, whatever its id. */
export function entryName(told: AnyEvent): string {
  if (told.event === "message.received") return told.data.message.wamid;
  if (told.event === "message.status_updated") {
    return statusName(told.data.status.wamid, told.data.status.status);
  }
  return `a surprise: ${told.event}`;
}

/** A message has several statuses, each an event of its own. */
export function statusName(wamid: string, status: string): string {
  return `${wamid} ${status}`;
}
