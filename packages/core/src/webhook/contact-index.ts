import { asId, isObject, type JsonObject } from "./lenient.ts";
import { type Party, withoutPlus } from "./party.ts";

/** The contacts of one value, by what they can be recognised by. */
export interface ContactIndex {
  readonly byUserId: ReadonlyMap<string, JsonObject>;
  /** Without `+`. */
  readonly byPhone: ReadonlyMap<string, JsonObject>;
}

/** Indexes a value's `contacts`. Of two with the same id the first wins. */
export function indexContacts(contacts: readonly unknown[]): ContactIndex {
  const byUserId = new Map<string, JsonObject>();
  const byPhone = new Map<string, JsonObject>();
  for (const contact of contacts.filter(isObject)) {
    const userId = asId(contact.user_id);
    const phone = asId(contact.wa_id);
    if (userId && !byUserId.has(userId)) byUserId.set(userId, contact);
    if (phone && !byPhone.has(withoutPlus(phone))) byPhone.set(withoutPlus(phone), contact);
  }
  return { byUserId, byPhone };
}

/**
 * The contact of a person: by user id first, then by phone number, never by position, because Meta
 * promises no order. A contact of that phone number but with another user id is somebody else: numbers
 * are given to new owners.
 */
export function findContact(index: ContactIndex, party: Party): JsonObject | undefined {
  const named = party.userId && index.byUserId.get(party.userId);
  if (named) return named;

  const called = party.phone && index.byPhone.get(withoutPlus(party.phone));
  if (!called) return undefined;
  const userId = asId(called.user_id);
  return userId && party.userId && userId !== party.userId ? undefined : called;
}
