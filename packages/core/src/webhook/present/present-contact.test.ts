import { describe, expect, test } from "vitest";
import { parseNotification } from "../parse.ts";
import { presentItem } from "../present.ts";

function present(field: string, value: object) {
  const body = { entry: [{ id: "waba", changes: [{ field, value }] }] };
  return parseNotification(Buffer.from(JSON.stringify(body))).items.map(presentItem);
}

describe("a contact of the app", () => {
  const sync = (element: unknown) => present("smb_app_state_sync", { state_sync: [element] });

  test("is told with all that it is known by", () => {
    const contact = {
      first_name: "Pablo",
      user_id: "US.1",
      parent_user_id: "US.ENT.1",
      username: "@pablo",
    };
    const element = {
      type: "contact",
      contact,
      action: "add",
      metadata: { timestamp: 1795219200 },
    };
    expect(sync(element)).toMatchObject([
      {
        type: "contact.synced",
        data: {
          action: "add",
          contact: {
            contactIdentifier: "US.1",
            parentBusinessScopedUserId: "US.ENT.1",
            username: "@pablo",
            name: "Pablo",
          },
          fullName: null,
          firstName: "Pablo",
          timestamp: "2026-11-21T00:00:00.000Z",
        },
      },
    ]);
  });

  test.each([{ type: null }, {}, { metadata: 7 }])("may lack what it does not need: %j", (odd) => {
    const element = { contact: { phone_number: "15550123456" }, action: "remove", ...odd };
    expect(sync(element)).toMatchObject([
      {
        type: "contact.synced",
        data: { contact: { contactPhone: "+15550123456" }, timestamp: null },
      },
    ]);
  });

  test.each([
    { type: "label", contact: {}, action: "add" },
    { type: "contact", action: "add" },
    { type: "contact", contact: { user_id: "US.1" } },
    "x",
  ])("that is none is unknown, with its raw value: %j", (element) => {
    expect(sync(element)).toEqual([
      {
        type: "webhook.unknown",
        data: { field: "smb_app_state_sync", value: { state_sync: [element] } },
      },
    ]);
  });
});

describe("a preference", () => {
  test("is told as category and value, with its user", () => {
    const preference = { wa_id: "15550123456", category: "marketing_messages", value: "stop" };
    const contacts = [{ wa_id: "15550123456", user_id: "US.1", profile: { username: "@ann" } }];
    expect(present("user_preferences", { contacts, user_preferences: [preference] })).toMatchObject(
      [
        {
          type: "contact.preference_changed",
          data: {
            contact: { contactIdentifier: "US.1", username: "@ann" },
            category: "marketing_messages",
            value: "stop",
            timestamp: null,
          },
        },
      ],
    );
  });

  test("without a value is unknown", () => {
    expect(present("user_preferences", { user_preferences: [{ wa_id: "1" }] })).toMatchObject([
      { type: "webhook.unknown" },
    ]);
  });
});

describe("a new user id", () => {
  const update = (element: object, more: object = {}) =>
    present("user_id_update", { user_id_update: [element], ...more });

  test("is told as it was and as it is, and the contact is who it is now", () => {
    const element = {
      wa_id: "15550123456",
      user_id: { previous: "US.1", current: "US.2" },
      parent_user_id: { previous: "US.ENT.1", current: "US.ENT.2" },
      detail: "changed",
      timestamp: "1795219200",
    };
    const contacts = [{ user_id: "US.2", profile: { name: "Ann" } }];
    expect(update(element, { contacts })).toMatchObject([
      {
        type: "contact.identity_changed",
        data: {
          reason: "user_id_update",
          previous: { businessScopedUserId: "US.1", parentBusinessScopedUserId: "US.ENT.1" },
          current: { businessScopedUserId: "US.2", parentBusinessScopedUserId: "US.ENT.2" },
          contact: { contactIdentifier: "US.2", contactPhone: "+15550123456", name: "Ann" },
          detail: "changed",
          timestamp: "2026-11-21T00:00:00.000Z",
          message: null,
        },
      },
    ]);
  });

  test("is understood without the former one, and as a plain id", () => {
    for (const user_id of ["US.2", { current: "US.2" }]) {
      expect(update({ user_id })).toMatchObject([
        {
          data: {
            previous: { businessScopedUserId: null },
            current: { businessScopedUserId: "US.2" },
          },
        },
      ]);
    }
  });

  test.each([{}, { user_id: {} }, { user_id: [] }, { wa_id: "15550123456" }])(
    "that names none is unknown: %j",
    (element) => {
      expect(update(element)).toMatchObject([{ type: "webhook.unknown" }]);
    },
  );
});

test("who asks to join a group is its contact", () => {
  const groups = [
    {
      type: "group_join_request_created",
      join_request_id: "j",
      wa_id: "15550123456",
      user_id: "US.1",
    },
    { type: "group_participants_add", added_participants: [{ wa_id: "1", user_id: "US.2" }] },
  ];
  for (const field of ["group_participants_update", "group_participant_update"]) {
    expect(present(field, { groups })).toMatchObject([
      {
        type: "group.participants_changed",
        data: { contact: { contactIdentifier: "US.1" }, group: { joinRequestId: "j" } },
      },
      {
        type: "group.participants_changed",
        data: { contact: null, group: { addedParticipants: [{ waId: "1", userId: "US.2" }] } },
      },
    ]);
  }
});

describe("a handover", () => {
  test("names the user, where Meta does, and who has the conversation", () => {
    const control_taken = { new_owner_app_id: 670843887430011, new_owner_role: "brand_new" };
    const value = { type: "control_taken", sender: { user_id: "US.1" }, control_taken };
    expect(present("messaging_handovers", value)).toMatchObject([
      {
        type: "handover.changed",
        data: {
          contact: { contactIdentifier: "US.1" },
          controlTaken: { newOwnerAppId: "670843887430011", newOwnerRole: "brand_new" },
          controlPassed: null,
        },
      },
    ]);
    expect(present("messaging_handovers", { type: "control_taken", sender: 7 })).toMatchObject([
      { type: "handover.changed", data: { contact: null } },
    ]);
  });

  test("without a type is unknown", () => {
    expect(present("messaging_handovers", { sender: {} })).toMatchObject([
      { type: "webhook.unknown" },
    ]);
  });
});
