import { expect, test } from "vitest";
import { describeError, discreetText, withoutSecrets } from "./discreet-text.ts";

test.each([
  "EAAGm0PX4ZCpsBAKZCabcdefgh",
  "whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw",
  "wk_live_4f9a8b7c6d5e4f3a2b1c",
  "Bearer abcdefgh.ijkl",
  "0123456789abcdef0123456789abcdef01234567",
])("no text has %s", (secret) => {
  expect(withoutSecrets(`it said ${secret}, and ended`)).toBe("it said [redacted], and ended");
});

test("no URL has a password or a query", () => {
  const url = "postgres://me:pass@db.example.com/app?sslkey=abc";
  expect(withoutSecrets(url)).toBe("postgres://[redacted]@db.example.com/app?[redacted]");
});

test.each([
  "15550123456",
  "+1 555 012 3456",
  "+1 (555) 012-3456",
  "555-012-3456",
  "+4915112345678",
])("no discreet text has the number %s", (number) => {
  expect(discreetText(`to ${number}.`)).toBe("to [redacted].");
  expect(withoutSecrets(number)).toBe(number);
});

test.each([
  "2026-11-21T12:00:00.000Z",
  "connect ECONNREFUSED 127.0.0.1:5432",
  "evt_0123456789abcdefghjkmnpqrs",
  "the account 1253812537182537",
  "(#131030) code 131030 after 300000 ms",
])("what is neither stays: %s", (text) => {
  expect(discreetText(text)).toBe(text);
});

test("an error is told by name and message, as far as anybody reads", () => {
  expect(describeError(new TypeError("no"))).toBe("TypeError: no");
  expect(describeError("thrown")).toBe("thrown");
  expect(describeError(new Error("long ".repeat(200)))).toHaveLength(500);
});
