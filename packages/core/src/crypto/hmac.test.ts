import { createSecretKey } from "node:crypto";
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { constantTimeEqual, hmacSha256 } from "./hmac.ts";

describe("hmacSha256", () => {
  it("gives the value of RFC 4231, test case 2", () => {
    expect(hmacSha256("Jefe", "what do ya want for nothing?").toString("hex")).toBe(
      "5bdcc146bf60754e6a042426089575c75a003f089d2739839dec58b964ec3843",
    );
  });

  it("takes the key and the message as text, bytes or a key object", () => {
    const expected = hmacSha256("clé", "é!");
    expect(hmacSha256(Buffer.from("clé"), Buffer.from("é!"))).toEqual(expected);
    expect(hmacSha256(createSecretKey(Buffer.from("clé")), "é", Buffer.from("!"))).toEqual(
      expected,
    );
  });
});

describe("constantTimeEqual", () => {
  it("says what a byte comparison says, whatever the lengths", () => {
    const bytes = fc.uint8Array({ maxLength: 4 });
    fc.assert(
      fc.property(bytes, bytes, (a, b) => {
        expect(constantTimeEqual(a, b)).toBe(Buffer.compare(a, b) === 0);
        expect(constantTimeEqual(a, Uint8Array.from(a))).toBe(true);
      }),
    );
  });

  it("compares text as UTF-8, and with bytes", () => {
    expect(constantTimeEqual("é", Buffer.from([0xc3, 0xa9]))).toBe(true);
    expect(constantTimeEqual("é", "e")).toBe(false);
    expect(constantTimeEqual("", "a")).toBe(false);
    expect(constantTimeEqual("", new Uint8Array())).toBe(true);
  });
});
