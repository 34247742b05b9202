import { describe, expect, it } from "vitest";
import { RedirectUrl, readRedirectUrl } from "./redirect-url.ts";

const reads = (url: string, pattern: string) => readRedirectUrl(url, [pattern]) !== undefined;

describe("a pattern of redirect URLs", () => {
  it.each([
    "https://a.example",
    "https://a.example/done",
    "https://a.example:8443/*/done",
    "http://localhost:4000/*",
    "http://127.0.0.1/done",
  ])("may be %s", (pattern) => {
    expect(RedirectUrl.safeParse(pattern).success).toBe(true);
  });

  it.each([
    "http://a.example/done",
    "https://*.a.example/done",
    "https://a.example/done?x=1",
    "https://a.example/#x",
    "https://user@a.example/",
    "ftp://a.example/",
    "a.example",
    "*",
  ])("cannot be %s", (pattern) => {
    expect(RedirectUrl.safeParse(pattern).success).toBe(false);
  });
});

describe("a redirect URL", () => {
  it.each([
    ["https://a.example/done", "https://a.example/done"],
    ["https://a.example/done?x=1#y", "https://a.example/done"],
    ["https://A.example/done", "https://a.example/done"],
    ["https://a.example/", "https://a.example"],
    ["https://a.example/x/y/z", "https://a.example/*"],
    ["https://a.example/t/7/done", "https://a.example/t/*/done"],
    ["https://a.example/t//done", "https://a.example/t/*/done"],
    ["https://a.example/one/two/three", "https://a.example/*/two/*"],
    ["https://a.example/a(b)+c", "https://a.example/a(b)+c"],
  ])("%s is one of %s", (url, pattern) => {
    expect(reads(url, pattern)).toBe(true);
  });

  it.each([
    ["https://a.example/done/", "https://a.example/done"],
    ["https://a.example/undone", "https://a.example/done"],
    ["https://a.example/x/../secret", "https://a.example/x/*"],
    ["https://a.example/x/%2e%2e/secret", "https://a.example/x/*"],
    ["https://a.example/t/done", "https://a.example/t/*/done"],
    ["https://a.example/ada", "https://a.example/ad*da"],
    ["https://b.example/done", "https://a.example/*"],
    ["https://a.example.b.example/done", "https://a.example/*"],
    ["https://a.example:444/done", "https://a.example/*"],
    ["http://a.example/done", "https://a.example/*"],
    ["https://a.example@b.example/done", "https://a.example/*"],
    ["https://b.example\\@a.example/done", "https://a.example/*"],
    ["https://user:pass@a.example/done", "https://a.example/*"],
    ["https://a.example/do\nne", "https://a.example/*"],
    ["//a.example/done", "https://a.example/*"],
    ["javascript:alert(1)", "https://a.example/*"],
    ["https://a.example/aXc", "https://a.example/a.c"],
  ])("%s is none of %s", (url, pattern) => {
    expect(reads(url, pattern)).toBe(false);
  });

  it("is kept as browsers read it", () => {
    const read = readRedirectUrl("https://A.example:443/x/../done", ["https://a.example/*"]);
    expect(read).toBe("https://a.example/done");
  });
});
