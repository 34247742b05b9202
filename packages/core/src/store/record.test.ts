import { describe, expect, it } from "vitest";
import { decodeRecord, encodeRecord, newVersion, splitRecord, versionOf } from "./record.ts";

const version = "0123456789abcdef";

describe("a record", () => {
  it("gives back its version and its value", () => {
    for (const value of [null, 0, "", false, [], {}, { a: ["."] }, "1.x.y"]) {
      const text = encodeRecord(version, JSON.stringify(value));
      expect(decodeRecord(text)).toEqual({ version, value });
      expect(versionOf(text)).toBe(version);
    }
  });

  it("reads as absent when it is not there or deleted", () => {
    for (const text of [undefined, encodeRecord(version, undefined)]) {
      expect(decodeRecord(text)).toBeUndefined();
      expect(versionOf(text)).toBeUndefined();
    }
  });

  it("keeps the text that is on disk: a change of it needs a new schema", () => {
    expect(encodeRecord(version, '{"a":1}')).toBe('1.0123456789abcdef.{"a":1}');
    expect(encodeRecord(version, undefined)).toBe("1.0123456789abcdef.");
  });

  it("is refused, and never absent, when something else wrote it", () => {
    for (const text of [
      "2.0123456789abcdef.1",
      "10.0123456789abcdef.1",
      "1.0123",
      "",
      "x",
      '{"value":1}',
    ]) {
      expect(() => decodeRecord(text)).toThrow("another program or a newer wabakit");
    }
  });

  it("is refused when its JSON is damaged", () => {
    expect(() => decodeRecord(`1.${version}.{"a":`)).toThrow(SyntaxError);
  });
});

describe("newVersion", () => {
  it("makes 64 random bits in hex, each time others", () => {
    const versions = Array.from({ length: 5_000 }, newVersion);
    expect(versions.filter((made) => !/^[0-9a-f]{16}$/.test(made))).toEqual([]);
    expect(new Set(versions).size).toBe(versions.length);
  });
});

it("takes no foreign text for an absent record", () => {
  for (const foreign of ["", "x", "1.", "somebody else's text", '{"a":1}']) {
    expect(versionOf(foreign)).toBeTypeOf("string");
    expect(versionOf(foreign)).not.toMatch(/^[0-9a-f]{16}$/);
  }
});

it("takes a record apart, deleted or not, and nothing else", () => {
  const version = newVersion();
  const head = `1.${version}`;
  expect(splitRecord(encodeRecord(version, '{"a":1}'))).toEqual({ head, json: '{"a":1}' });
  expect(splitRecord(encodeRecord(version, undefined))).toEqual({ head, json: "" });
  for (const other of ["ours", `1.${'"'.repeat(16)}.{}`]) {
    expect(splitRecord(other)).toBeUndefined();
  }
});
