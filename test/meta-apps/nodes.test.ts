import { describe, expect, it } from "vitest";
import { claim, refusal, type Scene, scene } from "./scene.ts";

const SECRET = "the-secret-of-the-second-app";

/** Two hubs on one store, whose clock stands still. */
async function twoNodes() {
  const here = await scene({ roles: ["api", "receiver"] });
  const there = await here.startNode();
  const { appId } = here.meta.addApp({ appSecret: SECRET });
  const wanted = { name: "Second", appId, appSecret: SECRET, verifyToken: "token" };
  const statuses = async (appSecret = SECRET) => {
    const urls = [here, there].map(({ url }) => `${url}/webhooks/meta/${appId}`);
    const sent = urls.map((url) => here.meta.send(url, { entry: [] }, { appSecret }));
    return (await Promise.all(sent)).map(({ status }) => status);
  };
  return { ...here, here, there, appId, wanted, statuses };
}

/** How often the store was asked whether the apps have changed. */
function looks({ operations }: Pick<Scene, "operations">): number {
  return operations.filter(({ keys }) => keys.includes("index:meta-apps")).length;
}

describe("on two nodes", () => {
  it("a new app is received for at once on one, and within a second on the other", async () => {
    const { clock, hub, wanted, statuses } = await twoNodes();
    expect(await statuses()).toEqual([418, 418]);
    await hub.metaApps.create(wanted);
    expect((await statuses())[0]).toBe(200);
    await clock.advance(1_000);
    expect(await statuses()).toEqual([200, 200]);
  });

  it("a new secret, and the end of an app, are known as fast", async () => {
    const { clock, meta, hub, appId, wanted, statuses } = await twoNodes();
    const { id } = await hub.metaApps.create(wanted);
    await clock.advance(1_000);
    expect(await statuses("two")).toEqual([401, 401]);
    meta.addApp({ appId, appSecret: "two" });
    await hub.metaApps.update(id, { appSecret: "two" });
    expect((await statuses("two"))[0]).toBe(200);
    await clock.advance(1_000);
    expect(await statuses("two")).toEqual([200, 200]);

    await hub.metaApps.delete(id);
    expect((await statuses("two"))[0]).toBe(418);
    await clock.advance(1_000);
    expect(await statuses("two")).toEqual([418, 418]);
  });

  it("an app of one connects numbers, and is set up, on the other", async () => {
    const { clock, here, there, hub, appId, wanted } = await twoNodes();
    const { id } = await hub.metaApps.create(wanted);
    await clock.advance(1_000);
    const { connection } = await there.hub.connections.connect(claim(here, appId));
    expect((await there.api("POST", `/meta-apps/${id}/setup`)).status).toBe(200);
    const deleting = hub.metaApps.delete(id);
    await expect(deleting).rejects.toMatchObject({ code: "meta_app_in_use" });
    expect(await hub.connections.get(connection.connectionId)).toBeDefined();
  });
});

describe("the store", () => {
  it("is asked at most once a second, however many webhooks come", async () => {
    const scene = await twoNodes();
    const { clock, here, meta, hub, appId, wanted } = scene;
    await hub.metaApps.create(wanted);
    await clock.advance(1_000);
    const before = looks(here);
    const target = `${here.url}/webhooks/meta/`;
    for (const path of [appId, "404", appId, "405"]) {
      const send = () => meta.send(target + path, { entry: [] }, { appId });
      await Promise.all([send(), send(), send(), send(), send()]);
    }
    expect(looks(here) - before).toBe(1);
    await clock.advance(1_000);
    await meta.send(target + appId, { entry: [] }, { appId });
    expect(looks(here) - before).toBe(2);
  });

  it("is not asked for the apps of the options", async () => {
    const { clock, here, meta } = await twoNodes();
    await clock.advance(1_000);
    const before = looks(here);
    await meta.send(`${here.url}/webhooks/meta`, { entry: [] });
    await meta.send(`${here.url}/webhooks/meta/${meta.app.appId}`, { entry: [] });
    expect(looks(here)).toBe(before);
  });

  it("may fail: what is known stays known, and of the rest nobody says that it is not there", async () => {
    const { clock, here, meta, hub, api, appId, wanted, switchStore } = await twoNodes();
    const { id } = await hub.metaApps.create(wanted);
    await clock.advance(1_000);
    switchStore(false);
    const target = `${here.url}/webhooks/meta/`;
    const checked = "?hub.mode=subscribe&hub.challenge=7&hub.verify_token=token";
    expect((await fetch(target + appId + checked)).status).toBe(200);
    expect((await meta.send(target + appId, {}, { appSecret: "x" })).status).toBe(401);
    expect((await meta.send(target + appId, {}, { appId })).status).toBe(503);
    expect((await meta.send(`${target}404`, {}, {})).status).toBe(503);
    expect(await api("GET", `/meta-apps/${id}`)).toMatchObject(refusal(503, "store_unavailable"));
    switchStore(true);
    await clock.advance(1_000);
    expect((await meta.send(`${target}404`, {}, {})).status).toBe(418);
    expect((await meta.send(target + appId, {}, { appId })).status).toBe(200);
  });
});

it("a hub that does not run asks Meta to come again, whichever app it sends for", async () => {
  const { here, meta, hub, appId, wanted } = await twoNodes();
  await hub.metaApps.create(wanted);
  await hub.stop();
  const answer = await meta.send(`${here.url}/webhooks/meta/${appId}`, {}, { appId });
  expect(answer.status).toBe(503);
});
