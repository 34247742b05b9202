import { describe, expect, test } from "vitest";
import { parseNotification } from "./parse.ts";

const parse = (body: unknown) => parseNotification(Buffer.from(JSON.stringify(body))).items;
const metadata = { display_phone_number: "15550100142", phone_number_id: "110200345501442" };

/** One change of one entry. */
function change(
  value: unknown,
  field: string | undefined = "messages",
  entry: object = {},
): unknown {
  return { entry: [{ id: "waba-1", changes: [{ value, field }], ...entry }] };
}

const message = (id: string, from: object = {}) => ({ id, type: "text", ...from });

describe("a messages value", () => {
  test("becomes one item per message, status and error, in that order", () => {
    const value = {
      metadata,
      messages: [message("m1"), message("m2")],
      statuses: [{ id: "s1", status: "read" }],
      errors: [{ code: 1 }, { code: 2 }],
    };
    expect(parse(change(value)).map(({ kind, id, value }) => ({ kind, id, value }))).toEqual([
      { kind: "message", id: "m1", value: message("m1") },
      { kind: "message", id: "m2", value: message("m2") },
      { kind: "status", id: "s1", value: { id: "s1", status: "read" } },
      { kind: "error", id: undefined, value: { code: 1 } },
      { kind: "error", id: undefined, value: { code: 2 } },
    ]);
  });

  test("tells each item where it belongs", () => {
    const [item] = parse(change({ metadata, messages: [message("m1")] }, "messages", { time: 17 }));
    expect(item).toMatchObject({
      field: "messages",
      wabaId: "waba-1",
      entryId: "waba-1",
      entryTime: 17,
      phoneNumberId: "110200345501442",
      displayPhoneNumber: "15550100142",
    });
  });

  test.each([
    {},
    { messages: [] },
    { messages: null, statuses: [] },
    { things: [1] },
    null,
    7,
    "x",
    [1],
  ])("without any of the three lists stays whole: %j", (value) => {
    expect(parse(change(value))).toMatchObject([{ kind: "messages", field: "messages", value }]);
  });

  test("keeps elements that are no objects, and takes one value for a list of one", () => {
    const value = { messages: [null, "x", [message("m1")]], statuses: { id: "s1" }, errors: "odd" };
    expect(parse(change(value)).map(({ kind, value }) => [kind, value])).toEqual([
      ["message", null],
      ["message", "x"],
      ["message", [message("m1")]],
      ["status", { id: "s1" }],
      ["error", "odd"],
    ]);
  });

  test("gives each part its own contact, and the metadata", () => {
    const ann = { user_id: "US.1", wa_id: "1" };
    const bob = { user_id: "US.2", wa_id: "2" };
    const messages = [
      message("m1", { from_user_id: "US.2" }),
      message("m2", { from_user_id: "US.1" }),
    ];
    const items = parse(
      change({ messaging_product: "whatsapp", metadata, contacts: [ann, bob], messages }),
    );
    expect(items.map((item) => item.contact)).toEqual([bob, ann]);
    expect(items.map((item) => item.shared)).toEqual([
      { messaging_product: "whatsapp", metadata, contacts: [bob] },
      { messaging_product: "whatsapp", metadata, contacts: [ann] },
    ]);
  });

  test("hands unknown names and contacts of nobody to its first item only", () => {
    const ann = { user_id: "US.1" };
    const messages = [
      message("m1", { from_user_id: "US.1" }),
      message("m2", { from_user_id: "US.1" }),
    ];
    const stranger = { user_id: "US.9" };
    const conversation_context = { type: "summary" };
    const items = parse(change({ contacts: [stranger, ann], messages, conversation_context }));
    expect(items.map((item) => item.shared)).toEqual([
      { contacts: [ann, stranger], conversation_context },
      { contacts: [ann] },
    ]);
    expect(items.map((item) => item.contact)).toEqual([ann, ann]);
  });
});

test("a field without lists is one item with its whole value", () => {
  const value = { metadata, messages: [message("m1")], statuses: [{ id: "s1" }] };
  expect(parse(change(value, "flows"))).toMatchObject([
    { kind: "flows", field: "flows", id: undefined, value, phoneNumberId: "110200345501442" },
  ]);
});

describe("an older or odd envelope", () => {
  const value = { event: "PARTNER_APP_INSTALLED", waba_info: { waba_id: "7" } };
  const field = "account_update";
  const expected = [{ field, kind: field, wabaId: "7", entryTime: 5 }];

  test.each([
    ["the field inside the value", { changes: [{ value: { ...value, field } }] }],
    ["the field on the entry", { field, changes: [{ value }] }],
    ["no field, but an account event", { changes: [{ value }] }],
    ["an empty field, but an account event", { changes: [{ value, field: "" }] }],
    ["the change on the entry", { value, field }],
    ["no value, the event in the change", { changes: [{ ...value, field }] }],
    ["one change instead of a list", { changes: { value, field } }],
    ["the time as text", { time: "5", changes: [{ value, field }] }],
  ])("is understood: %s", (_what, entry) => {
    expect(parse({ entry: [{ id: "p", time: 5, ...entry }] })).toMatchObject(expected);
  });

  test("is understood: one entry instead of a list, no object", () => {
    expect(parse({ entry: { time: 5, changes: [{ value, field }] } })).toMatchObject(expected);
  });

  test("without field, event or time keeps its value", () => {
    expect(
      parse({ entry: [{ id: "p", changes: [{ value: { event: "APPROVED" } }] }] }),
    ).toMatchObject([
      { field: "unknown", kind: "unknown", entryTime: undefined, value: { event: "APPROVED" } },
    ]);
  });

  test.each([[], {}, 7, null, "x", { object: "page" }, { entry: null }])(
    "that is none is one unknown item: %j",
    (body) => {
      expect(parse(body)).toMatchObject([{ field: "unknown", kind: "unknown", value: body }]);
    },
  );

  test.each([[null], [7], ["x"], [[1]], [{}], [{ id: "p", messaging: [] }]])(
    "keeps an entry without changes: %j",
    (entry) => {
      expect(parse({ entry: [entry] })).toMatchObject([{ kind: "unknown", value: entry }]);
    },
  );

  test.each([null, 7, "x", [1], {}])("keeps a change that is none: %j", (odd) => {
    expect(parse({ entry: [{ id: "p", changes: [odd] }] })).toMatchObject([
      { kind: "unknown", wabaId: "p", value: odd },
    ]);
  });

  test("without entries has no items", () => {
    expect(parse({ object: "whatsapp_business_account", entry: [] })).toEqual([]);
  });
});

test("items know the element of the body they were read from", () => {
  const messages = { messages: [{ id: "a" }, { id: "b" }] };
  const entry = [
    { id: "1", changes: [{ field: "messages", value: messages }, { field: "security" }] },
    { id: "2", changes: [] },
    { id: "3", field: "security", value: {} },
    "odd",
  ];
  const { items, changes } = parseNotification(Buffer.from(JSON.stringify({ entry })));
  expect(changes).toMatchObject([
    { entry: 0, change: 0, items: [{ id: "a" }, { id: "b" }] },
    { entry: 0, change: 1, items: [{ field: "security" }] },
    { entry: 1, change: undefined, items: [] },
    { entry: 2, change: undefined, items: [{ entryId: "3" }] },
    { entry: 3, change: undefined, items: [{ value: "odd" }] },
  ]);
  expect(changes.flatMap((change) => change.items)).toEqual(items);
});

test("a body that is not JSON is one item with its text", () => {
  const { items } = parseNotification(Buffer.from("oops"));
  expect(items).toMatchObject([{ kind: "unparsable", field: "unparsable", value: "oops" }]);
});

describe("a body of more updates than Meta ever sends", () => {
  const many = <Value>(count: number, make: (index: number) => Value) =>
    Array.from({ length: count }, (_, index) => make(index));
  const messages = (count: number) => ({
    metadata,
    messages: many(count, (at) => message(`m${at}`)),
  });

  test("keeps a value with too many elements whole, where it belongs", () => {
    expect(parse(change(messages(10_000)))).toHaveLength(10_000);
    const value = messages(10_001);
    expect(parse(change(value))).toMatchObject([
      { kind: "messages", wabaId: "waba-1", phoneNumberId: metadata.phone_number_id, value },
    ]);
  });

  test.each([
    ["entries", { entry: many(10_001, (at) => ({ id: `${at}` })) }],
    ["changes", { entry: [{ id: "1", changes: many(10_001, () => ({})) }] }],
    [
      "elements of several values",
      { entry: many(11, () => ({ changes: [{ field: "messages", value: messages(1_000) }] })) },
    ],
  ])("stays whole: %s", (_what, body) => {
    expect(parse(body)).toMatchObject([{ kind: "unknown", wabaId: undefined, value: body }]);
  });
});
