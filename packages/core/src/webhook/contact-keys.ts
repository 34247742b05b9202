import { hash } from "node:crypto";
import type { Item } from "./item.ts";
import { asId, isObject } from "./lenient.ts";
import { type Party, recipientOf, senderOf, withoutPlus } from "./party.ts";

const KEY_CHARACTERS = 16;

/**
 * Whom updates are about, as keys to keep their order by: every id each contact is known by, since Meta
 * names the same person now by one and now by another. What names nobody is kept in the order of its
 * number, or of its account. Hashed, so that no list of what waits is a list of phone numbers.
 */
export function contactKeys(items: readonly Item[]): readonly string[] {
  return [...new Set(items.flatMap(namesOf))].map(hashed);
}

function namesOf(item: Item): readonly string[] {
  const party = item.field === "messages" ? partyOf(item) : undefined;
  const ids = [
    party?.userId,
    party?.parentUserId,
    party?.phone && withoutPlus(party.phone),
    asId(item.contact?.user_id),
    withoutPlus(asId(item.contact?.wa_id) ?? ""),
  ].filter((id) => id !== undefined && id !== "");
  if (ids.length > 0) return ids.map((id) => `contact ${id}`);
  return [`number ${item.phoneNumberId ?? item.wabaId ?? item.entryId ?? ""}`];
}

function partyOf({ kind, value }: Item): Party | undefined {
  if (!isObject(value)) return undefined;
  if (kind === "message") return senderOf(value);
  return kind === "status" ? recipientOf(value) : undefined;
}

function hashed(name: string): string {
  return hash("sha256", name, "base64url").slice(0, KEY_CHARACTERS);
}
