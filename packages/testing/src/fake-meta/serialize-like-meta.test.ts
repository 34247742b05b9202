import { readFileSync } from "node:fs";
import { expect, test } from "vitest";
import { serializeLikeMeta } from "./serialize-like-meta.ts";
import { signLikeMeta } from "./sign-like-meta.ts";

interface Vector {
  readonly name: string;
  readonly app_secret: string;
  readonly raw_body_base64: string;
  readonly x_hub_signature_256: string;
  readonly x_hub_signature_sha1_legacy: string;
}

const VECTORS = new URL(
  "../../../../test/fixtures/payloads/signature/vectors.json",
  import.meta.url,
);
const vectors: readonly Vector[] = JSON.parse(readFileSync(VECTORS, "utf8"));

test.each(vectors)("signs and serialises the $name vector to the byte", (vector) => {
  const bytes = Buffer.from(vector.raw_body_base64, "base64");
  expect(serializeLikeMeta(JSON.parse(bytes.toString("utf8")))).toEqual(bytes);
  expect(signLikeMeta(bytes, vector.app_secret)).toEqual({
    "x-hub-signature-256": vector.x_hub_signature_256,
    "x-hub-signature": vector.x_hub_signature_sha1_legacy,
  });
});

test("escapes what Meta escapes, and nothing else", () => {
  const value = { "k/é": "a/b <c> 5% d@e & 'f' \"g\" \\ \n \u007f \u0080 \u2028 中 😀" };
  const text = serializeLikeMeta(value).toString("latin1");
  expect(text).toBe(
    '{"k\\/\\u00e9":"a\\/b \\u003Cc> 5\\u0025 d\\u0040e & \'f\' \\"g\\" \\\\ \\n \u007f \\u0080 \\u2028 \\u4e2d \\ud83d\\ude00"}',
  );
  expect(JSON.parse(text)).toEqual(value);
});
