import { Webhook } from "standardwebhooks";
import { Webhook as SvixWebhook } from "svix";
import { describe, expect, it } from "vitest";
import { isSigningSecret, newSigningSecret, sign } from "./sign.ts";

const body = Buffer.from('{"text":"Ünï 🎉 \\u00e9 a/b"}');
const id = "evt_1";

/** Both libraries look at the machine's clock. */
const timestamp = Math.floor(Date.now() / 1000);

const secretOf = (byte: number, length = 32) =>
  `whsec_${Buffer.alloc(length, byte).toString("base64")}`;

function headers(signature: string) {
  return {
    "webhook-id": id,
    "webhook-timestamp": String(timestamp),
    "webhook-signature": signature,
  };
}

describe.each([
  ["standardwebhooks", Webhook],
  ["svix", SvixWebhook],
])("%s", (_name, Library) => {
  it.each([24, 32, 64])("accepts a signature made with a secret of %i bytes", (length) => {
    const secret = secretOf(7, length);
    const signed = headers(sign([secret], { id, timestamp, body }));
    expect(() => new Library(secret).verify(body, signed)).not.toThrow();
  });

  it("accepts with every live secret, and with no other", () => {
    const signed = headers(sign([secretOf(1), secretOf(2)], { id, timestamp, body }));
    for (const live of [secretOf(1), secretOf(2)]) {
      expect(() => new Library(live).verify(body, signed)).not.toThrow();
    }
    expect(() => new Library(secretOf(3)).verify(body, signed)).toThrow();
  });

  it("refuses another body, id or time", () => {
    const library = new Library(secretOf(1));
    const signed = headers(sign([secretOf(1)], { id, timestamp, body }));
    expect(() => library.verify(`${body} `, signed)).toThrow();
    expect(() => library.verify(body, { ...signed, "webhook-id": "evt_2" })).toThrow();
    const later = String(timestamp + 1);
    expect(() => library.verify(body, { ...signed, "webhook-timestamp": later })).toThrow();
  });
});

describe("a signing secret", () => {
  it("is made of 256 random bits", () => {
    const secret = newSigningSecret((size) => Buffer.alloc(size, 0xab));
    expect(secret).toBe(`whsec_${Buffer.alloc(32, 0xab).toString("base64")}`);
    expect(isSigningSecret(secret)).toBe(true);
  });

  it.each([
    ["too short", secretOf(1, 23)],
    ["too long", secretOf(1, 65)],
    ["without its prefix", Buffer.alloc(32, 1).toString("base64")],
    ["with another prefix", secretOf(1).replace("whsec_", "whsek_")],
    ["in base64url", `whsec_${Buffer.alloc(32, 0xfb).toString("base64url")}`],
    ["with a blank at the end", `${secretOf(1)} `],
    ["empty", ""],
  ])("is none %s", (_why, text) => {
    expect(isSigningSecret(text)).toBe(false);
  });
});
