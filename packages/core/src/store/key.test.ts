import {
  array,
  assert as check,
  constantFrom,
  oneof,
  property,
  string,
  stringMatching,
} from "fast-check";
import { describe, expect, it } from "vitest";
import { key } from "./key.ts";

describe("key", () => {
  it("joins plain parts as they are", () => {
    expect(key("conn", "org_1", "a.b-c=", 7)).toBe("conn:org_1:a.b-c=:7");
  });

  it("encodes what would read as a border between parts", () => {
    expect(key("conn", "org_1", "a:b")).toBe("conn:org_1:a%3Ab");
    expect(key("a", "b:c")).not.toBe(key("a:b", "c"));
    expect(key("a", "b%3Ac")).not.toBe(key("a", "b:c"));
    expect(key("a", "", "b")).not.toBe(key("a", "b"));
  });

  it("tells apart what looks alike", () => {
    const parts = [
      "a",
      "A",
      "ä",
      "a\u0308",
      "a ",
      " a",
      "a\0",
      "~a",
      "%7Ea",
      "\ud800",
      "\ud801",
      "\ufffd",
    ];
    expect(new Set(parts.map((part) => key("x", part))).size).toBe(parts.length);
  });

  it("hashes a long part, so that its end still counts", () => {
    const long = "x".repeat(65);
    expect(key("x", long)).toMatch(/^x:~[\w-]{43}$/);
    expect(key("x", `${long}1`)).not.toBe(key("x", `${long}2`));
    expect(key("x", "x".repeat(64))).toBe(`x:${"x".repeat(64)}`);
  });

  it("cannot be given a hash as a part", () => {
    const hashed = key("x".repeat(65));
    expect(key(hashed)).not.toBe(hashed);
  });

  it("stays below the length adapters cut keys at, with many long parts too", () => {
    const parts = Array.from({ length: 9 }, (_, index) => `${index}`.repeat(64));
    expect(key(...parts)).toHaveLength(45);
    expect(key(...parts)).not.toBe(key(...parts.toReversed()));
    expect(key(...parts)).not.toBe(key(parts.join(":")));
  });

  it("gives different parts different keys, in letters every backend keeps", () => {
    const tricky = constantFrom("", ":", "~", "%", "%3A", "\ud800", "\0", "é", "x".repeat(64));
    const part = oneof(tricky, string({ unit: "binary" }), stringMatching(/^[\w:~%]{0,80}$/));
    const parts = array(part, { minLength: 1, maxLength: 6 });
    const law = property(parts, parts, (left, right) => {
      const [one, other] = [key(...left), key(...right)];
      expect(one).toMatch(/^[\w.=~%:!'()*-]{0,230}$/);
      expect(one === other).toBe(JSON.stringify(left) === JSON.stringify(right));
    });
    check(law, { numRuns: 500 });
  });
});
