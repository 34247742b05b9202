import { expect, it } from "vitest";
import { readSignup } from "./note-signups.ts";

const value = {
  event: "PARTNER_ADDED",
  waba_info: { waba_id: "100", owner_business_id: "7", solution_id: "9" },
};

it.each(["PARTNER_ADDED", "PARTNER_APP_INSTALLED"])("reads a sign-up in %s", (event) => {
  const read = readSignup("account_update", { ...value, event });
  expect(read).toEqual({ wabaId: "100", ownerBusinessId: "7" });
});

it.each([
  ["another field", "messages", value],
  ["another event", "account_update", { ...value, event: "PARTNER_REMOVED" }],
  ["no account", "account_update", { event: "PARTNER_ADDED", waba_info: {} }],
  ["an id that is none", "account_update", { ...value, waba_info: { waba_id: "../1" } }],
  ["no value", "account_update", null],
])("reads none in %s", (_, field, update) => {
  expect(readSignup(field, update)).toBeUndefined();
});

it("does without a business it cannot read", () => {
  for (const owner_business_id of [undefined, null, 7, "x"]) {
    const update = { ...value, waba_info: { waba_id: "100", owner_business_id } };
    expect(readSignup("account_update", update)?.ownerBusinessId).toBeNull();
  }
});
