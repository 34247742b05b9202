import { describe, expect, it } from "vitest";
import { decrypt, encrypt } from "./aead.ts";

const hex = (text: string) => Buffer.from(text, "hex");

/** Test case 16 of the GCM specification by McGrew and Viega. */
const parts = {
  key: hex("feffe9928665731c6d6a8f9467308308".repeat(2)),
  iv: hex("cafebabefacedbaddecaf888"),
  associatedData: hex("feedfacedeadbeeffeedfacedeadbeefabaddad2"),
};
const plaintext = hex(
  "d9313225f88406e5a55909c5aff5269a86a7a9531534f7da2e4c303d8a318a72" +
    "1c3c0c95956809532fcf0e2449a6b525b16aedf5aa0de657ba637b39",
);
const ciphertext = hex(
  "522dc1f099567d07f47f37a32a84427d643a8cdcbfe5c0c97598a2bd2555d1aa" +
    "8cb08e48590dbb3da7b08b1056828838c5f61e6393ba7a0abcc9f662",
);
const tag = hex("76fc6ece0f4e1768cddf8853bb2d551b");

describe("aead", () => {
  it("is AES-256-GCM as specified", () => {
    expect(encrypt(parts, plaintext)).toEqual({ ciphertext, tag });
    expect(decrypt(parts, { ciphertext, tag })).toEqual(plaintext);
  });

  it.each([4, 8, 12, 13, 14, 15])("refuses the tag cut down to %i bytes", (length) => {
    expect(() => decrypt(parts, { ciphertext, tag: tag.subarray(0, length) })).toThrow(/tag/);
  });

  it("refuses other associated data", () => {
    const other = { ...parts, associatedData: parts.associatedData.subarray(1) };
    expect(() => decrypt(other, { ciphertext, tag })).toThrow();
  });
});
