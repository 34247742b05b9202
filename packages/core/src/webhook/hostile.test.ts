import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { itemIdentity } from "./identity.ts";
import { LAYOUTS } from "./layouts.ts";
import { isObject } from "./lenient.ts";
import { parseNotification } from "./parse.ts";
import { presentItem } from "./present.ts";
import { rawOf } from "./raw-of.ts";

const VALUE_FIELDS = [
  "message_template_status_update",
  "message_template_quality_update",
  "message_template_components_update",
  "template_category_update",
  "template_correct_category_detection",
  "phone_number_quality_update",
  "phone_number_name_update",
  "account_settings_update",
  "business_username_updates",
  "account_update",
  "account_review_update",
  "account_alerts",
  "business_capability_update",
  "security",
  "partner_solutions",
  "payment_configuration_update",
  "flows",
  "messaging_handovers",
  "consumer_profile",
  "brand_new",
  "constructor",
  "__proto__",
];
const layouts = [...LAYOUTS].flatMap(([field, { within, lists }]) =>
  lists.map(({ list }) => ({ field, within, list })),
);

function told(field: string, value: unknown) {
  const body = Buffer.from(JSON.stringify({ entry: [{ id: "1", changes: [{ field, value }] }] }));
  const { items } = parseNotification(body);
  for (const item of items) itemIdentity("app", item);
  return { items, events: items.map(presentItem) };
}

/** As it comes out of a body, where integers beyond 2^53 are the text of their digits. */
function asJson(value: unknown): unknown {
  return JSON.parse(JSON.stringify(value), (_, part: unknown) => {
    const isBeyond = typeof part === "number" && !Number.isSafeInteger(part);
    return isBeyond && /^-?\d+$/.test(String(part)) ? String(part) : part;
  });
}

/** Values that a reader could stumble over, under names that it looks for. */
const names = fc.constantFrom(
  "id",
  "type",
  "event",
  "status",
  "contacts",
  "messages",
  "threads",
  "metadata",
  "errors",
  "system",
  "interactive",
  "user_id",
  "contact",
  "decision",
  "timestamp",
  "constructor",
  "toString",
);
const { json } = fc.letrec<{ readonly json: unknown }>((tie) => ({
  json: fc.oneof(
    { maxDepth: 5 },
    fc.constantFrom(
      null,
      true,
      0,
      -1,
      1e300,
      "",
      "call",
      "edit",
      "revoke",
      "connect",
      "1795219200",
    ),
    fc.constantFrom(
      "contact",
      "system",
      "interactive",
      "user_changed_number",
      "12345678901234567890",
    ),
    fc.constant({ length: { toString: null, valueOf: null } }),
    fc.jsonValue({ maxDepth: 1 }),
    fc.array(tie("json"), { maxLength: 4 }),
    fc.dictionary(names, tie("json"), { maxKeys: 6 }),
  ),
}));

describe("any JSON", () => {
  test("as the value of a field is one event that keeps it", () => {
    fc.assert(
      fc.property(fc.constantFrom(...VALUE_FIELDS), json, (field, value) => {
        const { items, events } = told(field, value);
        expect(events).toHaveLength(1);
        expect(items.map(rawOf)).toEqual([asJson(value)]);
        for (const { data } of events) {
          const original = "raw" in data ? data.raw : "field" in data && data.value;
          expect(original).toEqual(asJson(value));
        }
      }),
      { numRuns: 2_000 },
    );
  });

  test("as elements of a list is at least an event each, whose raw value holds it", () => {
    const elements = fc.array(json, { minLength: 1, maxLength: 5 });
    const given = fc.record({ elements, beside: fc.dictionary(names, json, { maxKeys: 3 }) });
    fc.assert(
      fc.property(fc.constantFrom(...layouts), given, (layout, { elements, beside }) => {
        const { field, within, list } = layout;
        const inner = { ...beside, [list]: elements };
        const { items, events } = told(field, within ? { [within]: inner } : inner);
        expect(events.length).toBeGreaterThanOrEqual(elements.length);
        const own = items.filter((item) => item.list === list);
        if (list === "errors" && own.length === 0) return; // they went with a call
        expect(own.map(({ value }) => value)).toEqual(asJson(elements));
        for (const item of own) {
          const raw = rawOf(item);
          const outer = within && isObject(raw) ? raw[within] : raw;
          expect(isObject(outer) && outer[list]).toEqual([item.value]);
        }
      }),
      { numRuns: 2_000 },
    );
  });

  test("is told as JSON, and says of itself whose it is to nobody", () => {
    const fields = [...VALUE_FIELDS, ...LAYOUTS.keys()];
    fc.assert(
      fc.property(fc.constantFrom(...fields), json, (field, value) => {
        for (const { data } of told(field, value).events) {
          expect(asJson(data)).toEqual(data);
          expect(data).not.toHaveProperty("tenantId");
          expect(data).not.toHaveProperty("connectionId");
        }
      }),
      { numRuns: 2_000 },
    );
    expect(Object.keys(Object.prototype)).toEqual([]);
  });
});

describe.each(layouts)("$field: $list", ({ field, within, list }) => {
  test("1,000 elements are 1,000 updates, each of its own", () => {
    const elements = Array.from({ length: 1_000 }, (_, at) => ({
      id: `id.${at}`,
      type: "text",
      status: "sent",
      event: "connect",
      event_name: "Purchase",
      request_id: at,
    }));
    const value = { [list]: elements };
    const { items } = told(field, within ? { [within]: value } : value);
    expect(items.map((item) => item.value)).toEqual(elements);
    expect(new Set(items.map((item) => itemIdentity("app", item))).size).toBe(1_000);
  });

  test("an element 200,000 levels deep is an event, and so is the one beside it", () => {
    const deep = `{"id":"deep","x":${"[".repeat(200_000)}1${"]".repeat(200_000)}}`;
    const lists = `{"${list}":[${deep},{"id":"flat"}]}`;
    const value = within ? `{"${within}":${lists}}` : lists;
    const body = `{"entry":[{"changes":[{"field":"${field}","value":${value}}]}]}`;
    const { items } = parseNotification(Buffer.from(body));
    expect(items.map((item) => isObject(item.value) && item.value.id)).toEqual(["deep", "flat"]);
    expect(JSON.stringify(items.map(presentItem))).toContain("[".repeat(199_000));
  });
});

test("a name __proto__ anywhere is a name, and nobody's prototype", () => {
  const odd = '{"__proto__":{"polluted":1},"constructor":{"prototype":{"polluted":2}}';
  for (const { field, within, list } of layouts) {
    const lists = `${odd},"${list}":[${odd},"id":"1","type":"text","text":${odd}}}]}`;
    const value = within ? `${odd},"${within}":${lists}}` : lists;
    const body = `{"entry":[{"id":"1","changes":[{"field":"${field}","value":${value}}]}]}`;
    const { items } = parseNotification(Buffer.from(body));
    const text = JSON.stringify(items.map(presentItem));
    expect(text.match(/"__proto__":\{"polluted":1\}/g)?.length).toBeGreaterThanOrEqual(3);
  }
  expect({}).not.toHaveProperty("polluted");
  expect([]).not.toHaveProperty("polluted");
});

test("ids beyond 2^53 keep their digits, as data and as raw", () => {
  const id = "98765432109876543210";
  const value = `{"event":"APPROVED","message_template_id":${id},"message_template_name":"a"}`;
  const body = `{"entry":[{"id":${id},"time":1,"changes":[{"field":"message_template_status_update","value":${value}}]}]}`;
  const { items } = parseNotification(Buffer.from(body));
  expect(items).toMatchObject([{ wabaId: id, entryId: id }]);
  expect(items.map(presentItem)).toMatchObject([
    { data: { messageTemplateId: id, raw: { message_template_id: id } } },
  ]);
});
