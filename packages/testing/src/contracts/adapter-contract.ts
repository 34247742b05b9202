import type { Server } from "node:http";
import type { AddressInfo } from "node:net";
import { gzipSync } from "node:zlib";
import type { BodyOptions, Handler } from "@wabakit/core";
import { describe, expect, it, onTestFinished } from "vitest";
import { fakeClock } from "../fake-clock.ts";
import { type Answer, ask, dial, head, PATIENCE_MS, type Question } from "./adapter-client.ts";
import { ENDLESS_CHUNKS, MAX_BODY_BYTES, type Probe, probe, sign } from "./adapter-probe.ts";

/** An adapter in a host, with whatever the host runs before it. */
export interface AdapterUnderTest {
  readonly name: string;
  /**
   * What reaches the adapter of a JSON body: the stream nobody has read, the bytes a parser kept,
   * the value it made of them, or nothing at all.
   */
  readonly body: "untouched" | "kept" | "parsed" | "gone";
  /** False when the adapter returns its answer, so that ending the connection is up to the host. */
  readonly endsConnections: boolean;
  /**
   * Makes a server, not listening yet. Whatever the adapter declines, the host behind it answers with
   * 200 `host got <body>`, and whatever it throws with 500 `host caught <message>`.
   */
  readonly serve: (hub: { readonly handle: Handler }, options: BodyOptions) => Server;
}

interface Started {
  readonly probe: Probe;
  readonly port: number;
  readonly ask: (question: Question) => Promise<Answer>;
}

type Start = (options?: BodyOptions) => Promise<Started>;

const JSON_TYPE = "application/json";

const POLLING = { interval: 5, timeout: PATIENCE_MS };

/** Neither re-serialising nor a detour over a string of another encoding gives these bytes again. */
const AWKWARD =
  '{ "text" : "grüße, 世界 \\u00fc \\/ 👋🏽", "n": 12345678901234567890, "e": 1.0e2 }\n';

/** What every adapter must get right. A new adapter is done when this passes. */
export function adapterContract(subject: AdapterUnderTest): void {
  const start = starter(subject);
  describe(`${subject.name} adapter`, () => {
    describe("reading", () => {
      readingCases(start);
      if (subject.body === "untouched" || subject.body === "kept") exactCases(start);
      else lostCases(start);
      if (subject.body === "gone") goneCases(start);
      else jsonCases(start);
    });
    if (subject.body === "untouched") {
      describe("limits", () => {
        limitCases(start);
        slownessCases(start);
        if (subject.endsConnections) endingCases(start);
      });
    }
    describe("answering", () => {
      answerCases(start);
      streamCases(start);
      hangUpCases(start);
    });
    describe("host", () => hostCases(start, subject));
  });
}

function starter({ serve }: AdapterUnderTest): Start {
  return async (options = {}) => {
    const observed = probe();
    const server = serve(observed, options);
    await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
    onTestFinished(() => void server.close().closeAllConnections());
    // A TCP server that listens has this shape of address.
    const { port } = server.address() as AddressInfo;
    return { probe: observed, port, ask: (question) => ask(port, question) };
  };
}

function notification(body: string | Uint8Array, type = JSON_TYPE): Question {
  const bytes = Buffer.from(body);
  const headers = { "content-type": type, "x-hub-signature-256": sign(bytes) };
  return { method: "POST", path: "/webhooks/meta", headers, body: bytes };
}

/** JSON of exactly `bytes` bytes. */
function sized(bytes: number): string {
  const room = bytes - 2;
  return JSON.stringify("é".repeat(Math.floor(room / 2)) + "x".repeat(room % 2));
}

function error(answer: Answer): { code: string; message: string } {
  return JSON.parse(answer.text).error;
}

function readingCases(start: Start): void {
  it.each(["application/octet-stream", "text/plain", "application/x-www-form-urlencoded", "x", ""])(
    "answers a body that calls itself %j, correctly or with raw_body_unavailable",
    async (type) => {
      const { ask } = await start();
      const answer = await ask(notification('{"text":"grüße=&世界"}', type));
      if (answer.status !== 200) expect(error(answer).code).toBe("raw_body_unavailable");
      else expect(answer.text).toBe("26 bytes");
    },
  );

  it("takes an empty body for an empty object", async () => {
    const { ask } = await start();
    const headers = { "content-type": JSON_TYPE, "content-length": "0" };
    const answer = await ask({ method: "POST", path: "/api/v1/echo", headers });
    expect([answer.status, answer.text]).toEqual([201, "{}"]);
  });

  it("takes an empty chunked body for an empty object", async () => {
    const { port } = await start();
    const wire = dial(
      port,
      `${head("POST /api/v1/echo", { "content-type": JSON_TYPE, "transfer-encoding": "chunked" })}0\r\n\r\n`,
    );
    await wire.until("\r\n\r\n{}");
    expect(wire.received()).toContain("HTTP/1.1 201");
  });
}

function exactCases(start: Start): void {
  it("verifies a signature over the bytes as they were sent", async () => {
    const { ask } = await start();
    const answer = await ask(notification(AWKWARD));
    expect([answer.status, answer.text]).toEqual([200, `${Buffer.byteLength(AWKWARD)} bytes`]);
  });

  it("refuses a signature over other bytes", async () => {
    const { ask } = await start();
    const answer = await ask({ ...notification(AWKWARD), body: AWKWARD.trim() });
    expect([answer.status, error(answer).code]).toEqual([401, "signature_mismatch"]);
  });

  it("accepts Meta's largest notification of 3 MB", async () => {
    const { ask } = await start();
    const answer = await ask(notification(JSON.stringify({ text: "é".repeat(1_500_000) })));
    expect([answer.status, answer.text]).toEqual([200, "3000011 bytes"]);
  });
}

function lostCases(start: Start): void {
  it("says so when a parser has eaten the signed bytes, and names the fix", async () => {
    const { ask } = await start();
    const answer = await ask(notification(AWKWARD));
    expect(answer.status).toBe(500);
    expect(error(answer).code).toBe("raw_body_unavailable");
    expect(error(answer).message).toContain("before express.json() or bodyParser()");
    expect(error(answer).message).toContain("express.json({ verify: keepRawBody })");
  });

  it("says so even where the value would serialise to the same bytes again", async () => {
    const { ask } = await start();
    const answer = await ask(notification('{"text":"hi"}'));
    expect([answer.status, error(answer).code]).toEqual([500, "raw_body_unavailable"]);
  });
}

function goneCases(start: Start): void {
  it("does not wait for a body that somebody else has read", async () => {
    const { ask } = await start();
    const headers = { "content-type": JSON_TYPE };
    const answer = await ask({ method: "POST", path: "/api/v1/echo", headers, body: '{"a":1}' });
    expect([answer.status, error(answer).code]).toEqual([500, "raw_body_unavailable"]);
  });
}

function jsonCases(start: Start): void {
  const headers = { "content-type": JSON_TYPE };

  it("serves JSON routes", async () => {
    const { ask } = await start();
    const body = JSON.stringify({ text: "grüße, 世界 👋🏽", list: [1, null, { a: true }] });
    const answer = await ask({ method: "POST", path: "/api/v1/echo", headers, body });
    expect([answer.status, answer.text]).toEqual([201, body]);
  });

  it("serves many requests on one connection", async () => {
    const { port } = await start();
    const one = `${head("POST /api/v1/echo", { ...headers, "content-length": "7" })}{"a":1}`;
    const wire = dial(port, one);
    await wire.until('{"a":1}');
    wire.socket.write(one.replace('{"a":1}', '{"a":2}'));
    await wire.until('{"a":2}');
    wire.socket.write(`${head("GET /text")}${head("GET /text", { connection: "close" })}`);
    expect((await wire.closed).match(/HTTP\/1.1 20/g)).toHaveLength(4);
  });
}

function limitCases(start: Start): void {
  it("accepts a body of exactly the limit", async () => {
    const { ask } = await start();
    const answer = await ask(notification(sized(MAX_BODY_BYTES)));
    expect([answer.status, answer.text]).toEqual([200, `${MAX_BODY_BYTES} bytes`]);
  });

  it("refuses one byte more", async () => {
    const { ask } = await start();
    const answer = await ask(notification(sized(MAX_BODY_BYTES + 1)));
    expect([answer.status, error(answer).code]).toEqual([413, "body_too_large"]);
  });

  it("refuses by Content-Length before a single byte has come", async () => {
    const { port } = await start();
    const length = String(MAX_BODY_BYTES + 1);
    const wire = dial(port, head("POST /webhooks/meta", { "content-length": length }));
    await wire.until("body_too_large");
    expect(wire.received()).toContain("HTTP/1.1 413");
  });

  it("refuses a chunked body at the limit, without waiting for its end", async () => {
    const { port } = await start();
    const wire = dial(port, head("POST /webhooks/meta", { "transfer-encoding": "chunked" }));
    wire.socket.write(`${(MAX_BODY_BYTES + 1).toString(16)}\r\n${"x".repeat(MAX_BODY_BYTES + 1)}`);
    await wire.until("body_too_large");
    expect(wire.received()).toContain("HTTP/1.1 413");
  });

  it("refuses a compressed body", async () => {
    const { ask } = await start();
    const question = notification(gzipSync("{}"));
    const headers = { ...question.headers, "content-encoding": "gzip" };
    const answer = await ask({ ...question, headers });
    expect([answer.status, error(answer).code]).toEqual([415, "unsupported_encoding"]);
  });

  it("accepts a body that is called uncompressed", async () => {
    const { ask } = await start();
    const question = notification("{}");
    const headers = { ...question.headers, "content-encoding": "identity" };
    expect((await ask({ ...question, headers })).status).toBe(200);
  });
}

function slownessCases(start: Start): void {
  const slow = head("POST /webhooks/meta", { "content-length": "100" });

  it.each([
    ["has begun", `${slow}{`],
    ["never begins", slow],
  ])("gives up a body that %s after ten seconds", async (_, opening) => {
    const clock = fakeClock();
    const { port } = await start({ clock });
    const wire = dial(port, opening);
    await expect.poll(() => clock.pending, POLLING).toBe(1);
    await clock.advance(9_999);
    expect(wire.received()).toBe("");
    await clock.advance(1);
    await wire.until("request_timeout");
    expect(wire.received()).toContain("HTTP/1.1 408");
  });

  it("waits as long as it was told to", async () => {
    const clock = fakeClock();
    const { port } = await start({ clock, bodyTimeoutMs: 50 });
    const wire = dial(port, slow);
    await expect.poll(() => clock.pending, POLLING).toBe(1);
    await clock.advance(50);
    await wire.until("HTTP/1.1 408");
  });

  it("leaves no timer behind when a body comes in time", async () => {
    const clock = fakeClock();
    const { ask } = await start({ clock });
    expect((await ask(notification("{}"))).status).toBe(200);
    expect(clock.pending).toBe(0);
  });

  it("notices a sender that hangs up in the middle", async () => {
    const { port, probe, ask } = await start();
    const wire = dial(port, `${slow}{`);
    wire.socket.end();
    await expect.poll(() => probe.refused, POLLING).toEqual(["invalid_request"]);
    expect((await ask(notification("{}"))).status).toBe(200);
  });
}

function endingCases(start: Start): void {
  it("gives its answer to a client that writes everything before it reads", async () => {
    const { port } = await start();
    const size = MAX_BODY_BYTES + 1_000_000;
    const wire = dial(port, head("POST /webhooks/meta", { "content-length": String(size) }));
    wire.socket.pause();
    await new Promise((resolve) => wire.socket.write(Buffer.alloc(size, "x"), resolve));
    wire.socket.resume();
    const received = await wire.closed;
    expect(received).toContain("HTTP/1.1 413");
    expect(received.toLowerCase()).toContain("connection: close");
    expect(received).toContain('"body_too_large"');
  });

  it("cuts off a sender that never stops", async () => {
    const { port } = await start();
    const wire = dial(port, head("POST /webhooks/meta", { "transfer-encoding": "chunked" }));
    const chunk = Buffer.from(`10000\r\n${"x".repeat(0x10000)}\r\n`);
    const send = () => void (wire.socket.writable && wire.socket.write(chunk, send));
    send();
    expect(await wire.closed).toContain("HTTP/1.1 413");
    expect(wire.socket.bytesWritten).toBeLessThan(64 * 1024 * 1024);
  });

  it("closes the connection of a body that came too slowly", async () => {
    const { port } = await start({ bodyTimeoutMs: 20 });
    const wire = dial(port, `${head("POST /webhooks/meta", { "content-length": "100" })}{`);
    expect(await wire.closed).toContain("HTTP/1.1 408");
  });

  it("answers, and closes, where the body of an answered request is still on its way", async () => {
    const { port } = await start();
    const wire = dial(port, head("POST /unauthorized", { "content-length": "100" }));
    const received = await wire.closed;
    expect(received).toContain("HTTP/1.1 401");
    expect(received.toLowerCase()).toContain("connection: close");
  });
}

function answerCases(start: Start): void {
  it("keeps status, headers and body", async () => {
    const { ask } = await start();
    const answer = await ask({ path: "/text" });
    expect([answer.status, answer.text]).toEqual([200, "grüße, 世界"]);
    expect(answer.headers).toMatchObject({
      "content-type": "text/plain; charset=utf-8",
      "x-probe": "yes",
      "x-content-type-options": "nosniff",
    });
  });

  it("measures lengths in bytes", async () => {
    const { ask } = await start();
    const { headers } = await ask({ path: "/text" });
    expect(headers["content-length"]).toBe(String(Buffer.byteLength("grüße, 世界")));
  });

  it("writes bytes as they are", async () => {
    const { ask } = await start();
    const { body, headers } = await ask({ path: "/bytes" });
    expect([...body]).toEqual([0, 255, 128]);
    expect(headers["content-length"]).toBe("3");
  });

  it("keeps the status of a refusal that has a body", async () => {
    const { ask } = await start();
    const answer = await ask({ method: "POST", path: "/unauthorized" });
    expect([answer.status, error(answer).code]).toEqual([401, "unauthorized"]);
    expect(answer.headers["x-request-id"]).toBe("req_2");
  });

  it("answers HEAD with the length and without the body", async () => {
    const { port } = await start();
    const wire = dial(port, head("HEAD /text", { connection: "close" }));
    const received = await wire.closed;
    expect(received.toLowerCase()).toContain("content-length: 15\r\n");
    expect(received).toMatch(/^HTTP\/1.1 200[\s\S]*\r\n\r\n$/);
  });

  it("answers 204 without a body or a length", async () => {
    const { port } = await start();
    const wire = dial(port, head("DELETE /text", { connection: "close" }));
    const received = await wire.closed;
    expect(received).toMatch(/^HTTP\/1.1 204[\s\S]*\r\n\r\n$/);
    expect(received.toLowerCase()).not.toContain("content-length");
  });
}

function streamCases(start: Start): void {
  it("streams", async () => {
    const { ask } = await start();
    const { status, body, headers } = await ask({ path: "/stream/finite" });
    expect(status).toBe(200);
    expect(headers["content-type"]).toBe("application/octet-stream");
    expect(body.toString("hex")).toBe(
      Buffer.concat([Buffer.from("grü"), Buffer.from([0, 255]), Buffer.from("世界")]).toString(
        "hex",
      ),
    );
  });

  it("sends what there is before the stream ends", async () => {
    const { port } = await start();
    const wire = dial(port, head("GET /stream/idle"));
    await wire.until("first");
    expect(wire.received()).toContain("HTTP/1.1 200");
  });

  it("does not run ahead of a client that has stopped reading", async () => {
    const { port, probe } = await start();
    const wire = dial(port, head("GET /stream/endless"));
    wire.socket.pause();
    let before = -1;
    const hasStalled = () => {
      const isSame = before > 0 && before === probe.produced();
      before = probe.produced();
      return isSame;
    };
    await expect.poll(hasStalled, { ...POLLING, interval: 25 }).toBe(true);
    expect(probe.produced()).toBeLessThan(ENDLESS_CHUNKS);
  });

  it("cuts the connection where a stream breaks, so that nobody takes the rest for granted", async () => {
    const { port, ask } = await start();
    const wire = dial(port, head("GET /stream/broken"));
    const received = await wire.closed;
    expect(received).toContain("HTTP/1.1 200");
    expect(received).not.toContain("0\r\n\r\n");
    expect((await ask({ path: "/text" })).status).toBe(200);
  });
}

function hangUpCases(start: Start): void {
  it.each(["endless", "idle", "node"])(
    "stops the %s stream when the client hangs up",
    async (name) => {
      const { port, probe } = await start();
      const wire = dial(port, head(`GET /stream/${name}`));
      await wire.until("\r\n\r\n");
      expect(probe.stopped).toEqual([]);
      wire.socket.destroy();
      await expect.poll(() => probe.stopped, POLLING).toEqual([name]);
    },
  );

  it("lets go of a stream that HEAD has no use for", async () => {
    const { ask, probe } = await start();
    expect((await ask({ method: "HEAD", path: "/stream/idle" })).status).toBe(200);
    await expect.poll(() => probe.stopped, POLLING).toEqual(["idle"]);
  });

  it("tells a handler at work that its client has gone", async () => {
    const { port, probe, ask } = await start();
    const wire = dial(port, head("GET /waits"));
    expect((await ask({ path: "/text" })).status).toBe(200);
    wire.socket.destroy();
    await expect.poll(() => probe.stopped, POLLING).toEqual(["waits"]);
  });

  it("tells no handler so whose answer has arrived", async () => {
    const { ask, probe } = await start();
    expect((await ask({ path: "/signal" })).text).toBe("still here");
    expect((await ask({ path: "/text" })).status).toBe(200);
    expect(probe.stopped).toEqual([]);
  });
}

function hostCases(start: Start, { body, endsConnections }: AdapterUnderTest): void {
  const headers = { "content-type": JSON_TYPE };

  it("leaves unknown paths, and their bodies, to the host", async () => {
    const { ask } = await start();
    const question = { method: "POST", path: "/elsewhere", headers, body: '{"a":"ü"}' };
    const answer = await ask(question);
    expect(answer.status).toBe(200);
    expect(answer.text).toMatch(body === "untouched" ? /^host got {"a":"ü"}$/ : /^host got /);
  });

  it("leaves a known path with another method to the host", async () => {
    const { ask } = await start();
    const answer = await ask({ method: "PUT", path: "/text", headers, body: '{"a":"ü"}' });
    expect(answer.status).toBe(200);
    expect(answer.text).toMatch(body === "untouched" ? /^host got {"a":"ü"}$/ : /^host got /);
  });

  it("takes errors to the host's handler", async () => {
    const { ask } = await start();
    const answer = await ask({ path: "/throws" });
    expect([answer.status, answer.text]).toEqual([500, "host caught kaput"]);
  });

  it("hands over query, headers and, where it is known, the peer's address", async () => {
    const { ask } = await start();
    const path = "/api/v1/request?a=1&a=%C3%BC&b";
    const seen = JSON.parse((await ask({ path, headers: { "X-Probe": "yes" } })).text);
    expect(seen).toMatchObject({
      header: "yes",
      query: [
        ["a", "1"],
        ["a", "ü"],
        ["b", ""],
      ],
    });
    expect(seen.remoteAddress).toBe(endsConnections ? "127.0.0.1" : undefined);
  });

  it("understands a request target that is a whole URL", async () => {
    const { port } = await start();
    const wire = dial(port, head("GET http://probe/text", { connection: "close" }));
    expect(await wire.closed).toContain("x-probe: yes");
  });
}
