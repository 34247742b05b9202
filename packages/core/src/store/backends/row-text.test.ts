import fc from "fast-check";
import { expect, test } from "vitest";
import { encodeRecord, headAt, newVersion } from "../record.ts";
import { ROW_HEAD_LENGTH, rowHead, unwrap, wrap } from "./row-text.ts";

test("a row is what Keyv would have made of the record, and its head", () => {
  const record = "1.0123456789abcdef";
  expect(JSON.parse(wrap(`${record}.{"a":1}`))).toEqual({ value: { record, value: { a: 1 } } });
  expect(JSON.parse(wrap(`${record}.`))).toEqual({ value: { record } });
});

test("any record comes back as it was", () => {
  fc.assert(
    fc.property(fc.option(fc.jsonValue(), { nil: undefined }), (value) => {
      const text = encodeRecord(newVersion(), JSON.stringify(value));
      expect(unwrap(wrap(text))).toBe(text);
    }),
  );
});

test("a row begins with its version, and with nothing else of its record", () => {
  const version = newVersion();
  for (const json of [undefined, "1", '"1.0123456789abcdef"']) {
    const row = wrap(encodeRecord(version, json));
    expect(row.slice(0, ROW_HEAD_LENGTH)).toBe(rowHead(headAt(version)));
  }
});

test("what Keyv itself wrote is read as well, and what nobody knows stays as it is", () => {
  expect(unwrap('{"value":"1.0123456789abcdef.1"}')).toBe("1.0123456789abcdef.1");
  for (const foreign of ["", "x", "null", '{"value":1}', '{"expires":1}']) {
    expect(unwrap(foreign)).toBe(foreign);
  }
});
