import { expect, test } from "vitest";
import { parseNotification } from "../parse.ts";
import { presentItem } from "../present.ts";

function present(standby: object) {
  const body = { entry: [{ id: "waba", changes: [{ field: "standby", value: { standby } }] }] };
  return parseNotification(Buffer.from(JSON.stringify(body))).items.map(presentItem);
}

test("messages, echoes and statuses are told as what they are, one by one", () => {
  const standby = {
    contacts: [{ user_id: "US.1", profile: { name: "Ann" } }],
    messages: [{ id: "m", type: "revoke", from_user_id: "US.1" }],
    message_echoes: [
      { id: "e", message: { recipient: "US.1", type: "template" }, template: { a_b: 1 } },
    ],
    statuses: [{ id: "s", status: "read", recipient_user_id: "US.1" }],
  };
  const contact = { contactIdentifier: "US.1", name: "Ann" };
  const none = { message: null, echo: null, status: null };
  const { contacts, messages, message_echoes, statuses } = standby;
  const type = "standby.received";
  expect(present(standby)).toMatchObject([
    {
      type,
      data: {
        ...none,
        kind: "message",
        contact,
        message: { wamid: "m", type: "revoke" },
        raw: { standby: { contacts, messages } },
      },
    },
    {
      type,
      data: {
        ...none,
        kind: "echo",
        contact,
        echo: { wamid: "e", message: { recipient: "US.1", type: "template" }, template: { aB: 1 } },
        raw: { standby: { contacts, message_echoes } },
      },
    },
    {
      type,
      data: {
        ...none,
        kind: "status",
        contact,
        status: { wamid: "s", status: "read" },
        raw: { standby: { contacts, statuses } },
      },
    },
  ]);
});

test.each([
  [{ messages: [{ type: "text" }] }],
  [{ message_echoes: [{}] }],
  [{ statuses: [{ id: "s" }] }],
])("what is none of them is unknown, with its raw value: %j", (standby) => {
  expect(present(standby)).toEqual([
    { type: "webhook.unknown", data: { field: "standby", value: { standby } } },
  ]);
});
