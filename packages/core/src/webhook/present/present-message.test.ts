import { describe, expect, test } from "vitest";
import { parseNotification } from "../parse.ts";
import { presentItem } from "../present.ts";

function present(field: string, value: object) {
  const body = { entry: [{ id: "waba", changes: [{ field, value }] }] };
  return parseNotification(Buffer.from(JSON.stringify(body))).items.map(presentItem);
}

const ann = { wa_id: "15550123456", user_id: "US.1", profile: { name: "Ann" } };
const contacts = [ann];
const message = (type: string, content: object = {}) => ({
  id: "w1",
  type,
  from: "15550123456",
  from_user_id: "US.1",
  ...content,
});
const echo = (type: string, content: object = {}) => ({
  id: "w1",
  type,
  from: "15550100142",
  to: "15550123456",
  to_user_id: "US.1",
  ...content,
});

describe("a change of an earlier message", () => {
  const edit = { original_message_id: "w0", message: { type: "text", text: { body: "new" } } };
  const revoke = { original_message_id: "w0" };

  test.each([
    ["edit", "message.edited", { edit }, { edit: { originalMessageId: "w0" } }],
    ["revoke", "message.revoked", { revoke }, { revoke: { originalMessageId: "w0" } }],
    ["edit", "message.edited", {}, { edit: null }],
    ["revoke", "message.revoked", { revoke: 7 }, { revoke: null }],
  ])("%s is %s, whoever made it", (type, event, content, expected) => {
    const byUser = [message(type, content)];
    const byBusiness = [echo(type, content)];
    const about = { contact: { contactIdentifier: "US.1", name: "Ann" }, message: expected };
    expect(present("messages", { contacts, messages: byUser })).toMatchObject([
      { type: event, data: { direction: "inbound", ...about, raw: { messages: byUser } } },
    ]);
    expect(present("smb_message_echoes", { contacts, message_echoes: byBusiness })).toMatchObject([
      {
        type: event,
        data: { direction: "outbound", ...about, raw: { message_echoes: byBusiness } },
      },
    ]);
  });
});

describe("an echo", () => {
  test.each(["smb_message_echoes", "message_echoes"])(
    "of the field %s names whom it went to",
    (field) => {
      const text = { body: "hi" };
      expect(present(field, { contacts, message_echoes: [echo("text", { text })] })).toMatchObject([
        {
          type: "message.echoed",
          data: {
            contact: { contactIdentifier: "US.1", contactPhone: "+15550123456", name: "Ann" },
            message: { wamid: "w1", type: "text", text, to: "15550123456", toParentUserId: null },
          },
        },
      ]);
    },
  );

  test("of a type newer than this library is an echo", () => {
    expect(present("smb_message_echoes", { message_echoes: [echo("hologram")] })).toMatchObject([
      { type: "message.echoed", data: { message: { type: "unknown", originalType: "hologram" } } },
    ]);
  });

  test.each([[{ type: "text" }], [7]])("without an id is unknown, with its raw value", (odd) => {
    const value = { message_echoes: [odd] };
    expect(present("smb_message_echoes", value)).toEqual([
      { type: "webhook.unknown", data: { field: "smb_message_echoes", value } },
    ]);
  });
});

describe("an answer whether to call", () => {
  const reply = { response: "accept", expiration_timestamp: 1795824000 };

  test("is a call's event, and carries the message", () => {
    const interactive = { type: "call_permission_reply", call_permission_reply: reply };
    expect(
      present("messages", { messages: [message("interactive", { interactive })] }),
    ).toMatchObject([
      {
        type: "call.permission_replied",
        data: {
          contact: { contactIdentifier: "US.1" },
          message: { interactive: { callPermissionReply: { response: "accept" } } },
        },
      },
    ]);
  });

  test.each([
    { type: "button_reply", button_reply: { id: "1" } },
    { type: "brand_new" },
    7,
    undefined,
  ])("is not any other interactive message: %j", (interactive) => {
    expect(
      present("messages", { messages: [message("interactive", { interactive })] }),
    ).toMatchObject([{ type: "message.received" }]);
  });
});

describe("a system message", () => {
  const changed = (system: object, more: object = {}) =>
    present("messages", { messages: [message("system", { system, ...more })] });
  const former = { contactPhone: "+15550123456", businessScopedUserId: "US.1" };

  test.each(["user_changed_number", "customer_changed_number"])("%s tells both numbers", (type) => {
    for (const name of ["wa_id", "new_wa_id"]) {
      const told = changed({ type, [name]: "15550199999", user_id: "US.2", body: "moved" });
      expect(told).toMatchObject([
        {
          type: "contact.identity_changed",
          data: {
            reason: type,
            previous: former,
            current: { contactPhone: "+15550199999", businessScopedUserId: "US.2" },
            contact: { contactIdentifier: "US.2", contactPhone: "+15550199999" },
            detail: "moved",
            message: { type: "system", system: { type } },
          },
        },
      ]);
    }
  });

  test("takes the name of a person from the contact beside it, but no former id", () => {
    const system = { type: "user_changed_number", wa_id: "15550199999" };
    expect(
      present("messages", { contacts, messages: [message("system", { system })] }),
    ).toMatchObject([
      {
        data: {
          contact: {
            name: "Ann",
            contactIdentifier: "+15550199999",
            businessScopedUserId: null,
          },
        },
      },
    ]);
  });

  test("about new keys is about the same user", () => {
    const more = { identity: { hash: "DF2=", acknowledged: true } };
    expect(changed({ type: "customer_identity_changed" }, more)).toMatchObject([
      {
        data: {
          previous: { ...former, identityKeyHash: null },
          current: { ...former, identityKeyHash: "DF2=" },
          contact: { contactIdentifier: "US.1" },
        },
      },
    ]);
  });

  test("without new names is still about somebody", () => {
    expect(changed({ type: "user_changed_user_id" })).toMatchObject([
      {
        data: {
          current: { businessScopedUserId: null, contactPhone: null },
          contact: { contactIdentifier: "US.1" },
        },
      },
    ]);
  });

  test.each([{ type: "brand_new" }, { type: ["user_changed_number"] }, {}, 7])(
    "about anything else is a message like others: %j",
    (system) => {
      expect(changed(system as object)).toMatchObject([{ type: "message.received" }]);
    },
  );
});
