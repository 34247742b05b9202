import { describe, expect, it } from "vitest";
import { z } from "zod";
import { Failure } from "../failure.ts";
import type { Refusal } from "../telemetry/on-refused.ts";
import type { Allowance, Counted } from "./allowance.ts";
import { createApi } from "./api.ts";
import type { HttpRequest } from "./message.ts";
import type { Repeatable } from "./repeatable.ts";
import { type Caller, route } from "./route.ts";

interface App {
  readonly name: string;
}

const response = z.strictObject({ app: z.string(), id: z.string(), actor: z.string() });

const routes = [
  route({
    method: "GET",
    path: "/things/:id",
    summary: "Get a thing.",
    scope: "connections:read",
    success: 200,
    response,
    async run({ name }: App, { caller, params }) {
      if (params.id === "missing") throw new Failure("not_found");
      if (params.id === "broken") throw new TypeError("a bug");
      return { value: { app: name, id: params.id ?? "", actor: caller.actor } };
    },
  }),
  route({
    method: "POST",
    path: "/things",
    summary: "Make a thing.",
    scope: "connections:write",
    success: 201,
    body: z.strictObject({ id: z.string() }),
    response,
    run: async ({ name }: App, { caller, body, random }) => ({
      value: { app: name, id: body.id, actor: caller.actor },
      headers: { "x-drawn": Buffer.from(random(2)).toString("hex") },
    }),
  }),
  route({
    method: "POST",
    path: "/things/:id/reveal",
    summary: "Reveal a thing.",
    scope: "secrets:reveal",
    budget: "reveal",
    success: 200,
    idempotent: false,
    response: z.strictObject({ requestId: z.string() }),
    run: async (_: App, { caller }) => ({ value: { requestId: caller.requestId } }),
  }),
];

const reader: Caller = { organizationId: "org_1", scopes: ["connections:read"], actor: "reader" };
const writer: Caller = { ...reader, scopes: ["connections:write"], actor: "writer" };
const owner: Caller = { ...reader, scopes: ["*"], actor: "owner" };

interface Given {
  readonly caller?: Caller | undefined;
  readonly app?: () => App;
  readonly allowance?: Allowance | undefined;
}

function open({ caller, app = () => ({ name: "app" }), allowance }: Given) {
  const counted: Counted[] = [];
  const repeatable: Repeatable[] = [];
  const refusals: Refusal[] = [];
  const handle = createApi<App>({
    app,
    routes,
    basePath: "/api/v1",
    authenticate: async () => caller,
    async limit(request) {
      counted.push(request);
      return allowance;
    },
    onRefused: (refusal) => void refusals.push(refusal),
    async once(request, act) {
      repeatable.push(request);
      return act((size) => new Uint8Array(size).fill(7));
    },
  });
  const reads: number[] = [];
  return {
    reads,
    counted,
    repeatable,
    refusals,
    async send(method: string, target: string, text = "", headers: HttpRequest["headers"] = {}) {
      const [path = "", query = ""] = target.split("?");
      const request: HttpRequest = {
        method,
        path,
        query: new URLSearchParams(query),
        headers,
        async readBody(maxBytes) {
          reads.push(maxBytes);
          return { bytes: Buffer.from(text), exact: true };
        },
        signal: new AbortController().signal,
        remoteAddress: undefined,
      };
      const answer = await handle(request);
      if (!answer) return undefined;
      // JSON answers are bytes, never streams.
      return { ...answer, body: JSON.parse(Buffer.from(answer.body as Uint8Array).toString()) };
    },
  };
}

describe("a route of ours", () => {
  it("is answered in JSON that nobody may store, under an id", async () => {
    const answer = await open({ caller: reader }).send("GET", "/api/v1/things/a");
    expect(answer).toMatchObject({
      status: 200,
      headers: {
        "content-type": "application/json; charset=utf-8",
        "cache-control": "no-store",
        "x-request-id": expect.stringMatching(/^[0-9a-f-]{36}$/),
      },
      body: { app: "app", id: "a", actor: "reader" },
    });
  });

  it("has another id each time", async () => {
    const { send } = open({ caller: reader });
    const ids = [];
    for (const target of ["/api/v1/things/a", "/api/v1/things/a", "/api/v1/things/missing"]) {
      ids.push((await send("GET", target))?.headers["x-request-id"]);
    }
    expect(new Set(ids).size).toBe(3);
  });

  it.each([
    ["/api/v1/things/a%20b", "a b"],
    ["/api/v1/things/a%2Fb", "a/b"],
    ["/api/v1/things/%E0%A4%A", "%E0%A4%A"],
    ["/api/v1/things/a/", "a"],
  ])("reads %s as %j", async (path, id) => {
    expect(await open({ caller: reader }).send("GET", path)).toMatchObject({ body: { id } });
  });
});

describe("what is not a route of ours", () => {
  it.each([
    ["GET", "/api/v1"],
    ["GET", "/api/v1/"],
    ["GET", "/api/v1/things"],
    ["GET", "/api/v1/things/a/b"],
    ["GET", "/api/v1/others/a"],
    ["GET", "/api/v1things/a"],
    ["GET", "/api/v10/things/a"],
    ["GET", "/things/a"],
    ["GET", "/API/V1/things/a"],
    ["PUT", "/api/v1/things/a"],
    ["HEAD", "/api/v1/things/a"],
    ["OPTIONS", "/api/v1/things"],
    ["post", "/api/v1/things"],
  ])("%s %s is the host's, its body unread", async (method, path) => {
    const { send, reads } = open({ caller: owner });
    expect(await send(method, path, "{}")).toBeUndefined();
    expect(reads).toEqual([]);
  });
});

describe("a refusal", () => {
  it("has one shape, and repeats its id in the header", async () => {
    const answer = await open({ caller: reader }).send("GET", "/api/v1/things/missing");
    expect(answer?.status).toBe(404);
    expect(answer?.body).toEqual({
      error: { type: "not_found", code: "not_found", message: expect.stringMatching(/\S/) },
      requestId: answer?.headers["x-request-id"],
    });
  });

  it("of a caller comes before anything of the request is read", async () => {
    for (const [caller, status] of [
      [undefined, 401],
      [reader, 403],
    ] as const) {
      const { send, reads } = open({ caller });
      expect(await send("POST", "/api/v1/things", "not json")).toMatchObject({ status });
      expect(reads).toEqual([]);
    }
  });

  it("is not made for a caller with the scope, or with all of them", async () => {
    for (const caller of [writer, owner]) {
      const answer = await open({ caller }).send("POST", "/api/v1/things", '{"id":"a"}');
      expect(answer).toMatchObject({ status: 201, body: { actor: caller.actor } });
    }
  });

  it("names the scope that is missing", async () => {
    const answer = await open({ caller: reader }).send("POST", "/api/v1/things");
    expect(answer?.body.error).toMatchObject({
      code: "forbidden",
      message: expect.stringContaining("connections:write"),
    });
  });

  it("is made for every route while there is no app, whoever asks", async () => {
    const app = () => {
      throw new Failure("store_unavailable");
    };
    const answer = await open({ app }).send("GET", "/api/v1/things/a");
    expect(answer).toMatchObject({ status: 503, headers: { "retry-after": "5" } });
  });

  it("is not made of a bug, which is for the host's error handler", async () => {
    const attempt = open({ caller: reader }).send("GET", "/api/v1/things/broken");
    await expect(attempt).rejects.toThrow(TypeError);
  });
});

describe("a body", () => {
  const { send, reads } = open({ caller: owner });
  const post = (text: string, type?: string) =>
    send("POST", "/api/v1/things", text, type === undefined ? {} : { "content-type": type });

  it.each([
    undefined,
    "application/json",
    "application/json; charset=utf-8",
    "Application/JSON",
    "application/vnd.acme+json",
  ])("is taken as %s", async (type) => {
    expect(await post('{"id":"a"}', type)).toMatchObject({ status: 201 });
  });

  it.each([
    "text/plain",
    "application/x-www-form-urlencoded",
    "multipart/form-data; boundary=x",
    "application/jsonp",
    "application/json-patch+xml",
    "",
  ])("is not taken as %j", async (type) => {
    expect(await post('{"id":"a"}', type)).toMatchObject({
      status: 415,
      body: { error: { code: "unsupported_media_type" } },
    });
  });

  it.each(["{", "id=a", "\u0000", '{"id":"a"}}', "NaN"])("has to be JSON: %j", async (text) => {
    expect(await post(text)).toMatchObject({
      status: 400,
      body: { error: { code: "invalid_request" } },
    });
  });

  it("that is empty has no fields", async () => {
    const answer = await post("");
    expect(answer?.body.error.fields).toEqual([{ path: "id", message: expect.any(String) }]);
  });

  it("may have 256 KiB", () => {
    expect(new Set(reads)).toEqual(new Set([256 * 1024]));
  });

  it("of a GET is nobody's business", async () => {
    const get = open({ caller: reader });
    expect(await get.send("GET", "/api/v1/things/a", "junk")).toMatchObject({ status: 200 });
    expect(get.reads).toEqual([]);
  });
});

describe("a limit", () => {
  const allowance = {
    isGranted: true,
    limit: 30,
    remaining: 29,
    resetAt: 60_001,
    resetInMs: 5_001,
  };
  const headers = {
    "x-ratelimit-limit": "30",
    "x-ratelimit-remaining": "29",
    "x-ratelimit-reset": "61",
  };

  it("is told with every answer to somebody we know, whatever it is", async () => {
    for (const [method, target, text, status] of [
      ["GET", "/api/v1/things/a", "", 200],
      ["GET", "/api/v1/things/missing", "", 404],
      ["POST", "/api/v1/things", "{}", 400],
      ["POST", "/api/v1/things", "{", 400],
    ] as const) {
      const answer = await open({ caller: owner, allowance }).send(method, target, text);
      expect(answer).toMatchObject({ status, headers });
    }
    const refused = await open({ caller: reader, allowance }).send("POST", "/api/v1/things");
    expect(refused).toMatchObject({ status: 403, headers });
  });

  it("is told to nobody else, nor where there is none", async () => {
    const unknown = await open({ allowance }).send("GET", "/api/v1/things/a");
    const unlimited = await open({ caller: owner }).send("GET", "/api/v1/things/a");
    for (const answer of [unknown, unlimited]) {
      expect(Object.keys(answer?.headers ?? {}).join()).not.toContain("ratelimit");
    }
  });

  it("that is used up says when to come back, before anything of the request is read", async () => {
    const used = { ...allowance, isGranted: false, remaining: 0 };
    const { send, reads } = open({ caller: owner, allowance: used });
    const answer = await send("POST", "/api/v1/things", '{"id":"a"}');
    expect(answer).toMatchObject({
      status: 429,
      headers: { ...headers, "x-ratelimit-remaining": "0", "retry-after": "6" },
      body: { error: { type: "rate_limited", code: "rate_limited" } },
    });
    expect(reads).toEqual([]);
  });

  it("counts by the budget of the row, and not what the scope refuses", async () => {
    const { send, counted } = open({ caller: writer });
    await send("GET", "/api/v1/things/a");
    await send("POST", "/api/v1/things", '{"id":"a"}');
    await send("POST", "/api/v1/things/a/reveal");
    expect(counted.map(({ budget, isRefused }) => [budget, isRefused])).toEqual([
      ["reads", true],
      ["writes", false],
      ["reveal", true],
    ]);
    expect(counted.map(({ caller, params }) => [caller.actor, params.id])).toEqual([
      ["writer", "a"],
      ["writer", undefined],
      ["writer", "a"],
    ]);
  });
});

describe("a request with a key", () => {
  const named = { "idempotency-key": "order-1" };

  it("is known by its key and its content, and draws what it drew before", async () => {
    const { send, repeatable } = open({ caller: owner });
    const answer = await send("POST", "/api/v1/things", '{"id":"a"}', named);
    expect(answer).toMatchObject({ status: 201, headers: { "x-drawn": "0707" } });
    const content = '["POST","/things",{},[],{"id":"a"}]';
    expect(repeatable).toMatchObject([{ key: "order-1", content, caller: { actor: "owner" } }]);
    expect(repeatable[0]?.caller.requestId).toBe(answer?.headers["x-request-id"]);
  });

  it("is found valid first", async () => {
    const { send, repeatable } = open({ caller: owner });
    expect(await send("POST", "/api/v1/things", "{}", named)).toMatchObject({ status: 400 });
    expect(repeatable).toEqual([]);
  });

  it("is like any other where nothing is stored", async () => {
    const { send, repeatable } = open({ caller: owner });
    for (const key of ["order-1", "not a key"]) {
      const headers = { "idempotency-key": key };
      const read = await send("GET", "/api/v1/things/a", "", headers);
      const reveal = await send("POST", "/api/v1/things/a/reveal", "", headers);
      expect([read?.status, reveal?.status]).toEqual([200, 200]);
      expect(reveal?.body.requestId).toBe(reveal?.headers["x-request-id"]);
    }
    expect(repeatable).toEqual([]);
  });

  it("draws afresh without one", async () => {
    const { send, repeatable } = open({ caller: owner });
    const answer = await send("POST", "/api/v1/things", '{"id":"a"}');
    expect(answer?.headers["x-drawn"]).not.toBe("0707");
    expect(repeatable).toEqual([]);
  });
});

describe("a refusal", () => {
  it("is told once, by its route and without what was asked for", async () => {
    const stranger = open({});
    await stranger.send("GET", "/api/v1/things/a?b=c");
    const told = { surface: "api", method: "GET", route: "/api/v1/things/:id" };
    const requestId = expect.any(String);
    expect(stranger.refusals).toEqual([{ ...told, code: "unauthorized", status: 401, requestId }]);

    const { send, refusals } = open({ caller: reader });
    const answer = await send("GET", "/api/v1/things/missing");
    expect(refusals).toEqual([{ ...told, code: "not_found", status: 404, requestId }]);
    expect(refusals[0]?.requestId).toBe(answer?.body.requestId);
    await send("GET", "/api/v1/things/a");
    expect(refusals).toHaveLength(1);
  });
});
