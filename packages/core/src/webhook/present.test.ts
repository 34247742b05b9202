import { describe, expect, test } from "vitest";
import { parseNotification } from "./parse.ts";
import { presentItem } from "./present.ts";

const metadata = { display_phone_number: "15550100142", phone_number_id: "110200345501442" };
const contact = {
  profile: { name: "Sheena" },
  wa_id: "15550123456",
  user_id: "US.1",
  identity_key_hash: "DF2l=",
};

function present(value: unknown, field = "messages") {
  const body = { entry: [{ id: "waba", changes: [{ value, field }] }] };
  return parseNotification(Buffer.from(JSON.stringify(body))).items.map(presentItem);
}

describe("a message", () => {
  const message = { id: "w1", type: "text", text: { body: "hi" }, from_user_id: "US.1" };

  test("is told with who wrote it and with Meta's own words", () => {
    expect(present({ metadata, contacts: [contact], messages: [message] })).toMatchObject([
      {
        type: "message.received",
        data: {
          contact: { contactIdentifier: "US.1", contactPhone: "+15550123456", name: "Sheena" },
          message: { wamid: "w1", type: "text", text: { body: "hi" } },
          raw: { metadata, contacts: [contact], messages: [message] },
        },
      },
    ]);
  });

  test("names its sender also without a contact beside it", () => {
    expect(present({ messages: [{ ...message, from: "15550123456" }] })).toMatchObject([
      { data: { contact: { businessScopedUserId: "US.1", contactPhone: "+15550123456" } } },
    ]);
  });

  test("of nobody is told as well", () => {
    expect(present({ messages: [{ id: "w1", type: "text" }] })).toMatchObject([
      { type: "message.received", data: { contact: null } },
    ]);
  });

  test.each(["system", "interactive", "request_welcome", "hologram"])(
    "of type %s is a message like others",
    (type) => {
      expect(present({ messages: [{ ...message, type }] })).toMatchObject([
        { type: "message.received" },
      ]);
    },
  );
});

describe("a status", () => {
  test("is told with its recipient", () => {
    const status = {
      id: "w1",
      status: "read",
      recipient_id: "15550123456",
      recipient_user_id: "US.1",
    };
    expect(present({ contacts: [contact], statuses: [status] })).toMatchObject([
      {
        type: "message.status_updated",
        data: {
          contact: { contactIdentifier: "US.1", name: "Sheena" },
          status: { wamid: "w1", status: "read", recipientId: "15550123456" },
          raw: { contacts: [contact], statuses: [status] },
        },
      },
    ]);
  });

  test("of a group is told with the participant, never with the group", () => {
    const status = {
      id: "w1",
      status: "read",
      recipient_id: "Y2FwaV9ncm91c",
      recipient_type: "group",
    };
    const [alone, named] = present({
      statuses: [status, { ...status, recipient_participant_user_id: "US.1" }],
    });
    expect(alone).toMatchObject({ data: { contact: null } });
    expect(named).toMatchObject({ data: { contact: { contactIdentifier: "US.1" } } });
  });
});

describe("what has no event yet", () => {
  test("is told with field and value as they came", () => {
    const value = { event: "BORN", some_name: [1, null] };
    expect(present(value, "consumer_profile")).toEqual([
      { type: "webhook.unknown", data: { field: "consumer_profile", value } },
    ]);
  });

  test.each(["message", "status", "error"])(
    "is not mistaken for a part of messages: %s",
    (field) => {
      expect(present({ id: "w1", status: "read" }, field)).toMatchObject([
        { type: "webhook.unknown", data: { field } },
      ]);
    },
  );

  test("errors and odd elements of a messages value keep Meta's shape", () => {
    const value = {
      metadata,
      messages: [7, { text: "no id" }],
      statuses: [{ id: "w1" }],
      errors: [{ code: 1 }],
    };
    expect(present(value)).toEqual(
      [
        { messages: [7] },
        { messages: [{ text: "no id" }] },
        { statuses: [{ id: "w1" }] },
        { errors: [{ code: 1 }] },
      ].map((part) => ({
        type: "webhook.unknown",
        data: { field: "messages", value: { metadata, ...part } },
      })),
    );
  });

  test("a body that is no JSON is told as its text", () => {
    const { items } = parseNotification(Buffer.from("oops"));
    expect(items.map(presentItem)).toEqual([
      { type: "webhook.unknown", data: { field: "unparsable", value: "oops" } },
    ]);
  });
});
