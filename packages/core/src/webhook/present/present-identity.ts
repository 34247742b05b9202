import { type ContactIdentity, identifyContact } from "../contact-identity.ts";
import type { JsonObject } from "../lenient.ts";
import type { ContactIdentityChanged, PresentedItem } from "../update-data.ts";
import { type IdentityChange, readUserIdUpdate } from "../updates/identity-change.ts";
import type { Presented } from "./presenter.ts";

interface Told {
  readonly change: IdentityChange;
  readonly message: ContactIdentityChanged["message"];
  /** The contact in Meta's value. */
  readonly beside: JsonObject | undefined;
  readonly raw: JsonObject;
}

/** A user who is no longer known by the same. */
export function identityChanged({ change, message, beside, raw }: Told): PresentedItem {
  const contact = contactNow(change, beside);
  return { type: "contact.identity_changed", data: { ...change, contact, message, raw } };
}

/** Ids beside a change may be the former ones; the names of a person stay. */
function contactNow(
  { previous, current }: IdentityChange,
  beside: JsonObject | undefined,
): ContactIdentity | null {
  const profile = beside && { profile: beside.profile };
  const [now, before] = [current, previous].map((names) =>
    identifyContact(
      {
        userId: names.businessScopedUserId ?? undefined,
        parentUserId: names.parentBusinessScopedUserId ?? undefined,
        phone: names.contactPhone ?? undefined,
      },
      profile,
    ),
  );
  return now ?? before ?? null;
}

/** An element of `user_id_update`. */
export function presentUserId({ item, value, raw }: Presented): PresentedItem | undefined {
  const change = readUserIdUpdate(value);
  return change && identityChanged({ change, message: null, beside: item.contact, raw });
}
