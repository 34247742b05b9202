import { describe, expect, it } from "vitest";
import { contactKeys } from "./contact-keys.ts";
import type { Item } from "./item.ts";

function item(kind: string, value: unknown, more: Partial<Item> = {}): Item {
  const fields = { field: "messages", kind, value, wabaId: "10", phoneNumberId: "101" };
  // What else there is to an item says nothing about whom it concerns.
  return { ...fields, contact: undefined, ...more } as Item;
}

const share = (one: Item, other: Item) => {
  const keys = new Set(contactKeys([one]));
  return contactKeys([other]).some((key) => keys.has(key));
};

describe("the keys of an update", () => {
  it("are shared by a message of a contact and a status of an answer to it", () => {
    const message = item("message", { from: "+15550001" });
    expect(share(message, item("status", { recipient_id: "15550001" }))).toBe(true);
    expect(share(message, item("status", { recipient_id: "15550002" }))).toBe(false);
  });

  it("are every id of a contact, as Meta names it now by one and now by another", () => {
    const both = item("message", { from: "15550001", from_user_id: "US.1" });
    expect(share(both, item("message", { from_user_id: "US.1" }))).toBe(true);
    expect(share(both, item("status", { recipient_id: "15550001" }))).toBe(true);
    const contact = { wa_id: "15550001", user_id: "US.1" };
    expect(share(item("message", { from: "15550001" }, { contact }), both)).toBe(true);
  });

  it("are of the number, where nobody is named, and of the account without a number", () => {
    const nobody = item("flows", {}, { field: "flows" });
    expect(share(nobody, item("message", { from: "15550001" }))).toBe(false);
    expect(share(nobody, item("x", {}, { field: "x" }))).toBe(true);
    expect(share(nobody, item("x", {}, { field: "x", phoneNumberId: undefined }))).toBe(false);
    expect(contactKeys([item("x", {}, { phoneNumberId: undefined })])).toHaveLength(1);
  });

  it("do not show the phone number", () => {
    const [key = ""] = contactKeys([item("message", { from: "15550001" })]);
    expect(key).toMatch(/^[\w-]{16}$/);
    expect(key).not.toContain("5550001");
  });
});
