import { once } from "node:events";
import { type AddressInfo, createServer, type Socket } from "node:net";
import { type FakeClock, fakeClock } from "@wabakit/testing";
import { afterEach, beforeEach, describe, expect, it, onTestFinished } from "vitest";
import { createEgress, type Egress, type EgressRequest } from "./send.ts";

const OK = "HTTP/1.1 200 OK\r\n";

let clock: FakeClock;
let egress: Egress;

beforeEach(() => {
  clock = fakeClock();
  egress = createEgress({ policy: { allowPrivateNetwork: true }, clock });
});

afterEach(() => egress.close());

function post(url: string, more: Partial<EgressRequest> = {}) {
  return egress.send({ url, method: "POST", headers: {}, body: Buffer.from("{}"), ...more });
}

describe("an answer", () => {
  it("is the final one, not an interim one", async () => {
    const { url } = await server((socket) => {
      socket.write("HTTP/1.1 103 Early Hints\r\nretry-after: 1\r\n\r\n");
      socket.end("HTTP/1.1 204 No Content\r\n\r\n");
    });
    expect(await post(url)).toEqual({
      outcome: "answered",
      status: 204,
      headers: {},
      excerpt: "",
      durationMs: 0,
    });
  });

  it("without an end is read for 64 KiB, then its connection is destroyed", async () => {
    const { url, hungUp } = await server((socket) => {
      const goOn = () => void socket.write("x".repeat(16_384), (error) => error ?? goOn());
      socket.write(`${OK}\r\n`, goOn);
    });
    expect(await post(url)).toMatchObject({ status: 200, excerpt: "x".repeat(1024) });
    await hungUp;
  });

  it("that fits leaves its connection to the next request", async () => {
    const { url, connections } = await server((socket) => {
      socket.write(`${OK}content-length: 60000\r\n\r\n${"x".repeat(60_000)}`);
    });
    for (const _ of "123") {
      expect(await post(url)).toMatchObject({ status: 200 });
      // undici frees a connection one turn after the answer, in case the server hangs up.
      await turn();
    }
    expect(connections).toHaveLength(1);
  });
});

describe("the deadline", () => {
  it("is 15 seconds for everything, however busily the other side drips", async () => {
    const dripping = Promise.withResolvers<Socket>();
    const { url, hungUp } = await server((socket) => {
      socket.write(`${OK}content-length: 1000\r\n\r\n`);
      dripping.resolve(socket);
    });
    const settled: unknown[] = [];
    const answer = post(url).finally(() => settled.push("now"));
    const socket = await dripping.promise;
    for (let second = 1; second < 15; second++) {
      await new Promise((resolve) => socket.write("drip", resolve));
      await clock.advance(1_000);
    }
    expect(settled).toEqual([]);

    await clock.advance(1_000);
    expect(await answer).toEqual({
      outcome: "failed",
      errorClass: "timeout",
      message: "No complete answer came within 15000 ms.",
      durationMs: 15_000,
    });
    await hungUp;
  });

  it("ends a wait for a host that says nothing, by the machine's clock too", async () => {
    const { url, hungUp } = await server(() => {});
    const real = createEgress({ policy: { allowPrivateNetwork: true } });
    onTestFinished(() => real.close());
    const answer = await real.send({ url, method: "GET", headers: {}, timeoutMs: 50 });
    expect(answer).toMatchObject({ outcome: "failed", errorClass: "timeout" });
    await hungUp;
  });

  it("covers the look-up of the name", async () => {
    const lookup = () => new Promise<never>(() => {});
    const patient = createEgress({ policy: { allowPrivateNetwork: false }, lookup, clock });
    onTestFinished(() => patient.close());
    const answer = patient.send({ url: "https://slow.example.com", method: "GET", headers: {} });
    await clock.advance(15_000);
    expect(await answer).toMatchObject({ errorClass: "timeout", durationMs: 15_000 });
  });

  it("that passes before there is a connection keeps the request from being sent", async () => {
    const asked: string[] = [];
    const { url } = await server((socket, request) => {
      asked.push(request.split("\r\n")[0] ?? "");
      socket.end("HTTP/1.1 204 No Content\r\n\r\n");
    });
    const found = Promise.withResolvers<{ address: string; family: number }[]>();
    const lookup = () => found.promise;
    const slow = createEgress({ policy: { allowPrivateNetwork: true }, lookup, clock });
    onTestFinished(() => slow.close());
    const named = url.replace("127.0.0.1", "late.test");

    const late = slow.send({ url: `${named}/late`, method: "GET", headers: {} });
    await clock.advance(15_000);
    expect(await late).toMatchObject({ errorClass: "timeout" });

    found.resolve([{ address: "127.0.0.1", family: 4 }]);
    const next = await slow.send({ url: `${named}/next`, method: "GET", headers: {} });
    expect(next).toMatchObject({ status: 204 });
    expect(asked).toEqual(["GET /next HTTP/1.1"]);
  });

  it("is forgotten once there is an answer", async () => {
    const { url } = await server((socket) => void socket.write(`${OK}content-length: 0\r\n\r\n`));
    await post(url);
    expect(clock.pending).toBe(0);
  });
});

describe("a failure is data", () => {
  it.each([
    ["resets", (socket: Socket) => void socket.resetAndDestroy()],
    ["hangs up without a word", (socket: Socket) => void socket.destroy()],
    [
      "hangs up in the middle of the body",
      (socket: Socket) => void socket.end(`${OK}content-length: 99\r\n\r\nshort`),
    ],
  ])("when the other side %s", async (_what, behave) => {
    const { url } = await server(behave);
    expect(await post(url)).toMatchObject({ errorClass: "reset" });
  });

  it.each([
    ["is not HTTP", "SSH-2.0-OpenSSH_9.6\r\n"],
    ["has headers without end", OK + "x-filler: 0123456789\r\n".repeat(2_000)],
  ])("when the answer %s", async (_what, bytes) => {
    const { url } = await server((socket) => void socket.write(bytes));
    expect(await post(url)).toMatchObject({ errorClass: "protocol" });
  });

  it("when the caller gives up, before or while it waits", async () => {
    const arrived = Promise.withResolvers<void>();
    const { url, hungUp } = await server(() => arrived.resolve());
    const caller = new AbortController();
    const waiting = post(url, { signal: caller.signal });
    await arrived.promise;
    caller.abort();
    expect(await waiting).toMatchObject({ errorClass: "aborted" });
    await hungUp;
    expect(await post(url, { signal: caller.signal })).toMatchObject({ errorClass: "aborted" });
  });

  it("when the egress is closed, before or while it waits", async () => {
    const arrived = Promise.withResolvers<void>();
    const { url, hungUp } = await server(() => arrived.resolve());
    const waiting = post(url);
    await arrived.promise;
    await egress.close();
    expect(await waiting).toMatchObject({ errorClass: "aborted" });
    await hungUp;
    expect(await post(url)).toMatchObject({ errorClass: "aborted" });
  });
});

function turn(): Promise<void> {
  return new Promise((resolve) => setImmediate(resolve));
}

/** A server below HTTP: it behaves as told whenever a piece of a request has come. */
async function server(behave: (socket: Socket, request: string) => void) {
  const connections: Socket[] = [];
  const hungUp = Promise.withResolvers<void>();
  const listener = createServer((socket) => {
    connections.push(socket);
    socket.on("error", () => {}).on("close", hungUp.resolve);
    socket.on("data", (request) => behave(socket, `${request}`));
  });
  listener.listen(0, "127.0.0.1");
  await once(listener, "listening");
  onTestFinished(() => {
    for (const socket of connections) socket.destroy();
    listener.close();
  });
  // A TCP server that listens has this shape of address.
  const { port } = listener.address() as AddressInfo;
  return { url: `http://127.0.0.1:${port}`, connections, hungUp: hungUp.promise };
}
