import { expect, test } from "vitest";
import { identifyContact } from "./contact-identity.ts";

const nobody = { userId: undefined, parentUserId: undefined, phone: undefined };

test("a user with BSUID and phone is known by the one and answered by the other", () => {
  const contact = { wa_id: "15550123456", user_id: "US.1", profile: { name: "Sheena" } };
  expect(identifyContact({ ...nobody, phone: "15550123456", userId: "US.1" }, contact)).toEqual({
    contactIdentifier: "US.1",
    contactIdentifierType: "bsuid",
    contactReplyTo: "+15550123456",
    contactPhone: "+15550123456",
    businessScopedUserId: "US.1",
    parentBusinessScopedUserId: null,
    username: null,
    name: "Sheena",
  });
});

test("a user who hides the phone is answered by BSUID", () => {
  const contact = { profile: { name: "Sheena", username: "@sheena" }, parent_user_id: "US.ENT.1" };
  expect(identifyContact({ ...nobody, userId: "US.1" }, contact)).toMatchObject({
    contactIdentifier: "US.1",
    contactReplyTo: "US.1",
    contactPhone: null,
    parentBusinessScopedUserId: "US.ENT.1",
    username: "@sheena",
  });
});

test.each([
  [{ phone: "15550123456" }, "+15550123456", "phone", "+15550123456"],
  [{ phone: "+15550123456" }, "+15550123456", "phone", "+15550123456"],
  [{ phone: "user-17" }, "user-17", "wa_id", "user-17"],
  [{ parentUserId: "US.ENT.1" }, "US.ENT.1", "bsuid", "US.ENT.1"],
])("before BSUIDs %j was enough", (party, identifier, type, replyTo) => {
  expect(identifyContact({ ...nobody, ...party }, undefined)).toMatchObject({
    contactIdentifier: identifier,
    contactIdentifierType: type,
    contactReplyTo: replyTo,
  });
});

test("what the update does not say, the contact beside it may", () => {
  const contact = { wa_id: "15550123456", user_id: "US.1" };
  expect(identifyContact(nobody, contact)).toMatchObject({
    businessScopedUserId: "US.1",
    contactPhone: "+15550123456",
  });
});

test("a username alone is a key, but no address", () => {
  expect(identifyContact(nobody, { profile: { username: "@sheena" } })).toMatchObject({
    contactIdentifier: "@sheena",
    contactIdentifierType: "username",
    contactReplyTo: null,
  });
});

test.each([
  undefined,
  {},
  { profile: "x", wa_id: "", user_id: null },
  { profile: { name: "Sheena" } },
])("nobody named is nobody: %j", (contact) => {
  expect(identifyContact(nobody, contact)).toBeNull();
});
