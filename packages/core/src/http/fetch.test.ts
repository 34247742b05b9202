import { expect, test, vi } from "vitest";
import { fetchHandler } from "./fetch.ts";
import type { Handler, HttpRequest } from "./message.ts";
import { json, text } from "./respond.ts";

const echo: Handler = async (request) => {
  const { bytes, exact } = await request.readBody(10);
  return json(200, { text: Buffer.from(bytes).toString(), exact });
};

function post(body: string | ReadableStream, headers: Record<string, string> = {}): Request {
  return new Request("https://app.example/a?b=1", {
    method: "POST",
    body,
    headers,
    ...(body instanceof ReadableStream && { duplex: "half" as const }),
  });
}

test("a request is mapped", async () => {
  const seen: HttpRequest[] = [];
  const answer = fetchHandler(async (request) => {
    seen.push(request);
    return text(200, "ok");
  });
  const request = post("body", { "X-Probe": "yes" });
  await answer(request);
  expect(seen[0]).toMatchObject({ method: "POST", path: "/a", headers: { "x-probe": "yes" } });
  expect(seen[0]?.query.get("b")).toBe("1");
  expect(seen[0]?.signal).toBe(request.signal);
});

test("the bytes of a body are exact", async () => {
  const response = await fetchHandler(echo)(post("grüße"));
  expect(await response?.json()).toEqual({ text: "grüße", exact: true });
  expect(response?.headers.get("content-length")).toBe("31");
});

test("a declined request keeps its body", async () => {
  const request = post("body");
  expect(await fetchHandler(async () => undefined)(request)).toBeUndefined();
  expect(await request.text()).toBe("body");
});

test("a body that somebody else has read, or is reading, is not waited for", async () => {
  const read = post("body");
  await read.text();
  const locked = post("body");
  locked.body?.getReader();
  for (const request of [read, locked]) {
    await expect(fetchHandler(echo)(request)).rejects.toMatchObject({
      code: "raw_body_unavailable",
    });
  }
});

test("a body over the limit is refused, by its length or while it comes", async () => {
  const endless = new ReadableStream({ pull: (out) => out.enqueue(new Uint8Array(4)) });
  const announced = post("x", { "content-length": "11" });
  for (const request of [announced, post("12345678901"), post(endless)]) {
    await expect(fetchHandler(echo)(request)).rejects.toMatchObject({ code: "body_too_large" });
  }
});

test("a body that breaks off is the sender's mistake", async () => {
  const broken = new ReadableStream({ pull: (out) => out.error(new Error("reset")) });
  await expect(fetchHandler(echo)(post(broken))).rejects.toMatchObject({
    code: "invalid_request",
    cause: new Error("reset"),
  });
});

test("nothing reads on once a body has taken too long", async () => {
  const pull = vi.fn(() => new Promise<void>(() => {}));
  const silent = new ReadableStream({ pull });
  const request = post(silent);
  await expect(fetchHandler(echo, { bodyTimeoutMs: 1 })(request)).rejects.toMatchObject({
    code: "request_timeout",
  });
  expect(request.body?.locked).toBe(false);
});

test("a stream is asked for nothing before the client asks", async () => {
  const next = vi.fn(async () => ({ done: true, value: undefined }) as const);
  const body = { [Symbol.asyncIterator]: () => ({ next }) };
  const response = await fetchHandler(async () => ({ status: 200, headers: {}, body }))(post("x"));
  expect(next).not.toHaveBeenCalled();
  expect(await response?.text()).toBe("");
});

test.each([204, 205, 304])("status %i has neither a body nor a length", async (status) => {
  const answer = fetchHandler(async () => ({ status, headers: {}, body: new Uint8Array() }));
  const response = await answer(post("x"));
  expect(response?.status).toBe(status);
  expect(response?.body).toBeNull();
  expect(response?.headers.get("content-length")).toBeNull();
});

test("HEAD gets the length of a body, and no stream", async () => {
  const request = new Request("https://app.example/a", { method: "HEAD" });
  const answer = await fetchHandler(async () => text(200, "grüße"))(request);
  expect([answer?.body, answer?.headers.get("content-length")]).toEqual([null, "7"]);

  const finish = vi.fn(async () => ({ done: true, value: undefined }) as const);
  const body = { [Symbol.asyncIterator]: () => ({ next: finish, return: finish }) };
  const streamed = await fetchHandler(async () => ({ status: 200, headers: {}, body }))(request);
  expect(streamed?.body).toBeNull();
  expect(finish).toHaveBeenCalledTimes(1);
});
