import { describe, expect, it } from "vitest";
import { Failure } from "../failure.ts";
import { checkUrl } from "./url.ts";

const strict = { allowPrivateNetwork: false };
const relaxed = { allowPrivateNetwork: true };

const ALLOWED = [
  ["https://hooks.example.com/wa?x=1", "https://hooks.example.com/wa?x=1"],
  ["https://hooks.example.com:443", "https://hooks.example.com/"],
  ["https://hooks.example.com:8443/a", "https://hooks.example.com:8443/a"],
  ["HTTPS://Hooks.Example.COM/A", "https://hooks.example.com/A"],
  ["https://bücher.example/ä", "https://xn--bcher-kva.example/%C3%A4"],
  ["https://93.184.216.34/", "https://93.184.216.34/"],
  ["https://[2606:4700:4700::1111]/", "https://[2606:4700:4700::1111]/"],
] as const;

const REFUSED: Readonly<Record<string, readonly string[]>> = {
  "cannot be read": [
    "",
    "hooks.example.com",
    "//example.com",
    "https://",
    "https://[fe80::1%25eth0]/",
  ],
  "space or a control character": [
    " https://example.com",
    "https://example.com\n",
    "https://exa\tmple.com",
    "https://example.com/a b",
    "https://example.com/\u0000",
  ],
  "not a web address": ["ftp://example.com", "file:///etc/passwd", "javascript:1", "data:,x"],
  "user name or password": ["https://a:b@example.com", "https://a@example.com", "https://:b@e.com"],
  "not encrypted": ["http://example.com", "http://example.com:443"],
  "port is not allowed": ["https://example.com:80", "https://example.com:22", "https://e.com:0"],
  "ends in a dot": ["https://example.com./", "https://localhost./", "https://10.example.com."],
  "local name": [
    "https://localhost",
    "https://a.localhost",
    "https://LOCALHOST",
    "https://intranet",
  ],
  "special-purpose IP": [
    "https://127.0.0.1",
    "https://127.1",
    "https://2130706433",
    "https://0x7f.1",
    "https://0x7f000001",
    "https://0177.0.0.1",
    "https://017700000001",
    "https://127.0.0.1.",
    "https://①②⑦.⓪.⓪.①",
    "https://127。0。0。1",
    "https://%31%32%37.0.0.1",
    "https://169.254.169.254/latest/meta-data",
    "https://10.0.0.1:8443",
    "https://0/",
    "https://[::1]",
    "https://[::]",
    "https://[::ffff:169.254.169.254]",
    "https://[64:ff9b::7f00:1]",
    "https://[2002:7f00:1::]",
    "https://[fe80::1]",
  ],
};

describe("a public URL", () => {
  it.each(ALLOWED)("passes in its normal form: %s", (text, normal) => {
    expect(checkUrl(text, strict).href).toBe(normal);
  });
});

describe("a URL is refused, and told why", () => {
  const cases = Object.entries(REFUSED).flatMap(([why, texts]) =>
    texts.map((text) => ({ why, text })),
  );

  it.each(cases)("$text: $why", ({ text, why }) => {
    const failure = failureOf(() => checkUrl(text, strict));
    expect(failure.code).toBe("invalid_webhook_url");
    expect(failure.message).toContain(why);
  });

  it("without repeating the credentials in it", () => {
    const failure = failureOf(() => checkUrl("https://user:s3cret@example.com", strict));
    expect(failure.message).not.toMatch(/s3cret|user:/);
  });
});

describe("where the private network is allowed", () => {
  it.each([
    "http://localhost:3000/hook",
    "http://127.0.0.1:1",
    "https://10.0.0.1:9999",
    "http://[::1]:8080",
    "http://sink",
  ])("%s passes", (text) => {
    expect(checkUrl(text, relaxed).hostname).not.toBe("");
  });

  it.each(["ftp://localhost", "file:///etc/passwd", "http://a:b@localhost", "http://local host"])(
    "%s is still refused",
    (text) => {
      expect(failureOf(() => checkUrl(text, relaxed)).code).toBe("invalid_webhook_url");
    },
  );
});

function failureOf(run: () => unknown): Failure {
  try {
    run();
  } catch (error) {
    if (error instanceof Failure) return error;
  }
  throw new Error("There was no failure.");
}
