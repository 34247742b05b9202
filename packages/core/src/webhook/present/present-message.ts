import { identifyContact } from "../contact-identity.ts";
import { addresseeOf, senderOf } from "../party.ts";
import type { PresentedItem } from "../update-data.ts";
import { readEcho } from "../updates/echo-update.ts";
import { readSystemChange } from "../updates/identity-change.ts";
import { readMessage } from "../updates/message-update.ts";
import { identityChanged } from "./present-identity.ts";
import type { Presented } from "./presenter.ts";

/** What a user wrote, and what Meta tells as a message of theirs. */
export function presentMessage({ item, value, raw }: Presented): PresentedItem | undefined {
  const message = readMessage(value);
  if (!message) return undefined;
  const change = message.type === "system" ? readSystemChange(value) : undefined;
  if (message.type === "system" && change) {
    return identityChanged({ change, message, beside: item.contact, raw });
  }
  const contact = identifyContact(senderOf(value), item.contact);
  if (message.type === "edit") {
    return { type: "message.edited", data: { contact, direction: "inbound", message, raw } };
  }
  if (message.type === "revoke") {
    return { type: "message.revoked", data: { contact, direction: "inbound", message, raw } };
  }
  if (message.type === "interactive" && message.interactive?.callPermissionReply) {
    return { type: "call.permission_replied", data: { contact, message, raw } };
  }
  return { type: "message.received", data: { contact, message, raw } };
}

/** What the business wrote in its WhatsApp Business app. */
export function presentEcho({ item, value, raw }: Presented): PresentedItem | undefined {
  const message = readEcho(value);
  if (!message) return undefined;
  const contact = identifyContact(addresseeOf(value), item.contact);
  if (message.type === "edit") {
    return { type: "message.edited", data: { contact, direction: "outbound", message, raw } };
  }
  if (message.type === "revoke") {
    return { type: "message.revoked", data: { contact, direction: "outbound", message, raw } };
  }
  return { type: "message.echoed", data: { contact, message, raw } };
}
