import type { AnyEvent } from "@wabakit/core";

/** What the ledgers call an event: what it says about which message, whatever its id. */
export function entryName({ event, data }: AnyEvent): string {
  if ("message" in data) return data.message.wamid;
  if ("status" in data) return statusName(data.status.wamid, data.status.status);
  return `a surprise: ${event}`;
}

/** A message has several statuses, each an event of its own. */
export function statusName(wamid: string, status: string): string {
  return `${wamid} ${status}`;
}
