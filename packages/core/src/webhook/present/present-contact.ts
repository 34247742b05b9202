import { identifyContact } from "../contact-identity.ts";
import type { Item } from "../item.ts";
import { asObject, isObject, type JsonObject } from "../lenient.ts";
import { cardPartyOf, userOf } from "../party.ts";
import { readContactSync } from "../updates/contact-sync.ts";
import { readGroupParticipants } from "../updates/group-updates.ts";
import { readHandoverUpdate } from "../updates/handover-update.ts";
import { readPreference } from "../updates/preference-update.ts";

/** A contact in the app of the business. */
export function contactSynced(value: JsonObject) {
  const sync = readContactSync(value);
  if (!sync || !isObject(value.contact)) return undefined;
  const { fullName, firstName, username } = sync.contact;
  const profile = { name: fullName ?? firstName, username };
  const contact = identifyContact(cardPartyOf(value.contact), { profile });
  const { timestamp } = sync.metadata;
  return { action: sync.action, contact, fullName, firstName, timestamp };
}

/** What a user wants to be sent. */
export function preferenceChanged(value: JsonObject, item: Item) {
  const preference = readPreference(value);
  return preference && { ...preference, contact: identifyContact(userOf(value), item.contact) };
}

/** Who is in a group; only requests to join name the one who asks. */
export function participantsChanged(value: JsonObject, item: Item) {
  const group = readGroupParticipants(value);
  return group && { group, contact: identifyContact(userOf(value), item.contact) };
}

/** Which app has a conversation, and with whom. */
export function handoverChanged(value: JsonObject) {
  const handover = readHandoverUpdate(value);
  const sender = asObject(value.sender);
  return handover && { ...handover, contact: identifyContact(cardPartyOf(sender), undefined) };
}
