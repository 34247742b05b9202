import { expect, it } from "vitest";
import { isMetaOrigin } from "./is-meta-origin.ts";

const ANY_OF_META = ["https://*.facebook.com"];

it.each([
  ["https://facebook.com", true],
  ["https://www.facebook.com", true],
  ["https://business.web.facebook.com", true],
  ["https://evilfacebook.com", false],
  ["https://evil-facebook.com", false],
  ["http://www.facebook.com", false],
  ["https://facebook.com.evil.com", false],
  ["https://www.facebook.com.evil.com", false],
  ["https://www.facebook.com:8443", false],
  ["https://evil.com/.facebook.com", false],
  ["https://evil.com#.facebook.com", false],
  ["https://evil.com\n.facebook.com", false],
  ["https://.facebook.com", false],
  ["https://www.facebook.com@evil.com", false],
  ["https://www.facebook.com\n", false],
  ["https://*.facebook.com", false],
  ["facebook.com", false],
  ["null", false],
  ["", false],
])("of Meta's own hosts: %j is one: %s", (origin, expected) => {
  expect(isMetaOrigin(origin, ANY_OF_META)).toBe(expected);
});

it.each([
  ["http://127.0.0.1:4004", true],
  ["http://127.0.0.1:40044", false],
  ["http://127.0.0.1", false],
  ["https://127.0.0.1:4004", false],
  ["http://127.0.0.1:4004/", false],
  ["https://www.facebook.com", false],
  ["null", false],
])("an exact origin is no pattern: %j is allowed: %s", (origin, expected) => {
  expect(isMetaOrigin(origin, ["http://127.0.0.1:4004"])).toBe(expected);
});

it("nothing is believed where nothing is allowed", () => {
  expect(isMetaOrigin("https://www.facebook.com", [])).toBe(false);
});
