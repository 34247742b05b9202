import { expect, test } from "vitest";
import { camelCased } from "./camel-cased.ts";

test("names of every level change, values do not", () => {
  const value = { mime_type: "a_b", list_reply: [{ row_id: 1 }, ["x_y"]], plain: null };
  expect(camelCased(value)).toEqual({
    mimeType: "a_b",
    listReply: [{ rowId: 1 }, ["x_y"]],
    plain: null,
  });
});

test.each([
  ["_private_key", "_privateKey"],
  ["two__scores", "twoScores"],
  ["street_1", "street1"],
  ["trailing_", "trailing_"],
  ["alreadyCamel", "alreadyCamel"],
  ["_", "_"],
  ["", ""],
])("%j is %j", (name, camel) => {
  expect(camelCased({ [name]: 1 })).toEqual({ [camel]: 1 });
});

test("renames count on the outermost level only", () => {
  expect(camelCased({ id: 1, text: { id: 2 } }, new Map([["id", "wamid"]]))).toEqual({
    wamid: 1,
    text: { id: 2 },
  });
});

test("no name reaches the prototype", () => {
  const copy = camelCased(JSON.parse('{"a":{"__proto__":{"polluted":1},"constructor":2}}'));
  expect(copy).toEqual({ a: { constructor: 2 } });
  expect(copy.a).not.toHaveProperty("polluted");
});
