import { describe, expect, it } from "vitest";
import { client } from "./api/client.ts";
import { type ApiRequest, strayRequests } from "./api/requests.ts";
import { scene } from "./api/scene.ts";
import { API_KEY } from "./spine/setting.ts";

const refusal = (status: number, type: string, code: string) => ({
  status,
  body: { error: { type, code } },
});

/** Nobody can make an API key with this scope: it is of who runs the hub. */
const HOST_ONLY = "organizations:write";

const isGiven = ({ scope }: ApiRequest) => scope !== HOST_ONLY;

it("has a request that succeeds for every operation of the document, and for nothing else", () => {
  expect(strayRequests()).toEqual([]);
});

describe("every route", () => {
  it.each([
    ["in the order of the document", 1],
    ["in the reverse order", -1],
  ])("answers what it promises, under an id that no other answer has, %s", async (_, order) => {
    const here = await scene();
    const ids: unknown[] = [];
    const requests = order < 0 ? here.requests.toReversed() : here.requests;
    for (const { title, method, path, body } of requests) {
      const { status, headers } = await here.api(method, path, { body });
      expect(status, title).toBeLessThan(300);
      ids.push(headers.get("x-request-id"));
      expect(headers.get("cache-control"), title).toBe("no-store");
    }
    expect(new Set(ids).size).toBe(here.requests.length);
  });

  it("without a scope answers anybody", async () => {
    const here = await scene();
    expect(here.openRequests.map(({ title }) => title)).toEqual([
      "GET /health/live",
      "GET /health/ready",
      "GET /openapi.json",
    ]);
    for (const { method, path } of here.openRequests) {
      for (const key of ["", "nobody's"]) {
        expect((await client(here.url, key)(method, path)).status).toBe(200);
      }
    }
  });

  it("is closed to those without a key, or with one that is not good", async () => {
    const here = await scene();
    const { apiKey } = await here.hub.apiKeys.create({ name: "CRM", scopes: ["*"] });
    const expiresAt = "2020-01-01T00:00:00Z";
    const expired = await here.hub.apiKeys.create({ name: "old", scopes: ["*"], expiresAt });
    for (const wrong of ["", `${API_KEY}x`, `${apiKey}0`, apiKey.toUpperCase(), expired.apiKey]) {
      for (const { title, method, path, body } of here.requests) {
        expect(await client(here.url, wrong)(method, path, { body }), title).toMatchObject(
          refusal(401, "authentication", "unauthorized"),
        );
      }
    }
  });

  it("is closed to keys with every scope but its own, which it names", async () => {
    const here = await scene();
    const scopes = [...new Set(here.requests.map(({ scope }) => scope))].filter(
      (scope) => scope !== HOST_ONLY,
    );
    for (const { title, method, path, body, scope = "" } of here.requests) {
      const others = ["inbox:read", ...scopes].filter((other) => other !== scope);
      const api = await here.clientOf({ name: "others", scopes: others as ["*"] });
      const answer = await api(method, path, { body });
      expect(answer, title).toMatchObject(refusal(403, "permission", "forbidden"));
      expect(JSON.stringify(answer.body), title).toContain(scope);
    }
  });

  it("is open to a key with its scope alone", async () => {
    const here = await scene();
    for (const { title, method, path, body, scope } of here.requests.filter(isGiven)) {
      const api = await here.clientOf({ name: "one", scopes: [scope as "*"] });
      expect((await api(method, path, { body })).status, title).toBeLessThan(300);
    }
  });

  it("is open to who runs the hub with its scope alone", async () => {
    // The key names its scopes here.
    const here = await scene("express", {
      authenticate: ({ headers }) => {
        const [, given = ""] = String(headers.authorization).split(" ");
        const scope = (given === API_KEY ? "*" : given) as "*";
        return { organizationId: "org_product", scopes: [scope], actor: given };
      },
    });
    for (const { title, method, path, body, scope } of here.requests) {
      const answer = await client(here.url, scope)(method, path, { body });
      expect(answer.status, title).toBeLessThan(300);
    }
  });

  it("refuses a query name it does not know, by that name", async () => {
    const here = await scene();
    for (const { title, method, path, body } of here.requests) {
      expect(await here.api(method, `${path}?colour=red`, { body }), title).toMatchObject({
        status: 400,
        body: { error: { code: "invalid_request", fields: [{ path: "colour" }] } },
      });
    }
  });

  it("says that the store is down, and works again when it does", async () => {
    const here = await scene();
    const api = await here.clientOf({ name: "CRM", scopes: ["*"] });
    here.switchStore(false);
    for (const { title, method, path, body } of here.requests) {
      for (const caller of [api, here.api]) {
        const answer = await caller(method, path, { body });
        expect(answer, title).toMatchObject(refusal(503, "internal", "store_unavailable"));
        expect(Number(answer.headers.get("retry-after"))).toBeGreaterThan(0);
      }
    }
    here.switchStore(true);
    for (const { title, method, path, body } of here.requests) {
      expect((await here.api(method, path, { body })).status, title).toBeLessThan(300);
    }
  });
});

describe("whose path it is", () => {
  it.each(["express", "koa"] as const)(
    "the host's, on %s, where it is not a route",
    async (host) => {
      const here = await scene(host);
      for (const [method, path] of [
        ["GET", "/api/v1/products"],
        ["GET", "/api/v1/health/deep"],
        ["PUT", "/api/v1/connections"],
        ["DELETE", "/api/v1/connections"],
        ["GET", "/"],
      ]) {
        const response = await fetch(`${here.url}${path}`, { method: method ?? "" });
        expect(response.status).toBe(404);
        expect(response.headers.get("x-request-id")).toBeNull();
      }
    },
  );
});

describe("health", () => {
  it("needs no key, and tells when to send requests", async () => {
    const here = await scene();
    const ask = async (path: string) => (await fetch(`${here.url}/api/v1/health/${path}`)).status;
    expect(await Promise.all([ask("live"), ask("ready")])).toEqual([200, 200]);
    here.switchStore(false);
    expect(await Promise.all([ask("live"), ask("ready")])).toEqual([200, 503]);
    here.switchStore(true);
    expect(await ask("ready")).toBe(200);
    await here.hub.stop();
    expect(await Promise.all([ask("live"), ask("ready")])).toEqual([200, 503]);
    await here.hub.start();
    expect(await ask("ready")).toBe(200);
  });

  it("praises no store that is gone", async () => {
    const here = await scene();
    here.switchStore(false);
    expect(await here.api("GET", "/health")).toMatchObject({
      status: 503,
      body: { error: { code: "store_unavailable" } },
    });
  });

  it("looks inside for those with a key", async () => {
    const here = await scene();
    expect(await here.api("GET", "/health")).toMatchObject({
      status: 200,
      body: {
        store: { atomicity: "process", backend: "memory", durable: "no", settings: {} },
        queue: { atomicity: "process", waiting: expect.any(Number) },
        versions: { wabakit: expect.stringMatching(/^\d+\.\d+\.\d+/), node: process.versions.node },
        worker: { items: 0, repeats: 0, unrouted: 0 },
      },
    });
  });
});
