import { describe, expect, it } from "vitest";
import { client } from "./api/client.ts";
import { scene } from "./api/scene.ts";
import { API_KEY } from "./spine/setting.ts";

const refusal = (status: number, type: string, code: string) => ({
  status,
  body: { error: { type, code } },
});

describe("every route", () => {
  it("answers what it promises, under an id that no other answer has", async () => {
    const here = await scene();
    expect(here.requests.length).toBeGreaterThanOrEqual(8);
    const ids: unknown[] = [];
    for (const { method, path, body } of here.requests) {
      const { status, headers } = await here.api(method, path, { body });
      expect([200, 201]).toContain(status);
      ids.push(headers.get("x-request-id"));
      expect(headers.get("cache-control")).toBe("no-store");
    }
    expect(new Set(ids).size).toBe(here.requests.length);
  });

  it("is closed to those without a key, or with one that is not good", async () => {
    const here = await scene();
    const { apiKey } = await here.hub.apiKeys.create({ name: "CRM", scopes: ["*"] });
    const expiresAt = "2020-01-01T00:00:00Z";
    const expired = await here.hub.apiKeys.create({ name: "old", scopes: ["*"], expiresAt });
    for (const wrong of ["", `${API_KEY}x`, `${apiKey}0`, apiKey.toUpperCase(), expired.apiKey]) {
      for (const { method, path, body } of here.requests) {
        expect(await client(here.url, wrong)(method, path, { body })).toMatchObject(
          refusal(401, "authentication", "unauthorized"),
        );
      }
    }
  });

  it("is closed to keys without its scope, which it names", async () => {
    const here = await scene();
    const api = await here.clientOf({ name: "mail", scopes: ["inbox:read", "keys:write"] });
    for (const { method, path, body, scope } of here.requests) {
      const answer = await api(method, path, { body });
      expect(answer).toMatchObject(refusal(403, "permission", "forbidden"));
      expect(JSON.stringify(answer.body)).toContain(scope);
    }
  });

  it("is open to a key with its scope alone", async () => {
    const here = await scene();
    for (const { method, path, body, scope } of here.requests) {
      const api = await here.clientOf({ name: "one", scopes: [scope as "*"] });
      expect((await api(method, path, { body })).status).toBeLessThan(300);
    }
  });

  it("refuses a query name it does not know, by that name", async () => {
    const here = await scene();
    for (const { method, path, body } of here.requests) {
      expect(await here.api(method, `${path}?colour=red`, { body })).toMatchObject({
        status: 400,
        body: { error: { code: "invalid_request", fields: [{ path: "colour" }] } },
      });
    }
  });

  it("refuses a field it does not know, by that name", async () => {
    const here = await scene();
    for (const { method, path, body } of here.requests.filter(({ method }) => method !== "GET")) {
      const protectedFields = { organizationId: "org_x", status: "active", id: "conn_x" };
      const answer = await here.api(method, path, { body: { ...body, ...protectedFields } });
      expect(answer.status).toBe(400);
      const fields = answer.body.error as unknown as { fields: { path: string }[] };
      expect(fields.fields.map((field) => field.path).sort()).toEqual([
        "id",
        "organizationId",
        "status",
      ]);
    }
  });

  it("says that the store is down, and works again when it does", async () => {
    const here = await scene();
    const api = await here.clientOf({ name: "CRM", scopes: ["*"] });
    here.switchStore(false);
    for (const { method, path, body } of here.requests) {
      const answer = await api(method, path, { body });
      expect(answer).toMatchObject(refusal(503, "internal", "store_unavailable"));
      expect(Number(answer.headers.get("retry-after"))).toBeGreaterThan(0);
    }
    here.switchStore(true);
    for (const { method, path, body } of here.requests) {
      expect((await api(method, path, { body })).status).toBeLessThan(300);
    }
  });

  it("says so also to the bootstrap key, which is not looked up", async () => {
    const here = await scene();
    here.switchStore(false);
    for (const { method, path, body } of here.requests.filter(({ path }) => path !== "/health")) {
      expect(await here.api(method, path, { body })).toMatchObject(
        refusal(503, "internal", "store_unavailable"),
      );
    }
    here.switchStore(true);
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
        ["DELETE", "/api/v1/connections/conn_1"],
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
        queue: { atomicity: "process" },
        worker: { items: 0, repeats: 0, unrouted: 0 },
      },
    });
  });
});
