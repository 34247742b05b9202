import { expect, test } from "vitest";
import { readJson, refuseEncoding, requireExact } from "./body.ts";

const bodyOf = (text: string | Uint8Array) => ({ bytes: Buffer.from(text), exact: true });
const nested = (levels: number) => `${'{"a":['.repeat(levels / 2)}${"]}".repeat(levels / 2)}`;

test("exact bytes are handed out as they are", () => {
  const bytes = new Uint8Array([0, 255]);
  expect(requireExact({ bytes, exact: true })).toBe(bytes);
});

test("bytes that were made again are refused, with the fix", () => {
  const again = { bytes: new Uint8Array([123, 125]), exact: false };
  expect(() => requireExact(again)).toThrow(
    expect.objectContaining({
      code: "raw_body_unavailable",
      message: expect.stringMatching(/before express\.json\(\).*\{ verify: keepRawBody \}/),
    }),
  );
});

test("JSON is read from UTF-8", () => {
  expect(readJson(bodyOf('{"text":"grüße, 世界 👋🏽"}'))).toEqual({ text: "grüße, 世界 👋🏽" });
});

test("an empty body is an empty object", () => {
  expect(readJson(bodyOf(""))).toEqual({});
});

test.each([
  ["half a value", '{"a":'],
  ["spaces only", "  "],
  ["two values", "{}{}"],
  ["bytes that are not UTF-8", new Uint8Array([0x22, 0xff, 0x22])],
  ["a surrogate in UTF-8", new Uint8Array([0x22, 0xed, 0xa0, 0x80, 0x22])],
])("%s is an invalid request", (_, bytes) => {
  expect(() => readJson(bodyOf(bytes))).toThrow(
    expect.objectContaining({ code: "invalid_request", status: 400 }),
  );
});

test("64 levels are read, and one more is refused", () => {
  expect(readJson(bodyOf(nested(64)))).toBeTypeOf("object");
  expect(() => readJson(bodyOf(`[${nested(64)}]`))).toThrow("nested too deeply");
});

test("no depth of nesting exhausts the stack", () => {
  expect(() => readJson(bodyOf("[".repeat(200_000) + "]".repeat(200_000)))).toThrow(
    expect.objectContaining({ code: "invalid_request" }),
  );
});

test.each(["gzip", "br", "identity, gzip", ""])("an encoding of %j is refused", (encoding) => {
  expect(() => refuseEncoding({ "content-encoding": encoding })).toThrow(
    expect.objectContaining({ code: "unsupported_encoding", status: 415 }),
  );
});

test.each([{}, { "content-encoding": "Identity" }])("%j is no encoding", (headers) => {
  expect(() => refuseEncoding(headers)).not.toThrow();
});
