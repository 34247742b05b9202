import dns from "node:dns";
import { once } from "node:events";
import { createServer, type RequestListener } from "node:http";
import { type AddressInfo, createServer as createTcpServer, type Server } from "node:net";
import { describe, expect, it, onTestFinished, vi } from "vitest";
import { createTransport, type WireRequest } from "./transport.ts";

const post: WireRequest = { method: "POST", path: "/v25.0/1/x?a=b", headers: {}, body: "{}" };

async function listen(server: Server): Promise<number> {
  onTestFinished(() => void server.close());
  await once(server.listen(0, "127.0.0.1"), "listening");
  // A TCP server that listens has this shape of address.
  return (server.address() as AddressInfo).port;
}

async function serve(answer: RequestListener) {
  const server = createServer(answer);
  onTestFinished(() => server.closeAllConnections());
  return open(`http://127.0.0.1:${await listen(server)}`);
}

/** A transport whose deadline passes when the test says so. */
function open(origin: string) {
  const expiries: (() => void)[] = [];
  const clock = {
    now: () => 0,
    schedule(_at: number, task: () => void) {
      expiries.push(task);
      return () => void expiries.splice(expiries.indexOf(task), 1);
    },
  };
  const transport = createTransport({ origin, clock, timeoutMs: 10_000 });
  onTestFinished(() => transport.close());
  return { ...transport, expiries, expire: () => expiries.at(-1)?.() };
}

describe("a request that is answered", () => {
  it("comes back as status, headers and text, also when it was not good", async () => {
    const { ask, expiries } = await serve((_, res) => res.writeHead(404, { "x-a": "b" }).end("ü"));
    const outcome = await ask(post);
    expect(outcome).toMatchObject({ kind: "answered", status: 404, text: "ü" });
    expect(outcome).toHaveProperty(["headers", "x-a"], "b");
    expect(expiries).toEqual([]);
  });

  it("is not followed to where a redirect points", async () => {
    const seen: unknown[] = [];
    const { ask } = await serve((req, res) => {
      seen.push(req.url);
      res.writeHead(307, { location: "/elsewhere" }).end();
    });
    expect(await ask(post)).toMatchObject({ kind: "answered", status: 307 });
    expect(seen).toEqual([post.path]);
  });

  it("may have 1 MiB, twice over one connection, and not a byte more", async () => {
    let bytes = 1024 * 1024;
    const { ask } = await serve((_, res) => res.end(Buffer.alloc(bytes, "a")));
    expect(await ask(post)).toMatchObject({ kind: "answered" });
    expect(await ask(post)).toMatchObject({ kind: "answered" });
    bytes += 1;
    const reason = "UND_ERR_RES_EXCEEDED_MAX_SIZE";
    expect(await ask(post)).toEqual({ kind: "unanswered", reason });
  });
});

describe("a request that was sent", () => {
  it.each([
    ["before the answer", (req) => req.socket.destroy()],
    ["within the answer", (_, res) => res.write("{", () => res.destroy())],
  ] satisfies [string, RequestListener][])("is unanswered when cut off %s", async (_, answer) => {
    const { ask } = await serve(answer);
    expect(await ask(post)).toMatchObject({ kind: "unanswered" });
  });

  it.each([
    ["nothing comes back", () => {}],
    ["the answer never ends", (_, res) => res.write("{")],
  ] satisfies [string, RequestListener][])(
    "is unanswered and given up when %s in time",
    async (_, answer) => {
      const hungUp = Promise.withResolvers<void>();
      const transport = await serve((req, res) => {
        res.once("close", hungUp.resolve);
        answer(req, res);
        setImmediate(transport.expire);
      });
      const expected = { kind: "unanswered", reason: "deadline exceeded" };
      expect(await transport.ask(post)).toEqual(expected);
      await hungUp.promise;
    },
  );

  it("is unanswered when what comes back is not HTTP, of which nothing is repeated", async () => {
    const server = createTcpServer((socket) => {
      socket.once("data", () => socket.end("canary\r\n\r\n"));
    });
    const { ask } = open(`http://127.0.0.1:${await listen(server)}`);
    const outcome = await ask(post);
    expect(outcome.kind).toBe("unanswered");
    expect(JSON.stringify(outcome)).not.toContain("canary");
  });
});

describe("a request that was not sent", () => {
  it("says so when nobody listens", async () => {
    const server = createServer();
    const port = await listen(server);
    await new Promise((resolve) => server.close(resolve));
    const { ask } = open(`http://127.0.0.1:${port}`);
    expect(await ask(post)).toEqual({ kind: "unsent", reason: "ECONNREFUSED" });
  });

  it("says so when the other side does not get through the TLS handshake", async () => {
    const server = createTcpServer((socket) => socket.destroy());
    const { ask } = open(`https://127.0.0.1:${await listen(server)}`);
    expect(await ask(post)).toMatchObject({ kind: "unsent" });
  });

  it("stays unsent when the connection comes after the deadline", async () => {
    const received: Buffer[] = [];
    const hungUp = Promise.withResolvers<void>();
    const server = createTcpServer((socket) => {
      socket.on("data", (chunk) => received.push(chunk)).once("close", () => hungUp.resolve());
    });
    const port = await listen(server);
    const resolveName = holdNameLookup();

    const { ask, expire } = open(`http://graph.test:${port}`);
    const outcome = ask(post);
    const connect = await resolveName;
    expire();
    expect(await outcome).toEqual({ kind: "unsent", reason: "deadline exceeded" });
    connect("127.0.0.1");
    await hungUp.promise;
    expect(received).toEqual([]);
  });

  it("says so after the transport was closed, which may be done twice", async () => {
    const { ask, close } = open("http://127.0.0.1:9");
    await close();
    expect(await ask(post)).toEqual({ kind: "unsent", reason: "UND_ERR_DESTROYED" });
  });
});

/** Keeps the next name lookup waiting; resolves once it was asked for, to the function that answers. */
function holdNameLookup(): Promise<(address: string) => void> {
  return new Promise((resolve) => {
    const spy = vi.spyOn(dns, "lookup");
    onTestFinished(() => spy.mockRestore());
    // The overloads of `lookup` differ in their callbacks; `net` uses the one with `all`.
    spy.mockImplementation(((_name: string, _options: unknown, done: (...got: unknown[]) => void) =>
      resolve((address) => done(null, [{ address, family: 4 }]))) as typeof dns.lookup);
  });
}
