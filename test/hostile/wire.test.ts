import { createHmac } from "node:crypto";
import { mount } from "@wabakit/express";
import express from "express";
import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { type Receiver, receiver } from "../receiving/receiver.ts";
import { strangersText } from "../receiving/strangers-text.ts";
import { cases, FUZZ_TIMEOUT_MS, sendAll } from "./fuzzing.ts";
import { exchange, rawRequest } from "./raw-http.ts";

/** Long enough for whoever means it, and soon over. */
const BODY_TIMEOUT_MS = 400;
const POST = "POST /webhooks/meta";

function impatient(): Promise<Receiver> {
  const listener: NonNullable<Parameters<typeof receiver>[0]>["listener"] = (hub) =>
    express().use(mount(hub, { bodyTimeoutMs: BODY_TIMEOUT_MS }));
  return receiver({ listener });
}

/** Whoever was attacked still takes what Meta sends. */
async function expectAtWork({ meta, callbackUrl, url }: Receiver): Promise<void> {
  expect(await meta.send(callbackUrl, strangersText({ meta }))).toMatchObject({ status: 200 });
  expect((await exchange(url, rawRequest("GET /api/v1/health/live", []))).status).toBe(200);
}

const signatureOf = (headers: Readonly<Record<string, string>>) =>
  String(headers["x-hub-signature-256"]);

describe("a signature header", () => {
  const wrong = (signed: string, bytes: Buffer, secret: string) => {
    const sha1 = createHmac("sha1", secret).update(bytes).digest("hex");
    const hex = signed.slice("sha256=".length);
    return {
      missing: [],
      empty: ["x-hub-signature-256:"],
      "of another body": [`x-hub-signature-256: sha256=${"0".repeat(64)}`],
      "a digit short": [`x-hub-signature-256: ${signed.slice(0, -1)}`],
      "a digit long": [`x-hub-signature-256: ${signed}0`],
      "not hex": [`x-hub-signature-256: ${signed.slice(0, -1)}g`],
      "without its prefix": [`x-hub-signature-256: ${hex}`],
      "with a prefix in capitals": [`x-hub-signature-256: SHA256=${hex}`],
      "in capitals": [`x-hub-signature-256: sha256=${hex.toUpperCase()}`],
      "of SHA-1 only": [`x-hub-signature: sha1=${sha1}`],
      "of SHA-1 in its place": [`x-hub-signature-256: sha1=${sha1}`],
      "sent twice": [`x-hub-signature-256: ${signed}`, `x-hub-signature-256: ${signed}`],
      "sent as a list": [`x-hub-signature-256: ${signed}, ${signed}`],
      "in another header": [`x-hub-signature-512: ${signed}`],
      "with bytes beyond ASCII": [`x-hub-signature-256: ${signed}\u00a0`],
      "16 KiB long": [`x-hub-signature-256: sha256=${"a".repeat(12_000)}`],
    };
  };

  test("of every wrong kind is refused, and nothing is kept", async () => {
    const here = await impatient();
    const { body, headers } = here.meta.sign(strangersText(here));
    const variants = wrong(signatureOf(headers), body, here.meta.app.appSecret);
    for (const [kind, lines] of Object.entries(variants)) {
      const request = rawRequest(POST, [...lines, `content-length: ${body.length}`], body);
      const { status } = await exchange(here.url, request);
      expect(`${kind} ${status}`).toBe(`${kind} 401`);
    }
    await here.quiet();
    expect(here.heard).toEqual([]);
    await expectAtWork(here);
  });

  test("of any mutation is refused", { timeout: FUZZ_TIMEOUT_MS }, async () => {
    const here = await impatient();
    const { body, headers } = here.meta.sign(strangersText(here));
    const signed = signatureOf(headers);
    const mutated = fc
      .oneof(
        fc.stringMatching(/^sha256=[0-9a-f]{60,68}$/),
        fc.stringMatching(/^[\x20-\x7e\xa0-\xff]{0,90}$/),
        fc
          .tuple(fc.nat(signed.length - 1), fc.stringMatching(/^[\x21-\x7e]?$/))
          .map(([at, other]) => signed.slice(0, at) + other + signed.slice(at + 1)),
      )
      .filter((header) => header.trim() !== signed);
    await sendAll(mutated, { count: cases(160, 0.02), atOnce: 16 }, async (batch) => {
      const answers = await Promise.all(
        batch.map((header) => {
          const own = [`x-hub-signature-256: ${header}`, `content-length: ${body.length}`];
          return exchange(here.url, rawRequest(POST, own, body));
        }),
      );
      expect(answers.map(({ status }) => status)).toEqual(batch.map(() => 401));
    });
    await expectAtWork(here);
  });
});

describe("a body that is framed in a way nobody means", () => {
  /** What may be answered; `undefined` is a connection that was cut. */
  type Framing = readonly [what: string, headers: readonly string[], body: string, ends: boolean];
  const chunked = "transfer-encoding: chunked";
  const FRAMINGS: readonly Framing[] = [
    ["announces more than it sends", ["content-length: 9999"], "{}", true],
    ["announces more than it sends, and waits", ["content-length: 9999"], "{}", false],
    ["announces less than it sends", ["content-length: 1"], "{}{}{}", true],
    ["announces a negative length", ["content-length: -1"], "{}", true],
    ["announces no number", ["content-length: many"], "{}", true],
    ["announces two lengths", ["content-length: 2", "content-length: 3"], "{}", true],
    ["announces more than there is", ["content-length: 99999999999999999999"], "{}", true],
    ["announces 5 MiB", ["content-length: 5242880"], "{}", true],
    ["announces length and chunks", ["content-length: 2", chunked], "2\r\n{}\r\n0\r\n\r\n", true],
    ["is in chunks without an end", [chunked], "2\r\n{}\r\n", true],
    ["is in chunks without an end, and waits", [chunked], "2\r\n{}\r\n", false],
    ["is in chunks of no size", [chunked], "zz\r\n{}\r\n0\r\n\r\n", true],
    ["is in chunks of endless size", [chunked], "ffffffffffffffffff\r\n{}", true],
    ["has trailers", [chunked], "2\r\n{}\r\n0\r\nx-hub-signature-256: sha256=0\r\n\r\n", true],
    ["is encoded twice", ["transfer-encoding: gzip, chunked"], "2\r\n{}\r\n0\r\n\r\n", true],
    ["is in an unknown encoding", ["transfer-encoding: banana"], "{}", true],
    ["is said to be compressed", ["content-length: 2", "content-encoding: gzip"], "{}", true],
    ["is compressed by a chain", ["content-length: 2", "content-encoding: br, gzip"], "{}", true],
    ["waits to be asked for", ["content-length: 2", "expect: 100-continue"], "{}", true],
    ["expects what nobody does", ["content-length: 2", "expect: tea"], "{}", true],
    ["wants another protocol", ["content-length: 2", "upgrade: websocket"], "{}", true],
    ["has 100 headers", ["content-length: 2", ...many(100)], "{}", true],
    ["has 64 KiB of headers", ["content-length: 2", ...many(1_500)], "{}", true],
    ["has a name with a space", ["content-length : 2"], "{}", true],
    ["folds a header", ["content-length: 2", "x-a: b", " c"], "{}", true],
    ["has NUL in a header", ["content-length: 2", "x-a: \u0000"], "{}", true],
  ];

  test.each(FRAMINGS)("and %s is refused, soon", async (_what, headers, body, ends) => {
    const here = await impatient();
    const { status } = await exchange(here.url, rawRequest(POST, headers, body), { ends });
    expect([undefined, 400, 401, 408, 413, 415, 417, 431]).toContain(status);
    await expectAtWork(here);
  });

  test("is as good as any when its chunks are small and signed", async () => {
    const here = await impatient();
    const { body, headers } = here.meta.sign(strangersText(here));
    const chunks = [...body].map((byte) => Buffer.from([0x31, 13, 10, byte, 13, 10]));
    const framed = Buffer.concat([...chunks, Buffer.from("0\r\n\r\n")]);
    const lines = [chunked, `x-hub-signature-256: ${signatureOf(headers)}`];
    expect((await exchange(here.url, rawRequest(POST, lines, framed))).status).toBe(200);
  });
});

describe("a connection that speaks something else", () => {
  test.each([
    ["TLS", "\u0016\u0003\u0001\u0002\u0000\u0001\u0000\u0001\u00fc\u0003\u0003"],
    ["HTTP/2", "PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n"],
    ["HTTP/0.9", "GET /webhooks/meta\r\n\r\n"],
    ["line breaks alone", "\n\n\n\n\r\n\r\n"],
    ["zeros", "\u0000".repeat(4_096)],
    ["an endless line", `GET /${"a".repeat(100_000)}`],
  ])("as %s does is cut or refused", async (_what, text) => {
    const here = await impatient();
    const { status } = await exchange(here.url, Buffer.from(text, "latin1"), { ends: true });
    expect([undefined, 400, 403, 414, 431, 505]).toContain(status);
    await expectAtWork(here);
  });
});

test("a server that nobody listens to any more lets no body hang", async () => {
  const here = await impatient();
  await here.stop();
  const request = rawRequest(POST, ["content-length: 9999"], "{}");
  expect((await exchange(here.url, request)).status).toBe(503);
});

function many(count: number): readonly string[] {
  return Array.from({ length: count }, (_, index) => `x-filler-${index}: ${"y".repeat(30)}`);
}
