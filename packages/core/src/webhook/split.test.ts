import { describe, expect, test } from "vitest";
import { parseNotification } from "./parse.ts";
import { rawOf } from "./raw-of.ts";

const metadata = { display_phone_number: "15550100142", phone_number_id: "110200345501442" };
const common = { messaging_product: "whatsapp", metadata };

function split(field: string, value: object) {
  const body = { entry: [{ id: "waba-1", changes: [{ field, value }] }] };
  return parseNotification(Buffer.from(JSON.stringify(body))).items;
}

/** What is raw of each item, without what all of them have. */
function rawIn(field: string, value: object) {
  return split(field, { ...common, ...value }).map((item) => {
    expect(rawOf(item)).toMatchObject(common);
    return rawOf(item);
  });
}

describe.each([
  ["smb_message_echoes", "message_echoes", "echo"],
  ["calls", "calls", "call"],
  ["calls", "statuses", "call_status"],
  ["history", "history", "history"],
  ["history", "messages", "media"],
  ["history", "message_echoes", "media_echo"],
  ["smb_app_state_sync", "state_sync", "contact"],
  ["user_preferences", "user_preferences", "preference"],
  ["user_id_update", "user_id_update", "user_id"],
  ["group_lifecycle_update", "groups", "group"],
  ["group_participants_update", "groups", "group"],
  ["group_settings_update", "groups", "group"],
  ["group_status_update", "groups", "group"],
  ["automatic_events", "automatic_events", "conversion"],
])("%s: %s", (field, list, kind) => {
  test("each element is an item of its own, with Meta's shape around it", () => {
    const elements = [{ id: "a" }, { id: "b" }, 7];
    const items = split(field, { ...common, [list]: elements });
    expect(items.map((item) => [item.kind, item.value])).toEqual(
      elements.map((element) => [kind, element]),
    );
    expect(items.map(rawOf)).toEqual(elements.map((element) => ({ ...common, [list]: [element] })));
  });

  test("names that nobody knows go with the first", () => {
    const value = { [list]: [{ id: "a" }, { id: "b" }], surprise: { x: 1 } };
    expect(rawIn(field, value)).toEqual([
      { ...common, [list]: [{ id: "a" }], surprise: { x: 1 } },
      { ...common, [list]: [{ id: "b" }] },
    ]);
  });

  test.each([{ [list]: [] }, { [list]: null }, {}])(
    "without elements it is one item: %j",
    (value) => {
      expect(split(field, { ...common, ...value })).toMatchObject([
        { kind: field, list: undefined, value: { ...common, ...value } },
      ]);
    },
  );
});

test("an element gets the contact it is about", () => {
  const ann = { wa_id: "15550123456", user_id: "US.1" };
  const bob = { wa_id: "15550123457", user_id: "US.2" };
  const contacts = [ann, bob];
  const contactsIn = (field: string, value: object) =>
    split(field, { ...common, contacts, ...value }).map((item) => item.contact);

  const echoes = [
    { id: "e", to_user_id: "US.2" },
    { id: "f", to: "15550123456" },
  ];
  expect(contactsIn("smb_message_echoes", { message_echoes: echoes })).toEqual([bob, ann]);
  const calls = [
    { id: "1", from: "15550100142", to: "15550123457" },
    { id: "2", from: "15550123456", to: "15550100142" },
  ];
  expect(contactsIn("calls", { calls })).toEqual([bob, ann]);
  const updates = [{ user_id: { previous: "US.0", current: "US.2" } }];
  expect(contactsIn("user_id_update", { user_id_update: updates })).toEqual([bob]);
});

describe("errors beside calls", () => {
  const errors = [{ code: 138007 }];

  test("go with the call that failed", () => {
    const calls = [
      { id: "1", event: "connect" },
      { id: "2", event: "terminate", status: "Failed" },
    ];
    expect(rawIn("calls", { calls, errors })).toEqual([
      { ...common, calls: [calls[0]] },
      { ...common, calls: [calls[1]], errors },
    ]);
  });

  test("go with the first where none is said to have failed", () => {
    const [first, second] = rawIn("calls", { calls: [{ id: "1" }, { id: "2" }], errors });
    expect(first).toMatchObject({ errors });
    expect(second).not.toHaveProperty("errors");
  });

  test("are items where there is no call", () => {
    expect(split("calls", { ...common, errors })).toMatchObject([
      { kind: "error", value: { code: 138007 } },
    ]);
  });
});

describe("standby", () => {
  const standby = {
    contacts: [{ user_id: "US.1" }, { user_id: "US.9" }],
    messages: [{ id: "m", from_user_id: "US.1" }],
    message_echoes: [{ id: "e" }],
    statuses: [{ id: "s" }],
    inner_surprise: 1,
  };

  test("is taken apart one level deeper, and put together again as raw", () => {
    const [ann, stranger] = standby.contacts;
    expect(rawIn("standby", { standby, outer_surprise: 2 })).toEqual([
      {
        ...common,
        outer_surprise: 2,
        standby: { contacts: [ann, stranger], inner_surprise: 1, messages: standby.messages },
      },
      { ...common, standby: { message_echoes: standby.message_echoes } },
      { ...common, standby: { statuses: standby.statuses } },
    ]);
  });

  test.each([{}, { standby: {} }, { standby: [] }, { standby: "x" }, { messages: [{ id: "m" }] }])(
    "without lists is one item: %j",
    (value) => {
      expect(split("standby", value)).toMatchObject([{ kind: "standby", value }]);
    },
  );
});

test("a name __proto__ beside a list stays a name", () => {
  const text =
    '{"entry":[{"changes":[{"field":"calls","value":{"calls":[{}],"__proto__":{"x":1}}}]}]}';
  const [item] = parseNotification(Buffer.from(text)).items;
  expect(JSON.stringify(item && rawOf(item))).toBe('{"__proto__":{"x":1},"calls":[{}]}');
  expect({}).not.toHaveProperty("x");
});
