import { createHmac } from "node:crypto";
import { describe, expect, test, vi } from "vitest";
import { Failure } from "../failure.ts";
import type { HttpRequest } from "../http/message.ts";
import type { OnRefused } from "../telemetry/on-refused.ts";
import { createIntake } from "./intake.ts";
import { createReceiver } from "./receiver.ts";

const first = { appId: "1", secrets: ["secret 1"], verifyToken: "token 1" };
const second = { appId: "2", secrets: ["secret 2"], verifyToken: "token 2" };
const receiving = vi.fn(async (appId: string) =>
  [first, second].find((app) => app.appId === appId),
);
const apps = { configured: [first], receiving };
const bytes = Buffer.from("{}");

function arrange(append = vi.fn(async (_appId: string) => {})) {
  const onRefused = vi.fn<OnRefused>();
  const parts = { notifications: { append }, intake: createIntake(), apps, onRefused };
  return { append, onRefused, receiver: createReceiver(parts, "/hooks") };
}

function request(changes: Partial<HttpRequest>): HttpRequest {
  return {
    method: "POST",
    path: "/hooks",
    query: new URLSearchParams(),
    headers: {},
    readBody: async () => ({ bytes, exact: true }),
    signal: new AbortController().signal,
    remoteAddress: undefined,
    ...changes,
  };
}

function post(path: string, secret: string): HttpRequest {
  const digest = createHmac("sha256", secret).update(bytes).digest("hex");
  return request({ path, headers: { "x-hub-signature-256": `sha256=${digest}` } });
}

function check(path: string, token: string): HttpRequest {
  const query = { "hub.mode": "subscribe", "hub.challenge": "1", "hub.verify_token": token };
  return request({ method: "GET", path, query: new URLSearchParams(query) });
}

describe("of several Meta apps", () => {
  test.each([
    ["/hooks", "1"],
    ["/hooks/1", "1"],
    ["/hooks/2", "2"],
  ])("%s is for app %s alone", async (path, appId) => {
    const { receiver, append } = arrange();
    expect(await receiver(post(path, `secret ${appId}`))).toMatchObject({ status: 200 });
    expect(await receiver(check(path, `token ${appId}`))).toMatchObject({ status: 200 });
    expect(append.mock.calls.map(([id]) => id)).toEqual([appId]);

    const other = appId === "1" ? "2" : "1";
    expect(await receiver(post(path, `secret ${other}`))).toMatchObject({ status: 401 });
    expect(await receiver(check(path, `token ${other}`))).toMatchObject({ status: 403 });
    expect(append).toHaveBeenCalledOnce();
  });
});

describe("what is the host's", () => {
  test.each([
    ["POST", "/hooks/3"],
    ["POST", "/hooks/"],
    ["POST", "/hooks/1/"],
    ["POST", "/hook"],
    ["GET", "/"],
    ["PUT", "/hooks"],
    ["HEAD", "/hooks"],
    ["DELETE", "/hooks/1"],
  ])("is left to it, its body unread: %s %s", async (method, path) => {
    const readBody = vi.fn();
    expect(await arrange().receiver(request({ method, path, readBody }))).toBeUndefined();
    expect(readBody).not.toHaveBeenCalled();
  });

  test.each(["/hooks/", "/hooks/a", "/hooks/1/2", "/hooks/-1", `/hooks/${"1".repeat(33)}`, "/x/1"])(
    "nobody is asked for an app at %s",
    async (path) => {
      receiving.mockClear();
      expect(await arrange().receiver(request({ path }))).toBeUndefined();
      expect(receiving).not.toHaveBeenCalled();
    },
  );
});

describe("what goes wrong", () => {
  test("when an app is looked up is presented: nobody says that there is none", async () => {
    receiving.mockRejectedValueOnce(new Failure("store_unavailable"));
    expect(await arrange().receiver(post("/hooks/3", "secret 3"))).toMatchObject({ status: 503 });
  });

  test("on purpose is presented, with a request id to ask about", async () => {
    const failure = new Failure("store_unavailable", "Not now.", { retryAfterMs: 1_500 });
    const { receiver } = arrange(vi.fn(() => Promise.reject(failure)));
    const response = await receiver(post("/hooks", "secret 1"));
    expect(response).toMatchObject({ status: 503, headers: { "retry-after": "2" } });
    const { error, requestId } = JSON.parse(String(response?.body));
    expect(error).toEqual({ type: "internal", code: "store_unavailable", message: "Not now." });
    expect(requestId).toBe(response?.headers["x-request-id"]);
    expect(requestId).toMatch(/^[\w-]{36}$/);
  });

  test("by a bug is the host's to see", async () => {
    const { receiver } = arrange(vi.fn(() => Promise.reject(new TypeError("a bug"))));
    await expect(receiver(post("/hooks", "secret 1"))).rejects.toThrow("a bug");
  });
});
