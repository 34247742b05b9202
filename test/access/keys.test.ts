import { describe, expect, it } from "vitest";
import type { Host } from "../spine/setting.ts";
import { refusal, scene } from "./scene.ts";

const instant = expect.stringMatching(/^\d{4}-\d\d-\d\dT[\d:.]+Z$/);
const reader = { name: "CRM", scopes: ["connections:read"] };

describe.each<Host>(["express", "koa"])("an API key on %s", (host) => {
  it("is shown once, and never again", async () => {
    const { api, as } = await scene(host);
    const made = await api("POST", "/api-keys", reader);
    const { apiKey, ...shown } = made.body;
    expect(made.status).toBe(201);
    expect(apiKey).toMatch(/^wk_[0-9a-z]{26}_[0-9a-z]{59}$/);
    expect(shown).toEqual({
      keyId: expect.stringMatching(/^key_[0-9a-z]{26}$/),
      ...reader,
      tenantIds: null,
      expiresAt: null,
      createdAt: instant,
      lastUsedAt: null,
      previousExpiresAt: null,
    });
    expect((await as(apiKey)("GET", "/connections")).status).toBe(200);
    const read = await api("GET", `/api-keys/${shown.keyId}`);
    const listed = await api("GET", "/api-keys");
    expect(read.body).toMatchObject({ keyId: shown.keyId, name: "CRM" });
    expect(listed.body.data).toMatchObject([{ keyId: shown.keyId }]);
    const all = JSON.stringify([read.body, listed.body]);
    expect(all).not.toContain(String(apiKey).slice(30, 60));
    expect(made.headers.get("cache-control")).toBe("no-store");
  });

  it("is over when it is revoked, and found no more", async () => {
    const { api, as } = await scene(host);
    const { body } = await api("POST", "/api-keys", reader);
    const path = `/api-keys/${body.keyId}`;
    expect((await as(body.apiKey)("GET", "/connections")).status).toBe(200);
    const revoked = await api("DELETE", path);
    expect(revoked.body).toEqual({ keyId: body.keyId, deleted: true });
    expect(await as(body.apiKey)("GET", "/connections")).toMatchObject(
      refusal(401, "unauthorized"),
    );
    for (const method of ["GET", "DELETE"]) {
      expect(await api(method, path)).toMatchObject(refusal(404, "not_found"));
    }
    expect((await api("GET", "/api-keys")).body.data).toEqual([]);
  });
});

describe("a list of API keys", () => {
  it("goes page by page, newest first", async () => {
    const { api } = await scene();
    const ids: unknown[] = [];
    for (let n = 0; n < 5; n += 1) ids.unshift((await api("POST", "/api-keys", reader)).body.keyId);
    const first = await api("GET", "/api-keys?limit=3");
    const cursor = encodeURIComponent(String(first.body.nextCursor));
    const rest = await api("GET", `/api-keys?limit=3&cursor=${cursor}`);
    const shown = [first, rest].flatMap(({ body }) => body.data as unknown);
    expect(shown).toMatchObject(ids.map((keyId) => ({ keyId })));
    expect(rest.body.nextCursor).toBeNull();
  });
});

describe("a key makes no key that may do more than itself", () => {
  const keys = ["keys:write", "connections:read"];

  it.each([
    ["another scope", { scopes: keys }, { scopes: ["connections:write"] }],
    ["every scope", { scopes: keys }, { scopes: ["*"] }],
    ["another tenant", { scopes: keys, tenantIds: ["a"] }, { scopes: keys, tenantIds: ["a", "b"] }],
    [
      "a longer life",
      { scopes: keys, expiresAt: "2090-01-01T00:00:00Z" },
      { scopes: keys, expiresAt: "2090-01-01T00:00:01Z" },
    ],
  ])("with %s", async (_what, own, wanted) => {
    const { api, clientOf } = await scene();
    const client = await clientOf(own);
    const answer = await client("POST", "/api-keys", { name: "more", ...wanted });
    expect(answer).toMatchObject(refusal(403, "forbidden"));
    expect((await api("GET", "/api-keys")).body.data).toHaveLength(1);
  });

  it("and gives its own bounds where none are named", async () => {
    const { clientOf } = await scene();
    const bounds = { tenantIds: ["a", "b"], expiresAt: "2090-01-01T00:00:00.000Z" };
    const client = await clientOf({ scopes: keys, ...bounds });
    expect((await client("POST", "/api-keys", { name: "x", scopes: keys })).body).toMatchObject(
      bounds,
    );
  });

  it("nor the bootstrap key one with its own scope", async () => {
    const { api } = await scene();
    const body = { name: "x", scopes: ["organizations:write"] };
    expect(await api("POST", "/api-keys", body)).toMatchObject(refusal(400, "invalid_request"));
  });

  it("nor sees the new secret of a key that may do more", async () => {
    const { api, as, clientOf } = await scene();
    const strong = await api("POST", "/api-keys", { name: "strong", scopes: ["*"] });
    const weak = await clientOf({ scopes: keys });
    const answer = await weak("POST", `/api-keys/${strong.body.keyId}/rotate`);
    expect(answer).toMatchObject(refusal(403, "forbidden"));
    expect((await as(strong.body.apiKey)("GET", "/connections")).status).toBe(200);
  });
});

describe("a key for certain tenants", () => {
  it("neither sees, nor rotates, nor revokes the keys of others", async () => {
    const { api, clientOf } = await scene();
    const made = async (tenantIds?: readonly string[]) =>
      (await api("POST", "/api-keys", { name: "k", scopes: ["keys:write"], tenantIds })).body.keyId;
    const [free, other, both, own] = [
      await made(),
      await made(["b"]),
      await made(["a", "b"]),
      await made(["a"]),
    ];
    const client = await clientOf({ scopes: ["*"], tenantIds: ["a"] });
    const unknown = await client("GET", "/api-keys/key_00000000000000000000000000");
    for (const id of [free, other, both]) {
      for (const [method, path] of [
        ["GET", `/api-keys/${id}`],
        ["DELETE", `/api-keys/${id}`],
        ["POST", `/api-keys/${id}/rotate`],
      ] as const) {
        const answer = await client(method, path);
        expect(answer.status).toBe(404);
        expect(answer.body.error).toEqual(unknown.body.error);
      }
    }
    const listed = JSON.stringify((await client("GET", "/api-keys")).body);
    expect([free, other, both].filter((id) => listed.includes(String(id)))).toEqual([]);
    expect((await client("GET", `/api-keys/${own}`)).status).toBe(200);
  });
});

describe("a request that is sent twice with one Idempotency-Key", () => {
  it("makes one key, and gives one new secret", async () => {
    const { api, as } = await scene();
    const once = { "idempotency-key": "one" };
    const [first, second] = [
      await api("POST", "/api-keys", reader, once),
      await api("POST", "/api-keys", reader, once),
    ];
    expect(second.body).toEqual(first.body);
    expect((await api("GET", "/api-keys")).body.data).toHaveLength(1);

    const path = `/api-keys/${first.body.keyId}/rotate`;
    const again = { "idempotency-key": "two" };
    const rotated = await api("POST", path, { graceSeconds: 0 }, again);
    expect((await api("POST", path, { graceSeconds: 0 }, again)).body).toEqual(rotated.body);
    expect((await as(rotated.body.apiKey)("GET", "/connections")).status).toBe(200);
  });
});
