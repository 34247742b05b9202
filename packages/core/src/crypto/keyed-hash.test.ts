import { expect, it } from "vitest";
import { keyedHash } from "./keyed-hash.ts";

const pepper = Buffer.from("pepper");

it("is HMAC-SHA-256 in base64url", () => {
  expect(keyedHash(pepper, "token")).toBe("0GkAck82uI1_Cy13AEZFskV4smKaXWZiAPpas_UJtF4");
});

it("depends on the pepper", () => {
  expect(keyedHash(Buffer.from("other"), "token")).not.toBe(keyedHash(pepper, "token"));
});
