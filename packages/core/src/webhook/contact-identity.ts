import { asText, isObject, type JsonObject } from "./lenient.ts";
import { type Party, withoutPlus } from "./party.ts";

/** Who a message or status is about, in the terms of the API. What Meta did not tell is `null`. */
export interface ContactIdentity {
  /** The key to store: the BSUID when there is one, else the phone number, a WhatsApp id, a username. */
  readonly contactIdentifier: string;
  readonly contactIdentifierType: "phone" | "bsuid" | "username" | "wa_id";
  /** What to send an answer to: a phone number where it is known, else the BSUID. Never a username. */
  readonly contactReplyTo: string | null;
  /** E.164 with `+`. Users with a username can hide it. */
  readonly contactPhone: string | null;
  readonly businessScopedUserId: string | null;
  readonly parentBusinessScopedUserId: string | null;
  /** As Meta writes it, usually with `@`. */
  readonly username: string | null;
  readonly name: string | null;
}

const DIGITS = /^\d{5,15}$/;

/**
 * Says who an update is about, from what it names itself (first) and from the contact beside it.
 *
 * @returns `null` when nobody is named at all.
 */
export function identifyContact(
  party: Party,
  contact: JsonObject | undefined,
): ContactIdentity | null {
  const profile = isObject(contact?.profile) ? contact.profile : undefined;
  const waId = party.phone ?? (asText(contact?.wa_id) || null);
  const phone = waId !== null && DIGITS.test(withoutPlus(waId)) ? `+${withoutPlus(waId)}` : null;
  const bsuid = party.userId ?? (asText(contact?.user_id) || null);
  const parent = party.parentUserId ?? (asText(contact?.parent_user_id) || null);
  const username = asText(profile?.username) || null;

  const key = keyOf({ bsuid: bsuid ?? parent, phone, wa_id: waId, username });
  return (
    key && {
      ...key,
      contactReplyTo: phone ?? bsuid ?? parent ?? waId,
      contactPhone: phone,
      businessScopedUserId: bsuid,
      parentBusinessScopedUserId: parent,
      username,
      name: asText(profile?.name),
    }
  );
}

type Names = Readonly<Record<ContactIdentity["contactIdentifierType"], string | null>>;

/** The longest-lived name comes first. */
const BY_STABILITY = ["bsuid", "phone", "wa_id", "username"] as const;

function keyOf(
  names: Names,
): Pick<ContactIdentity, "contactIdentifier" | "contactIdentifierType"> | null {
  for (const contactIdentifierType of BY_STABILITY) {
    const contactIdentifier = names[contactIdentifierType];
    if (contactIdentifier !== null) return { contactIdentifier, contactIdentifierType };
  }
  return null;
}
