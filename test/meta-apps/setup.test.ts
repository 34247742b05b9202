import { describe, expect, it } from "vitest";
import { NEEDED_FIELDS } from "../../packages/core/src/connections/health/judge-routing.ts";
import { refusal, scene } from "./scene.ts";

const SECRET = "the-secret-of-the-second-app";
const NEEDED = NEEDED_FIELDS.map(({ field }) => field);

async function withStoredApp() {
  const here = await scene();
  const { appId } = here.meta.addApp({ appSecret: SECRET });
  const wanted = { name: "Second", appId, appSecret: SECRET };
  const { id } = await here.hub.metaApps.create(wanted);
  const ours = `${here.url}/webhooks/meta/${appId}`;
  return { ...here, appId, id, ours, path: `/meta-apps/${id}/setup` };
}

describe("the setup of a Meta app", () => {
  it("is shown against Meta's, and set", async () => {
    const { api, path, ours, hub } = await withStoredApp();
    expect((await api("GET", path)).body).toEqual({
      callbackUrl: { ours, atMeta: null },
      fields: { missing: NEEDED, extra: [] },
      active: false,
      isComplete: false,
    });
    const complete = {
      callbackUrl: { ours, atMeta: ours },
      fields: { missing: [], extra: [] },
      active: true,
      isComplete: true,
    };
    expect((await api("POST", path)).body).toEqual(complete);
    expect((await api("GET", path)).body).toEqual(complete);
    const { data } = await hub.auditLog.list({ limit: 1 });
    expect(data).toMatchObject([{ action: "meta_app.set_up" }]);
  });

  it("keeps fields that somebody has added, and takes a callback that leads elsewhere", async () => {
    const { api, path, meta, appId, ours } = await withStoredApp();
    const fields = ["messages", "flows"];
    meta.setAppCallback({ appId, callbackUrl: "https://elsewhere.example.com/?token=x", fields });
    expect((await api("GET", path)).body).toMatchObject({
      callbackUrl: { atMeta: "https://elsewhere.example.com" },
      fields: { missing: NEEDED.slice(1), extra: ["flows"] },
      isComplete: false,
    });
    expect((await api("POST", path)).body).toMatchObject({
      callbackUrl: { atMeta: ours },
      fields: { missing: [], extra: ["flows"] },
      isComplete: true,
    });
  });

  it("is refused by Meta when its check of the callback does not pass", async () => {
    const { hub, api, path, startNode } = await withStoredApp();
    const receiverless = await startNode({ roles: ["api"] });
    const answer = await receiverless.api("POST", path);
    expect(answer).toMatchObject(refusal(422, "webhook_subscribe_failed"));
    expect((await api("GET", path)).body).toMatchObject({ isComplete: false });
    const { data } = await hub.auditLog.list();
    expect(data.map(({ action }) => action)).toEqual(["meta_app.created"]);
  });

  it("waits for nodes that do not know of the app yet", async () => {
    const api = await scene({ roles: ["api"] }, "cluster");
    const receiver = await api.startNode({ roles: ["receiver"] });
    const { hub } = await api.startNode({ roles: ["api"], publicUrl: receiver.url });
    const { appId } = api.meta.addApp({ appSecret: SECRET });
    const target = `${receiver.url}/webhooks/meta/${appId}`;
    expect((await api.meta.send(target, {}, { appId })).status).toBe(418);
    const { id } = await hub.metaApps.create({ name: "Second", appId, appSecret: SECRET });
    let setup: unknown;
    hub.metaApps.setUp(id).then((done) => {
      setup = done;
    });
    const passed = async () => api.clock.advance(250).then(() => setup);
    await expect.poll(passed, { interval: 20 }).toMatchObject({ isComplete: true });
  });

  it("of one of the hub's options works the same; the first one's URL is without its id", async () => {
    const { api, url, meta } = await withStoredApp();
    const path = `/meta-apps/${meta.app.appId}/setup`;
    const { status, body } = await api("POST", path);
    expect(status).toBe(200);
    expect(body).toMatchObject({
      callbackUrl: { ours: `${url}/webhooks/meta`, atMeta: `${url}/webhooks/meta` },
      isComplete: true,
    });
    meta.setAppCallback({ callbackUrl: `${url}/webhooks/meta/${meta.app.appId}` });
    expect((await api("GET", path)).body).toMatchObject({ isComplete: true });
  });
});

describe("a while after the start", () => {
  const warnings = ({ logged }: Awaited<ReturnType<typeof withStoredApp>>) =>
    logged.filter(({ fields }) => "appId" in fields);

  it("apps are warned of that Meta is not set up for, with what to do", async () => {
    const here = await withStoredApp();
    const { clock, meta, appId, ours, api, path } = here;
    await api("POST", path);
    meta.setAppCallback({ callbackUrl: "https://elsewhere.example.com", fields: ["messages"] });
    expect(warnings(here)).toEqual([]);
    await clock.advance(15_000);
    await expect.poll(() => warnings(here)).toHaveLength(1);
    expect(warnings(here)).toMatchObject([
      {
        level: "warn",
        message: expect.stringContaining("/setup"),
        fields: {
          appId: meta.app.appId,
          callbackUrl: { atMeta: "https://elsewhere.example.com" },
          fields: { missing: NEEDED.slice(1) },
        },
      },
    ]);
    expect(appId).not.toBe(meta.app.appId);
    expect(ours).toContain(appId);
  });

  it("a Meta that does not answer is no trouble", async () => {
    const here = await withStoredApp();
    const { clock, meta, api, path, appId } = here;
    await api("POST", path);
    meta.fail({ path: `/${meta.app.appId}/subscriptions`, error: { code: 190, message: "no" } });
    await clock.advance(15_000);
    await expect.poll(() => warnings(here)).toHaveLength(1);
    expect(warnings(here)).toMatchObject([{ fields: { appId: meta.app.appId } }]);
    expect(JSON.stringify(warnings(here))).not.toContain(appId);
    expect((await api("GET", path)).status).toBe(200);
  });

  it("nobody is asked by a hub without a worker, nor by one that was stopped", async () => {
    const here = await withStoredApp();
    const { meta, clock, startNode, hub } = here;
    await hub.stop();
    await startNode({ roles: ["api", "receiver"] });
    const before = meta.requests.length;
    await clock.advance(15_000);
    await clock.advance(10_000);
    expect(meta.requests).toHaveLength(before);
    expect(warnings(here)).toEqual([]);
  });
});
