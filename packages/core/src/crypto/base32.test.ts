import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { decodeBase32, encodeBase32 } from "./base32.ts";

const hex = (text: string) => Buffer.from(text, "hex");

describe("base32", () => {
  it.each([
    ["", ""],
    ["00", "00"],
    ["ff", "7z"],
    ["cbf43926", "35z8e96"],
    ["00000000000000000000000000000020", "00000000000000000000000010"],
    ["0110c8531d0952d8d73e1194e95b5f19", "0123456789abcdefghjkmnpqrs"],
    ["ffffffffffffffffffffffffffffffff", "7zzzzzzzzzzzzzzzzzzzzzzzzz"],
    ["ff".repeat(32), `1${"z".repeat(51)}`],
  ])("writes %s as the number it is: %s", (bytes, text) => {
    expect(encodeBase32(hex(bytes))).toBe(text);
    expect(Buffer.from(decodeBase32(text) ?? [1]).toString("hex")).toBe(bytes);
  });

  it("reads back whatever it wrote", () => {
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 70 }), (bytes) => {
        expect(decodeBase32(encodeBase32(bytes))).toEqual(bytes);
      }),
    );
  });

  it("accepts a text only if it would write the same one", () => {
    const digits = fc.constantFrom(..."01789abhjkmnpqtvwxyzILOUAZilou-= é");
    fc.assert(
      fc.property(fc.array(digits, { maxLength: 9 }), (chosen) => {
        const text = chosen.join("");
        const bytes = decodeBase32(text);
        if (bytes) expect(encodeBase32(bytes)).toBe(text);
      }),
      { numRuns: 5_000 },
    );
  });

  it.each([
    ["a set padding bit", "80"],
    ["a padding bit set in an id", "80000000000000000000000000"],
    ["upper case", "0A"],
    ["an i", "0i"],
    ["an l", "0l"],
    ["an o", "0o"],
    ["a u", "0u"],
    ["a separator", "0-"],
    ["a length no bytes have", "0"],
    ["another length no bytes have", "000"],
    ["a character outside the plane", "0\u{1f600}0"],
  ])("refuses %s", (_, text) => {
    expect(decodeBase32(text)).toBeUndefined();
  });
});
