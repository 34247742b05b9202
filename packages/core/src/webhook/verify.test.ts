import { createHmac } from "node:crypto";
import fc from "fast-check";
import { describe, expect, test } from "vitest";
import vectors from "../../../../test/fixtures/payloads/signature/vectors.json" with {
  type: "json",
};
import { verifySignature } from "./verify.ts";

const SECRET = "0123456789abcdef0123456789abcdef";
const bytes = Buffer.from('{"object":"whatsapp_business_account","entry":[]}');
const signed = sign(bytes, SECRET);

function sign(body: Uint8Array, secret: string): string {
  return `sha256=${createHmac("sha256", secret).update(body).digest("hex")}`;
}

describe("a signature of Meta", () => {
  test.each(vectors)("holds for the published bytes: $name", (vector) => {
    const body = Buffer.from(vector.raw_body_base64, "base64");
    expect(verifySignature(body, vector.x_hub_signature_256, [vector.app_secret])).toBe(true);
  });

  test("does not hold for the same JSON written by somebody else", () => {
    const vector = vectors.find(({ name }) => name === "escaped_unicode");
    const body = Buffer.from(vector?.raw_body_base64 ?? "", "base64");
    const rewritten = Buffer.from(JSON.stringify(JSON.parse(body.toString())));
    const header = vector?.x_hub_signature_256;
    expect(verifySignature(rewritten, header, [SECRET])).toBe(false);
    expect(
      verifySignature(rewritten, vector?.wrong_signature_if_body_is_reserialized, [SECRET]),
    ).toBe(true);
  });

  test.each([
    ["first", [SECRET, "old"]],
    ["last", ["new", SECRET]],
    ["in the middle", ["new", SECRET, "old"]],
  ])("holds whichever secret made it: %s", (_place, secrets) => {
    expect(verifySignature(bytes, signed, secrets)).toBe(true);
  });

  test("does not hold for another secret, or for none", () => {
    expect(verifySignature(bytes, signed, ["another"])).toBe(false);
    expect(verifySignature(bytes, signed, [])).toBe(false);
  });

  test("holds for bytes that are not UTF-8", () => {
    const binary = Uint8Array.from([0xff, 0x00, 0xc3]);
    expect(verifySignature(binary, sign(binary, SECRET), [SECRET])).toBe(true);
  });
});

describe("a header is refused", () => {
  test.each([
    ["missing", undefined],
    ["empty", ""],
    ["only the prefix", "sha256="],
    ["without prefix", signed.slice("sha256=".length)],
    ["with an upper-case prefix", signed.replace("sha256", "SHA256")],
    ["with a mixed-case prefix", signed.replace("sha256", "Sha256")],
    ["with upper-case hex", `sha256=${signed.slice("sha256=".length).toUpperCase()}`],
    ["a digit short", signed.slice(0, -1)],
    ["a digit long", `${signed}0`],
    ["with a byte short", signed.slice(0, -2)],
    ["not hex", `${signed.slice(0, -1)}g`],
    ["with a space before", ` ${signed}`],
    ["with a line break behind", `${signed}\n`],
    ["sent twice", `${signed}, ${signed}`],
    ["SHA-1", `sha1=${createHmac("sha1", SECRET).update(bytes).digest("hex")}`],
    [
      "SHA-1 under the new prefix",
      `sha256=${createHmac("sha1", SECRET).update(bytes).digest("hex")}`,
    ],
  ])("%s", (_what, header) => {
    expect(verifySignature(bytes, header, [SECRET])).toBe(false);
  });
});

describe("of any mutation", () => {
  const header = fc.oneof(
    fc.string({ maxLength: 80 }),
    fc.string({ unit: "binary", maxLength: 80 }),
    fc.stringMatching(/^sha256=[0-9a-fA-F]{60,68}$/),
    fc
      .tuple(fc.nat(signed.length - 1), fc.string({ minLength: 1, maxLength: 1 }))
      .map(([at, character]) => signed.slice(0, at) + character + signed.slice(at + 1)),
    fc.nat(signed.length - 1).map((at) => signed.slice(0, at) + signed.slice(at + 1)),
  );

  test("of the header none holds, and none throws", () => {
    fc.assert(
      fc.property(
        header,
        (mutated) => verifySignature(bytes, mutated, [SECRET]) === (mutated === signed),
      ),
      { numRuns: 100_000 },
    );
  });

  test("of a single bit of the body none holds", () => {
    fc.assert(
      fc.property(fc.nat(bytes.length - 1), fc.nat(7), (at, bit) => {
        const mutated = Buffer.from(bytes);
        mutated.writeUInt8(bytes.readUInt8(at) ^ (1 << bit), at);
        return !verifySignature(mutated, signed, [SECRET, "old"]);
      }),
    );
  });
});
