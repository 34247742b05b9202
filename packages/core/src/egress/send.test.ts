import { gzipSync } from "node:zlib";
import { fakeClock, type Sink, type SinkBehaviour, sink } from "@wabakit/testing";
import { afterEach, beforeEach, describe, expect, it, onTestFinished, vi } from "vitest";
import { createEgress, type Egress, type EgressOptions, type EgressRequest } from "./send.ts";

const body = Buffer.from('{"text":"¡hola!"}');

const clock = fakeClock();
let endpoint: Sink;
let egress: Egress;

beforeEach(async () => {
  endpoint = await sink();
  egress = egressWith({});
});

afterEach(() => endpoint.close());

function egressWith(options: Partial<EgressOptions>): Egress {
  const made = createEgress({ policy: { allowPrivateNetwork: true }, clock, ...options });
  onTestFinished(() => made.close());
  return made;
}

function strictly(lookup: EgressOptions["lookup"] & {}): Egress {
  return egressWith({ policy: { allowPrivateNetwork: false }, lookup });
}

function post(more: Partial<EgressRequest> = {}) {
  return egress.send({ url: endpoint.url, method: "POST", headers: {}, body, ...more });
}

function get(url: string): EgressRequest {
  return { url, method: "GET", headers: {} };
}

describe("an answer", () => {
  it("comes back as status, Retry-After, excerpt and duration", async () => {
    answerWith(async () => {
      await clock.advance(250);
      return { status: 503, headers: { "retry-after": "120" }, body: "try\nlater" };
    });
    expect(await post()).toEqual({
      outcome: "answered",
      status: 503,
      headers: { retryAfter: "120" },
      excerpt: "try later",
      durationMs: 250,
    });
  });

  it("was asked for with the exact path, headers and bytes", async () => {
    await post({ url: `${endpoint.url}/a%20b?x=1#part`, headers: { "webhook-id": "msg_1" } });
    const { method, path, headers, body: received } = endpoint.received[0] ?? {};
    expect({ method, path, headers }).toEqual({
      method: "POST",
      path: "/a%20b?x=1",
      headers: {
        host: new URL(endpoint.url).host,
        connection: "keep-alive",
        "accept-encoding": "identity",
        "content-length": `${body.length}`,
        "webhook-id": "msg_1",
      },
    });
    expect(received).toEqual(body);
  });

  it("to a GET without a body works the same", async () => {
    answerWith(({ method }) => ({ body: method }));
    expect(await egress.send(get(endpoint.url))).toMatchObject({ status: 200, excerpt: "GET" });
  });

  it("that redirects is not followed", async () => {
    answerWith({ status: 302, headers: { location: "/elsewhere" } });
    const answer = await post({ url: `${endpoint.url}/hook` });
    expect(answer).toMatchObject({ outcome: "answered", status: 302 });
    expect(endpoint.received.map(({ path }) => path)).toEqual(["/hook"]);
  });

  it("that is compressed is not inflated", async () => {
    const bomb = gzipSync(Buffer.alloc(5_000_000, "A"));
    answerWith({ headers: { "content-encoding": "gzip" }, body: bomb });
    const answer = await post();
    expect(answer).toMatchObject({ status: 200, excerpt: expect.stringContaining("\uFFFD") });
    expect(JSON.stringify(answer)).not.toContain("AAAA");
  });

  it("comes to each of hundreds of requests at once", async () => {
    const answers = await Promise.all(Array.from({ length: 600 }, () => post()));
    expect(answers.filter(({ outcome }) => outcome !== "answered")).toEqual([]);
    expect(endpoint.received).toHaveLength(600);
  });
});

describe("a failure is data", () => {
  it("when the port is closed", async () => {
    await endpoint.close();
    expect(await post()).toMatchObject({
      outcome: "failed",
      errorClass: "connect",
      message: "The host could not be reached (ECONNREFUSED).",
    });
  });

  it("when the other side does not speak TLS", async () => {
    const url = endpoint.url.replace("http:", "https:");
    expect(await post({ url })).toMatchObject({ errorClass: "tls" });
  });

  it("when the name does not exist", async () => {
    const lost = strictly(async () => {
      throw Object.assign(new Error("queryA ENOTFOUND"), { code: "ENOTFOUND" });
    });
    expect(await lost.send(get("https://none.example.com"))).toMatchObject({
      errorClass: "dns",
      message: "The host name could not be resolved (ENOTFOUND).",
    });
  });

  it.each([
    ["a line break", { "x-note": "a\r\nx-evil: 1" }],
    ["a line feed", { "x-note": "a\nx-evil: 1" }],
    ["a broken name", { "x-note\r\nx-evil": "1" }],
    ["a host of its own", { Host: "internal.example" }],
    ["another encoding", { "Accept-Encoding": "gzip" }],
    ["a length of its own", { "content-length": "1" }],
    ["another framing", { "transfer-encoding": "chunked" }],
    ["a will for the connection", { connection: "close" }],
  ])("and nothing is sent when a header has %s", async (_what, headers) => {
    expect(await post({ headers })).toMatchObject({ errorClass: "protocol" });
    expect(endpoint.received).toEqual([]);
  });
});

describe("under the strict policy", () => {
  it.each([
    "https://127.0.0.1",
    "https://[::1]:8443",
    "https://2130706433",
    "https://169.254.169.254/latest/meta-data",
    "https://[::ffff:10.0.0.1]",
    "https://localhost",
    "http://example.com",
    "https://user:pass@example.com",
    "https://example.com:22",
  ])("%s is not called", async (url) => {
    const lookup = vi.fn();
    expect(await strictly(lookup).send(get(url))).toMatchObject({ errorClass: "invalid_url" });
    expect(lookup).not.toHaveBeenCalled();
  });

  it.each(["127.0.0.1", "10.0.0.8", "169.254.169.254", "::1", "fd00::1", "::ffff:127.0.0.1"])(
    "a name that leads to %s is not called, and the address not told",
    async (address) => {
      const guarded = strictly(async () => [{ address, family: 4 }]);
      const answer = await guarded.send(get("https://inside.example.com"));
      expect(answer).toMatchObject({ errorClass: "address_blocked" });
      expect(JSON.stringify(answer)).not.toContain(address);
    },
  );
});

it("no proxy of the environment is asked", async () => {
  const proxy = await sink();
  onTestFinished(() => proxy.close());
  for (const name of ["http_proxy", "https_proxy", "all_proxy"]) {
    vi.stubEnv(name, proxy.url);
    vi.stubEnv(name.toUpperCase(), proxy.url);
  }
  onTestFinished(() => void vi.unstubAllEnvs());

  expect(await egressWith({}).send(get(endpoint.url))).toMatchObject({ status: 200 });
  expect([endpoint.received.length, proxy.received.length]).toEqual([1, 0]);
});

function answerWith(behaviour: SinkBehaviour): void {
  endpoint.respond(behaviour);
}
