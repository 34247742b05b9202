import { createHmac } from "node:crypto";
import { once } from "node:events";
import { createServer, type IncomingMessage, type RequestListener } from "node:http";
import type { AddressInfo } from "node:net";
import { text } from "node:stream/consumers";
import { describe, expect, it, onTestFinished } from "vitest";
import { z } from "zod";
import { createGraphClient, type GraphClientOptions } from "./client.ts";

const TIMEOUT_MS = 10_000;
const token = "EAAGm0PX4ZCpsBAKZCcanary";
const schema = z.object({ id: z.string() });
const read = { method: "GET", path: "/1", token, schema } as const;
const write = { method: "POST", path: "/1", token, schema } as const;

const answer =
  (status: number, body: unknown, headers = {}): RequestListener =>
  (_, res) =>
    void res.writeHead(status, headers).end(typeof body === "string" ? body : JSON.stringify(body));
const error = (code: number, rest = {}) => answer(400, { error: { code, message: "no", ...rest } });
const ok = answer(200, { id: "1" });
const hangUp: RequestListener = (req) => void req.socket.destroy();
const html = answer(503, "<html>");

/** Waits in no time, but notes how long they would have been; a deadline passes only on request. */
function impatientClock() {
  const waitsMs: number[] = [];
  const deadlines: (() => void)[] = [];
  const schedule = (at: number, task: () => void) => {
    if (at === TIMEOUT_MS) deadlines.push(task);
    else waitsMs.push(at) && setImmediate(task);
    return () => {};
  };
  return { clock: { now: () => 0, schedule }, waitsMs, expire: () => deadlines.at(-1)?.() };
}

/** Serves the answers one after the other, the last one for ever. */
async function graphThat(
  answers: readonly RequestListener[],
  options?: Partial<GraphClientOptions>,
) {
  const requests: { req: IncomingMessage; body: string }[] = [];
  const time = impatientClock();
  const server = createServer(async (req, res) => {
    const turn = Math.min(requests.length, answers.length - 1);
    requests.push({ req, body: await text(req) });
    answers[turn]?.(req, res);
  });
  await once(server.listen(0, "127.0.0.1"), "listening");
  // A TCP server that listens has this shape of address.
  const graphUrl = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  const client = createGraphClient({ graphUrl, clock: time.clock, random: () => 0, ...options });
  onTestFinished(async () => {
    server.closeAllConnections();
    server.close();
    await client.close();
  });
  return { client, requests, graphUrl, ...time };
}

const failing = (code: string) => expect.objectContaining({ name: "Failure", code });

describe("a call", () => {
  it("carries its token in the header, and a proof of the app in the query", async () => {
    const { client, requests } = await graphThat([ok]);
    const call = { ...read, query: { fields: "id,name" }, appSecret: "hush" };
    await expect(client.call(call)).resolves.toEqual({ id: "1" });

    const proof = createHmac("sha256", "hush").update(token).digest("hex");
    const [request] = requests;
    expect(request?.req.headers.authorization).toBe(`Bearer ${token}`);
    expect(request?.req.url).toBe(`/v25.0/1?fields=id%2Cname&appsecret_proof=${proof}`);
  });

  it("goes to the version and below the path it was told", async () => {
    const { graphUrl, clock, requests } = await graphThat([ok]);
    const options = { graphUrl: `${graphUrl}/meta/`, graphVersion: "v26.0", clock };
    const client = createGraphClient(options);
    onTestFinished(() => client.close());
    await client.call(read);
    expect(requests[0]?.req.url).toBe("/meta/v26.0/1");
  });

  it("sends its body as JSON", async () => {
    const { client, requests } = await graphThat([ok]);
    await client.call({ ...write, body: { to: "ü" } });
    expect(requests[0]?.req.headers["content-type"]).toBe("application/json");
    expect(requests[0]?.body).toBe('{"to":"ü"}');
  });

  it("has no body at all without one, for to Meta that is another call", async () => {
    const { client, requests } = await graphThat([ok]);
    await client.call({ ...write, appSecret: "hush" });
    expect(requests[0]?.body).toBe("");
    expect(requests[0]?.req.headers).not.toHaveProperty("content-type");
  });

  it("refuses a token that no header can carry before asking anybody", async () => {
    const { client, requests } = await graphThat([ok]);
    const call = client.call({ ...read, token: `${token}\n` });
    await expect(call).rejects.toEqual(failing("meta_token_expired"));
    expect(requests).toEqual([]);
  });

  it("reports what the rate headers say, beside a refusal too", async () => {
    const usages: unknown[] = [];
    const headers = { "X-App-Usage": '{"call_count":99,"total_time":1,"total_cputime":2}' };
    const refused = answer(400, { error: { code: 100 } }, headers);
    const { client } = await graphThat([refused, ok], { onUsage: (usage) => usages.push(usage) });
    await expect(client.call(read)).rejects.toEqual(failing("meta_rejected"));
    await client.call(read);
    expect(usages).toEqual([
      { app: { callsPercent: 99, timePercent: 1, cpuTimePercent: 2 }, accounts: [] },
    ]);
  });
});

describe("a read", () => {
  it.each([
    ["a broken connection", hangUp],
    ["a page instead of JSON with 503", html],
    ["a transient error", error(2)],
    ["a rate limit", error(4)],
    ["an unknown error that Meta calls transient", error(987654, { is_transient: true })],
  ])("is tried again after %s", async (_, trouble) => {
    const { client, requests } = await graphThat([trouble, trouble, ok]);
    await expect(client.call(read)).resolves.toEqual({ id: "1" });
    expect(requests).toHaveLength(3);
  });

  it("is tried again after a deadline, with a new one", async () => {
    const graph = await graphThat([() => setImmediate(() => graph.expire()), ok]);
    await expect(graph.client.call(read)).resolves.toEqual({ id: "1" });
  });

  it("is tried three times at most", async () => {
    const { client, requests } = await graphThat([html]);
    await expect(client.call(read)).rejects.toEqual(failing("meta_unavailable"));
    expect(requests).toHaveLength(3);
  });

  it.each([
    [0, [300, 1_200]],
    [0.999, [449.85, 1_799.4]],
  ])("waits longer before each further try, spread by chance (%d)", async (chance, expected) => {
    const { client, waitsMs } = await graphThat([html], { random: () => chance });
    await expect(client.call(read)).rejects.toThrow();
    expect(waitsMs).toEqual(expected.map((ms) => expect.closeTo(ms)));
  });

  it.each([
    ["a dead token", error(190), "meta_token_expired"],
    ["an error for minutes", error(133015), "meta_unavailable"],
    ["an answer of another shape", answer(200, {}), "meta_unavailable"],
    ["a page instead of JSON with 404", answer(404, "<html>"), "meta_unavailable"],
  ])("is not tried again after %s", async (_, trouble, code) => {
    const { client, requests } = await graphThat([trouble]);
    await expect(client.call(read)).rejects.toEqual(failing(code));
    expect(requests).toHaveLength(1);
  });
});

describe.each(["POST", "DELETE"] as const)("a %s", (method) => {
  it.each([
    ["a broken connection", hangUp, "meta_outcome_unknown"],
    ["a page instead of JSON", html, "meta_outcome_unknown"],
    ["an answer of another shape", answer(200, {}), "meta_outcome_unknown"],
    ["an error halfway", error(131000), "meta_outcome_unknown"],
    ["a rate limit", error(4), "meta_throttled"],
    ["a refusal", error(100), "meta_rejected"],
  ])("is sent once, also after %s", async (_, trouble, code) => {
    const { client, requests } = await graphThat([trouble, ok]);
    await expect(client.call({ ...write, method })).rejects.toEqual(failing(code));
    expect(requests).toHaveLength(1);
  });

  it("is sent once, also after a deadline", async () => {
    const graph = await graphThat([() => setImmediate(() => graph.expire()), ok]);
    const call = graph.client.call({ ...write, method });
    await expect(call).rejects.toEqual(failing("meta_outcome_unknown"));
    expect(graph.requests).toHaveLength(1);
  });

  it("leaves no doubt when it never got on its way", async () => {
    const { client } = await graphThat([ok], { graphUrl: "http://127.0.0.1:1" });
    const call = client.call({ ...write, method });
    await expect(call).rejects.toEqual(failing("meta_unavailable"));
  });
});
