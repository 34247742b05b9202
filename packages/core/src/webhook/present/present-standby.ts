import { identifyContact } from "../contact-identity.ts";
import type { Item } from "../item.ts";
import type { JsonObject } from "../lenient.ts";
import { recipientOf, senderOf, sentTo } from "../party.ts";
import { readMessage } from "../updates/message-update.ts";
import { readStandbyEcho } from "../updates/standby-echo.ts";
import { readStatus } from "../updates/status-update.ts";

const NONE = { message: null, echo: null, status: null };

/** A message to another app. */
export function standbyMessage(value: JsonObject, { contact }: Item) {
  const message = readMessage(value);
  const kind = "message" as const;
  return message && { ...NONE, kind, message, contact: identifyContact(senderOf(value), contact) };
}

/** A message of another app. */
export function standbyEcho(value: JsonObject, { contact }: Item) {
  const echo = readStandbyEcho(value);
  const kind = "echo" as const;
  return echo && { ...NONE, kind, echo, contact: identifyContact(sentTo(value), contact) };
}

/** How far a message of another app got. */
export function standbyStatus(value: JsonObject, { contact }: Item) {
  const status = readStatus(value);
  const kind = "status" as const;
  return status && { ...NONE, kind, status, contact: identifyContact(recipientOf(value), contact) };
}
