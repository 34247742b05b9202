import { describe, expect, it } from "vitest";
import { type Envelope, formatEnvelope, parseEnvelope } from "./envelope.ts";

const envelope: Envelope = {
  keyId: "key-id_12345",
  wrappedKey: Buffer.alloc(72, 1),
  iv: Buffer.alloc(12, 2),
  ciphertext: Buffer.from("hello"),
  tag: Buffer.alloc(16, 0xff),
};
const text = `v1.key-id_12345.${"AQEB".repeat(24)}.${"AgIC".repeat(4)}.aGVsbG8.${"_".repeat(21)}w`;

describe("an envelope", () => {
  it("has one spelling", () => {
    expect(formatEnvelope(envelope)).toBe(text);
    expect(parseEnvelope(text)).toEqual(envelope);
  });

  it("may hold an empty secret", () => {
    const empty = { ...envelope, ciphertext: Buffer.alloc(0) };
    expect(parseEnvelope(formatEnvelope(empty))).toEqual(empty);
  });

  it.each([
    ["another version", text.replace("v1", "v2")],
    ["a field too few", text.slice(0, text.lastIndexOf("."))],
    ["a field too many", `${text}.`],
    ["padding", `${text}==`],
    ["base64 instead of base64url", text.replaceAll("_", "/")],
    ["leftover bits", text.replace(/w$/, "x")],
    ["a line break", `${text}\n`],
    ["nothing", ""],
  ])("does not have %s", (_, other) => {
    expect(parseEnvelope(other)).toBeUndefined();
  });

  it.each([
    ["a key id", { keyId: "EAAG-someone-s-token" }],
    ["a wrapped key", { wrappedKey: Buffer.alloc(71) }],
    ["an IV", { iv: Buffer.alloc(16) }],
    ["a tag", { tag: Buffer.alloc(15) }],
  ])("does not have %s of another length", (_, part) => {
    expect(parseEnvelope(formatEnvelope({ ...envelope, ...part }))).toBeUndefined();
  });
});
