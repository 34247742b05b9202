import { expect, test } from "vitest";
import { placeOf } from "./place.ts";

const metadata = { display_phone_number: "15550100142", phone_number_id: "110200345501442" };

const place = (value: object, field = "any") => placeOf({ id: "waba-1" }, { field }, { ...value });

test.each([
  ["the change", {}, { field: "flows" }, {}],
  ["the value", {}, {}, { field: "flows" }],
  ["the entry", { field: "flows" }, {}, {}],
  ["the change first", { field: "c" }, { field: "flows" }, { field: "b" }],
  ["the value before the entry", { field: "c" }, { field: 7 }, { field: "flows" }],
])("the field is read from %s", (_where, entry, change, value) => {
  expect(placeOf(entry, change, value)).toMatchObject({ field: "flows" });
});

test.each([
  ["group_participant_update", "group_participants_update"],
  ["business_username_update", "business_username_updates"],
  ["message_echoes", "smb_message_echoes"],
])("a field has one spelling: %s", (spelling, field) => {
  expect(place({}, spelling)).toMatchObject({ field });
});

test.each([
  ["the metadata", { metadata }],
  ["the settings", { phone_number_settings: { phone_number_id: "110200345501442" } }],
  ["the recipient", { recipient: metadata }],
  ["the metadata, as a number", { metadata: { phone_number_id: 110200345501442 } }],
])("the number is found in %s", (_where, value) => {
  expect(place(value)).toMatchObject({ phoneNumberId: "110200345501442" });
});

test.each([
  [{ display_phone_number: "15550100142" }],
  [{ phone_number: "15550100142", event: "PARTNER_REMOVED" }],
  [{ recipient: metadata }],
])("the display number is found in %j", (value) => {
  expect(place(value)).toMatchObject({ displayPhoneNumber: "15550100142" });
});

test("waba_info is believed before the entry, which may name the partner", () => {
  const value = { event: "PARTNER_ADDED", waba_info: { waba_id: "104996122399160" } };
  const expected = { wabaId: "104996122399160", entryId: "waba-1" };
  expect(place(value, "account_update")).toMatchObject(expected);
});
