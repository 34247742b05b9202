import { type ContactIdentity, identifyContact } from "./contact-identity.ts";
import type { Item } from "./item.ts";
import { isObject, type JsonObject } from "./lenient.ts";
import { recipientOf, senderOf } from "./party.ts";
import { type MessageUpdate, readMessage } from "./updates/message-update.ts";
import { readStatus, type StatusUpdate } from "./updates/status-update.ts";

/** A user wrote, reacted, edited, revoked: everything Meta lists under `messages`. */
export interface MessageReceived {
  /** `null` when Meta names nobody. */
  readonly contact: ContactIdentity | null;
  readonly message: MessageUpdate;
  /** Meta's `value`, cut down to this message and its contact. */
  readonly raw: JsonObject;
}

/** A message of ours got further, or failed. */
export interface MessageStatusUpdated {
  /** The recipient, in a group the participant; `null` when Meta names nobody. */
  readonly contact: ContactIdentity | null;
  readonly status: StatusUpdate;
  /** Meta's `value`, cut down to this status and its contact. */
  readonly raw: JsonObject;
}

/** Something this version has no event for, unchanged. */
export interface WebhookUnknown {
  /** Meta's field; `unknown` where it has none, `unparsable` for a body that is not JSON. */
  readonly field: string;
  /** Meta's `value`, for the field `messages` cut down to one part; the text of an unparsable body. */
  readonly value: unknown;
}

/** An event about to happen; where it belongs is added by who routes it. */
export type PresentedItem =
  | { readonly type: "message.received"; readonly data: MessageReceived }
  | { readonly type: "message.status_updated"; readonly data: MessageStatusUpdated }
  | { readonly type: "webhook.unknown"; readonly data: WebhookUnknown };

/** The list of a `messages` value that an item of each kind was taken from. */
const LISTS: ReadonlyMap<string, string> = new Map([
  ["message", "messages"],
  ["status", "statuses"],
  ["error", "errors"],
]);

/**
 * What the host and its customers are told about an update: its event type and JSON data. Never
 * throws; what it cannot type is `webhook.unknown` with the raw value.
 */
export function presentItem(item: Item): PresentedItem {
  const list = item.field === "messages" ? LISTS.get(item.kind) : undefined;
  const { field, value, contact, shared } = item;
  if (!list) return { type: "webhook.unknown", data: { field, value } };

  const raw = { ...shared, [list]: [value] };
  const message = list === "messages" && isObject(value) && readMessage(value);
  if (message) {
    const data = { contact: identifyContact(senderOf(value), contact), message, raw };
    return { type: "message.received", data };
  }
  const status = list === "statuses" && isObject(value) && readStatus(value);
  if (status) {
    const data = { contact: identifyContact(recipientOf(value), contact), status, raw };
    return { type: "message.status_updated", data };
  }
  return { type: "webhook.unknown", data: { field, value: raw } };
}
