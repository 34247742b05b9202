import { expect, test } from "vitest";
import { findContact, indexContacts } from "./contact-index.ts";

const ann = { user_id: "US.1", wa_id: "15550000001" };
const bob = { user_id: "US.2", wa_id: "+15550000002" };
const cleo = { wa_id: "15550000003" };
const index = indexContacts([null, "x", cleo, bob, ann]);

function find(userId?: string, phone?: string) {
  return findContact(index, { userId, phone, parentUserId: undefined });
}

test("a person is found by user id first", () => {
  expect(find("US.1", "15550000003")).toBe(ann);
});

test("then by phone number, with or without plus on either side", () => {
  expect(find(undefined, "+15550000001")).toBe(ann);
  expect(find(undefined, "15550000002")).toBe(bob);
  expect(find("US.3", "15550000003")).toBe(cleo);
});

test("never where the user id says it is somebody else", () => {
  expect(find("US.9", "15550000001")).toBeUndefined();
});

test("never by position, not even the only one", () => {
  expect(find()).toBeUndefined();
  expect(
    findContact(indexContacts([ann]), { userId: "US.2", phone: "2", parentUserId: undefined }),
  ).toBeUndefined();
});

test("the first of two with the same id wins", () => {
  const twins = indexContacts([
    { ...ann, n: 1 },
    { ...ann, n: 2 },
  ]);
  expect(
    findContact(twins, { userId: "US.1", phone: undefined, parentUserId: undefined }),
  ).toMatchObject({ n: 1 });
});
