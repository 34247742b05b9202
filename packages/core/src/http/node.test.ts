import { createServer, type IncomingMessage, type ServerResponse } from "node:http";
import type { AddressInfo } from "node:net";
import { expect, onTestFinished, test } from "vitest";
import { fromNode, toNode } from "./node.ts";
import { text } from "./respond.ts";

type Listener = (req: IncomingMessage, res: ServerResponse) => Promise<unknown>;

/** Asks a server that answers with what `listener` resolves to. */
async function probe(listener: Listener, init: RequestInit = {}): Promise<string> {
  const server = createServer(async (req, res) => {
    const seen = await listener(req, res).catch((error: Error) => `${error}`);
    if (!res.headersSent) res.end(String(seen));
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  onTestFinished(() => void server.close().closeAllConnections());
  // A TCP server that listens has this shape of address.
  const { port } = server.address() as AddressInfo;
  const response = await fetch(`http://127.0.0.1:${port}/a?b=1`, {
    ...init,
    signal: AbortSignal.timeout(8_000),
  });
  return response.text();
}

const post = { method: "POST", body: '{"a":1}' };
const read = async (...exchange: Parameters<typeof fromNode>) => {
  const { bytes, exact } = await fromNode(...exchange).readBody(100);
  return `${Buffer.from(bytes)} ${exact}`;
};

test("headers are not copied, and query and signal are made once", async () => {
  const seen = await probe(async (req, res) => {
    const request = fromNode({ req, res, url: "/a?b=1" });
    const { query, signal } = request;
    return [request.headers === req.headers, request.query === query, request.signal === signal];
  });
  expect(seen).toBe("true,true,true");
});

test("the unread stream comes before anything a host has put beside it", async () => {
  const rawBody = Buffer.from("other");
  const seen = await probe((req, res) => read({ req, res, url: "/", rawBody }), post);
  expect(seen).toBe('{"a":1} true');
});

test("a stream that the host has paused is read all the same", async () => {
  const seen = await probe((req, res) => read({ req: req.pause(), res, url: "/" }), post);
  expect(seen).toBe('{"a":1} true');
});

test("a listener that only counts does not spoil the bytes", async () => {
  let bytes = 0;
  const seen = await probe((req, res) => {
    req.on("data", (chunk) => {
      bytes += chunk.length;
    });
    return read({ req, res, url: "/" });
  }, post);
  expect([seen, bytes]).toEqual(['{"a":1} true', 7]);
});

test.each<[string, (req: IncomingMessage) => Promise<unknown>]>([
  ["has read a part", (req) => new Promise((resolve) => req.once("data", resolve))],
  ["has begun to iterate", async (req) => void req[Symbol.asyncIterator]().next()],
  ["has it decoded", async (req) => void req.setEncoding("utf8")],
])("nobody waits for a stream of which somebody %s", async (_, spoil) => {
  const seen = await probe(async (req, res) => {
    await spoil(req);
    return read({ req, res, url: "/" });
  }, post);
  expect(seen).toContain("Something read the body before wabakit");
});

test.each<[string, { body?: unknown; rawBody?: unknown }, string]>([
  ["rawBody of bytes", { rawBody: new Uint8Array([49]), body: Buffer.from("2") }, "1 true"],
  ["body of bytes", { rawBody: "1", body: Buffer.from("2") }, "2 true"],
  [
    "rawBody of text",
    { rawBody: '{"n":12345678901234567890}', body: {} },
    '{"n":12345678901234567890} false',
  ],
  ["body of text", { body: '{"a": 1}' }, '{"a": 1} false'],
  ["parsed body", { body: { a: "ü" } }, '{"a":"ü"} false'],
  ["body that is null", { body: null }, "null false"],
  ["kept body over the limit", { rawBody: Buffer.alloc(101) }, "larger than 100 bytes"],
])("once the stream is consumed, a %s takes its place", async (_, kept, expected) => {
  const seen = await probe(async (req, res) => {
    await new Promise((resolve) => req.resume().once("end", resolve));
    return read({ req, res, url: "/", ...kept });
  }, post);
  expect(seen).toContain(expected);
});

test("a host that has answered already is left alone", async () => {
  const outcomes: unknown[] = [];
  const seen = await probe(async (_req, res) => {
    res.end("the host's");
    outcomes.push(await toNode(res, text(200, "ours")).catch((error: Error) => error.message));
  });
  expect([seen, outcomes]).toEqual(["the host's", [undefined]]);
});

test("what the host has set stays in the answer, and in its access log", async () => {
  const lengths: unknown[] = [];
  const seen = await probe(async (_req, res) => {
    res.setHeader("x-host", "1");
    await toNode(res, text(200, "grüße"));
    lengths.push(res.getHeader("x-host"), res.getHeader("content-length"));
  });
  expect([seen, lengths]).toEqual(["grüße", ["1", 7]]);
});
