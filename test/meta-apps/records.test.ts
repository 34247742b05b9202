import type { FakeClock } from "@wabakit/testing";
import { describe, expect, it } from "vitest";
import { anotherOrganization, refusal, type Scene } from "./scene.ts";
import { SECRET, withApp } from "./with-app.ts";

/** Asking again takes time, and the clock stands still by itself. */
async function passing<Value>(clock: FakeClock, work: Promise<Value>): Promise<Value> {
  let ended = false;
  work.finally(() => {
    ended = true;
  });
  await expect.poll(async () => clock.advance(500).then(() => ended), { interval: 1 }).toBe(true);
  return work;
}

const actionsOf = async ({ hub }: Pick<Scene, "hub">) =>
  (await hub.auditLog.list()).data.map(({ action }) => action);

describe("a Meta app", () => {
  it("is stored, and shown without its secret; a generated verify token once", async () => {
    const { api, url, wanted, appId } = await withApp();
    const { status, body } = await api("POST", "/meta-apps", { ...wanted, configId: "77" });
    expect(status).toBe(201);
    const { verifyToken, ...shown } = body;
    expect(verifyToken).toMatch(/^[\w-]{32}$/);
    expect(shown).toEqual({
      id: expect.stringMatching(/^app_[0-9a-z]{26}$/),
      name: "Second",
      appId,
      configId: "77",
      receiverUrl: `${url}/webhooks/meta/${appId}`,
      configured: false,
      createdAt: expect.any(String),
    });
    expect((await api("GET", `/meta-apps/${shown.id}`)).body).toEqual(shown);
    const { body: list } = await api("GET", "/meta-apps");
    expect(list.data?.[0]).toEqual(shown);
    expect(JSON.stringify(list)).not.toContain(SECRET);
  });

  it("with a verify token of the caller's does not repeat it", async () => {
    const { api, wanted } = await withApp();
    const { body } = await api("POST", "/meta-apps", { ...wanted, verifyToken: "mine-alone" });
    expect(JSON.stringify(body)).not.toContain("mine-alone");
    expect(body).not.toHaveProperty("verifyToken");
  });

  it("is held against Meta first: a secret that is not its own is named", async () => {
    const { api, wanted, hub } = await withApp();
    const answer = await api("POST", "/meta-apps", { ...wanted, appSecret: "another" });
    expect(answer).toMatchObject(refusal(400, "invalid_request"));
    expect(answer.body.error).toMatchObject({ fields: [{ path: "appSecret" }] });
    expect(JSON.stringify(answer.body)).not.toContain('another"');
    expect((await hub.metaApps.list()).data).toHaveLength(1);
  });

  it("needs an app id, which is named where it is missing", async () => {
    const { api, wanted } = await withApp();
    const { appId: _, ...without } = wanted;
    const answer = await api("POST", "/meta-apps", without);
    expect(answer).toMatchObject(refusal(400, "invalid_request"));
    expect(answer.body.error).toMatchObject({ fields: [{ path: "appId" }] });
  });

  it("is not stored while Meta cannot be asked", async () => {
    const { api, wanted, meta, hub, clock } = await withApp();
    meta.fail({ path: /\/subscriptions$/, status: 503, error: "html", times: 3 });
    const answer = await passing(clock, api("POST", "/meta-apps", wanted));
    expect(answer).toMatchObject(refusal(503, "meta_unavailable"));
    expect((await hub.metaApps.list()).data).toHaveLength(1);
  });

  it("is there once for the whole hub, its options included", async () => {
    const here = await withApp();
    const { api, wanted, meta } = here;
    const other = await anotherOrganization(here);
    const both = await Promise.all([
      api("POST", "/meta-apps", wanted),
      other.client("POST", "/meta-apps", wanted),
    ]);
    expect(both.map(({ status }) => status).toSorted()).toEqual([201, 409]);
    for (const client of [api, other.client]) {
      const { appId, appSecret } = meta.app;
      for (const sent of [wanted, { name: "First", appId, appSecret }]) {
        const answer = await client("POST", "/meta-apps", sent);
        expect(answer).toMatchObject(refusal(409, "meta_app_in_use"));
      }
    }
  });

  it("is changed as far as it is said", async () => {
    const here = await withApp();
    const { api, wanted } = here;
    const { body } = await api("POST", "/meta-apps", { ...wanted, configId: "77" });
    const { verifyToken: _, ...shown } = body;
    const path = `/meta-apps/${body.id}`;
    const changed = await api("PATCH", path, { name: "Renamed" });
    expect(changed.body).toEqual({ ...shown, name: "Renamed" });
    expect((await api("PATCH", path, { configId: null })).body.configId).toBeNull();
    expect(await api("PATCH", path, {})).toMatchObject(refusal(400, "invalid_request"));
    const wrong = await api("PATCH", path, { appSecret: "another" });
    expect(wrong.body.error).toMatchObject({ fields: [{ path: "appSecret" }] });
    expect(await actionsOf(here)).toEqual([
      "meta_app.updated",
      "meta_app.updated",
      "meta_app.created",
    ]);
  });

  it("is answered again, not made again, when its request is repeated", async () => {
    const here = await withApp();
    const headers = { "idempotency-key": "once" };
    const post = () => here.api("POST", "/meta-apps", here.wanted, headers);
    const [first, second] = [await post(), await post()];
    expect(second).toMatchObject({ status: 201, body: first.body });
    expect(await actionsOf(here)).toEqual(["meta_app.created"]);
  });
});

describe("the apps of the hub's options", () => {
  it("are shown to who runs the hub, behind those that are stored, and not changed", async () => {
    const { api, wanted, meta, url, appId } = await withApp();
    await api("POST", "/meta-apps", wanted);
    const configured = {
      id: meta.app.appId,
      name: null,
      appId: meta.app.appId,
      configId: null,
      receiverUrl: `${url}/webhooks/meta`,
      configured: true,
      createdAt: null,
    };
    const first = await api("GET", "/meta-apps?limit=1");
    expect(first.body.data).toMatchObject([{ appId }]);
    const second = await api("GET", `/meta-apps?limit=1&cursor=${first.body.nextCursor}`);
    expect(second.body).toEqual({ data: [configured], nextCursor: null });
    const path = `/meta-apps/${configured.id}`;
    expect((await api("GET", path)).body).toEqual(configured);
    for (const [method, body] of [["PATCH", { name: "x" }], ["DELETE"]] as const) {
      const answer = await api(method, path, body);
      expect(answer).toMatchObject(refusal(400, "invalid_request"));
      expect(JSON.stringify(answer.body)).toContain("options");
    }
  });
});

describe("an API key", () => {
  it("needs keys:write to change Meta apps, and connections:read to see them", async () => {
    const here = await withApp();
    const { hub, as, wanted } = here;
    const clientOf = async (key: Parameters<typeof hub.apiKeys.create>[0]) =>
      as((await hub.apiKeys.create(key)).apiKey);
    const reader = await clientOf({ name: "reader", scopes: ["connections:read"] });
    const writer = await clientOf({ name: "writer", scopes: ["keys:write"] });
    const ofTenant = await clientOf({ name: "t", scopes: ["keys:write"], tenantIds: ["acme"] });
    for (const client of [reader, ofTenant]) {
      expect(await client("POST", "/meta-apps", wanted)).toMatchObject(refusal(403, "forbidden"));
    }
    const { status, body } = await writer("POST", "/meta-apps", wanted);
    expect(status).toBe(201);
    const path = `/meta-apps/${body.id}`;
    expect(await writer("GET", path)).toMatchObject(refusal(403, "forbidden"));
    expect((await reader("GET", path)).status).toBe(200);
    for (const [method, below, sent] of [
      ["PATCH", "", { name: "x" }],
      ["DELETE", "", undefined],
      ["POST", "/setup", undefined],
    ] as const) {
      for (const client of [reader, ofTenant]) {
        const answer = await client(method, path + below, sent);
        expect(answer).toMatchObject(refusal(403, "forbidden"));
      }
    }
  });
});
