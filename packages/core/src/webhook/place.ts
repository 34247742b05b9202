import type { Item } from "./item.ts";
import { asId, asNumber, asObject, type JsonObject } from "./lenient.ts";

/** Where an update belongs, as far as its envelope and value tell. */
export type Place = Pick<
  Item,
  "wabaId" | "phoneNumberId" | "displayPhoneNumber" | "entryId" | "entryTime" | "field"
>;

/** Meta's own documentation names these fields in two ways. */
const FIELD_SPELLINGS: ReadonlyMap<string, string> = new Map([
  ["group_participant_update", "group_participants_update"],
  ["business_username_update", "business_username_updates"],
  ["message_echoes", "smb_message_echoes"],
]);

/** How the events of `account_update` begin; other fields have events of other names. */
const ACCOUNT_EVENT =
  /^(?:ACCOUNT|PARTNER|AD_ACCOUNT|DISABLED|MM_LITE|AUTH_INTL|BUSINESS_PRIMARY_LOCATION|VOLUME_BASED_PRICING)_/;

/**
 * Reads where an update belongs. Lenient about Meta's older shapes: `field` may stand in the value or
 * on the entry, ids may be numbers, and the number is named in one of four places.
 */
export function placeOf(entry: JsonObject, change: JsonObject, value: JsonObject): Place {
  const metadata = asObject(value.metadata);
  const recipient = asObject(value.recipient);
  const settings = asObject(value.phone_number_settings);
  const entryId = asId(entry.id);
  return {
    wabaId: asId(asObject(value.waba_info).waba_id) ?? entryId,
    phoneNumberId:
      asId(metadata.phone_number_id) ??
      asId(settings.phone_number_id) ??
      asId(recipient.phone_number_id),
    displayPhoneNumber:
      asId(metadata.display_phone_number) ??
      asId(value.display_phone_number) ??
      asId(recipient.display_phone_number) ??
      asId(value.phone_number),
    entryId,
    entryTime: asNumber(entry.time) ?? undefined,
    field: fieldOf(entry, change, value),
  };
}

function fieldOf(entry: JsonObject, change: JsonObject, value: JsonObject): string {
  const named = [change.field, value.field, entry.field].find(
    (field) => typeof field === "string" && field !== "",
  );
  if (typeof named === "string") return FIELD_SPELLINGS.get(named) ?? named;
  return ACCOUNT_EVENT.test(asId(value.event) ?? "") ? "account_update" : "unknown";
}
