import { expect, test } from "vitest";
import { readStatus } from "./status-update.ts";

const sent = { id: "wamid.1", status: "sent", timestamp: "1795219200" };

test("a status has Meta's id as wamid, an ISO instant, and null for what is absent", () => {
  expect(readStatus({ ...sent, recipient_user_id: "US.1" })).toEqual({
    wamid: "wamid.1",
    status: "sent",
    timestamp: "2026-11-21T00:00:00.000Z",
    recipientId: null,
    recipientUserId: "US.1",
    recipientParentUserId: null,
    recipientType: null,
    recipientParticipantId: null,
    recipientParticipantUserId: null,
    recipientParticipantParentUserId: null,
    recipientIdentityKeyHash: null,
    groupId: null,
    bizOpaqueCallbackData: null,
    templateId: null,
    conversation: null,
    pricing: null,
    errors: null,
  });
});

test.each([
  [{ participant_recipient_id: "1" }, { recipientParticipantId: "1" }],
  [{ parent_recipient_user_id: "US.ENT.1" }, { recipientParentUserId: "US.ENT.1" }],
  [
    { conversation: { id: "c", pricing: { billable: "true", category: "group_utility" } } },
    {
      pricing: { billable: true, category: "group_utility", type: null },
      conversation: { id: "c" },
    },
  ],
  [
    { conversation: { expiration_timestamp: "1795305600", origin: { type: "marketing" } } },
    {
      conversation: {
        id: null,
        expirationTimestamp: "2026-11-22T00:00:00.000Z",
        origin: { type: "marketing" },
      },
    },
  ],
])("spellings and places of Meta's pages are understood: %j", (given, expected) => {
  expect(readStatus({ ...sent, ...given })).toMatchObject(expected);
});

test("a pricing in its own place wins", () => {
  const status = { ...sent, pricing: { type: "a" }, conversation: { pricing: { type: "b" } } };
  expect(readStatus(status)).toMatchObject({ pricing: { type: "a" } });
});

test("a status newer than this library stays what it is", () => {
  expect(readStatus({ ...sent, status: "warned", brand_new: 1 })).toMatchObject({
    status: "warned",
    brandNew: 1,
  });
});

test.each([{ id: "wamid.1" }, { status: "sent" }, { ...sent, status: 7 }, { ...sent, id: "" }])(
  "without an id or a status it is none: %j",
  (status) => {
    expect(readStatus(status)).toBeUndefined();
  },
);
