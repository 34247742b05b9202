/** An event as listeners and endpoints are told it: in a process it has a type, on the wire an event. */
export interface Told {
  readonly type?: string;
  readonly event?: string;
  readonly data: unknown;
}

/** What the ledgers call an event: what it says about which message, whatever its id. */
export function entryName({ type, event = type, data }: Told): string {
  // The one shape of these two events' data; whatever else comes is a surprise.
  const { message, status } = data as { message?: Named; status?: Named };
  if (event === "message.received" && message) return message.wamid;
  if (event === "message.status_updated" && status) {
    return statusName(status.wamid, String(status.status));
  }
  return `a surprise: ${event}`;
}

interface Named {
  readonly wamid: string;
  readonly status?: string;
}

/** A message has several statuses, each an event of its own. */
export function statusName(wamid: string, status: string): string {
  return `${wamid} ${status}`;
}

/** The name of a message about the number at this place among those of a setting. */
export function newWamid(number: number, ordinal: number): string {
  return `wamid.${number}.${ordinal}`;
}

/** Whether an entry is a message for the number at this place. */
export function isMessageFor(number: number, name: string): boolean {
  return name.startsWith(`wamid.${number}.`) && !name.includes(" ");
}
