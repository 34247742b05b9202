import { createHub } from "@wabakit/core";
import { describe, expect, it, onTestFinished } from "vitest";
import { anotherOrganization, claim, type Scene, scene } from "./scene.ts";

const SECRET = "the-secret-of-the-second-app";

/** A hub with an app of its own, and one that another organization has stored. */
async function withStoredApp() {
  const here = await scene();
  const { appId } = here.meta.addApp({ appSecret: SECRET });
  const owner = await anotherOrganization(here);
  const wanted = { name: "Second", appId, appSecret: SECRET, verifyToken: "second-token" };
  const { id } = await owner.methods.metaApps.create(wanted);
  const callbackUrl = `${here.url}/webhooks/meta`;
  return { ...here, owner, appId, id, callbackUrl, ownUrl: `${callbackUrl}/${appId}` };
}

async function challenged(url: string, token: string): Promise<readonly [number, string]> {
  const query = { "hub.mode": "subscribe", "hub.challenge": "7", "hub.verify_token": token };
  const response = await fetch(`${url}?${new URLSearchParams(query)}`);
  return [response.status, await response.text()];
}

/** Whose the events are, in any order. */
function owners({ heard }: Pick<Scene, "heard">) {
  const told = heard.map(({ type: event, organizationId, data }) => ({
    event,
    organizationId,
    connectionId: "connectionId" in data ? data.connectionId : null,
  }));
  return told.toSorted((one, other) => JSON.stringify(one).localeCompare(JSON.stringify(other)));
}

describe("what is sent to a stored app", () => {
  it("is verified with its own secret, and answered with its own token", async () => {
    const { meta, appId, callbackUrl, ownUrl } = await withStoredApp();
    const statusOf = async (url: string, signer: { appId?: string; appSecret?: string }) =>
      (await meta.send(url, { entry: [] }, signer)).status;
    expect(await statusOf(ownUrl, { appId })).toBe(200);
    expect(await statusOf(ownUrl, {})).toBe(401);
    expect(await statusOf(ownUrl, { appSecret: "made-up" })).toBe(401);
    expect(await statusOf(callbackUrl, { appId })).toBe(401);

    expect(await challenged(ownUrl, "second-token")).toEqual([200, "7"]);
    const [status] = await challenged(ownUrl, meta.app.verifyToken);
    expect(status).toBe(403);
    expect((await challenged(callbackUrl, "second-token"))[0]).toBe(403);
  });

  it("goes to its organization alone, and never crosses to a number of the hub's app", async () => {
    const here = await withStoredApp();
    const { meta, hub, owner, appId, callbackUrl, ownUrl } = here;
    const first = claim(here, meta.app.appId);
    const second = { ...first, accessToken: meta.issueToken({ appId }), appId };
    const ofHub = await hub.connections.connect(first);
    const ofOwner = await owner.methods.connections.connect(second);
    const payload = meta.textMessage({ ...first, body: "hi" });
    await meta.send(callbackUrl, payload);
    await meta.send(ownUrl, payload, { appId });
    await here.quiet(2);
    const event = "message.received";
    const { connectionId } = ofOwner.connection;
    const told = owners(here);
    expect(told).toContainEqual({ event, organizationId: owner.organizationId, connectionId });
    expect(told).toContainEqual({
      event,
      organizationId: expect.not.stringContaining(owner.organizationId),
      connectionId: ofHub.connection.connectionId,
    });
  });

  it("is its organization's also where nobody has connected the number", async () => {
    const here = await withStoredApp();
    const { meta, hub, owner, appId, ownUrl } = here;
    const ofHub = claim(here, meta.app.appId);
    await hub.connections.connect(ofHub);
    await meta.send(ownUrl, meta.textMessage({ ...ofHub, body: "hi" }), { appId });
    await here.quiet(1);
    const { organizationId } = owner;
    const unrouted = { event: "webhook.unrouted", organizationId, connectionId: null };
    expect(owners(here)).toEqual([unrouted]);
  });

  it("is nothing to those who had connected numbers when the hub's options had the app", async () => {
    const here = await scene();
    const { meta, options, url } = here;
    const { appId } = meta.addApp({ appSecret: SECRET });
    const before = { appId, appSecret: SECRET, verifyToken: "t", graphUrl: meta.url };
    const former = createHub({ ...options, publicUrl: url, meta: before, roles: ["api"] });
    await former.start();
    onTestFinished(former.stop);
    const number = claim(here, appId);
    await former.connections.connect(number);

    const { methods, organizationId } = await anotherOrganization(here);
    await methods.metaApps.create({ name: "Mine now", appId, appSecret: SECRET });
    const payload = meta.textMessage({ ...number, body: "not for you" });
    await meta.send(`${url}/webhooks/meta/${appId}`, payload, { appId });
    await here.quiet(1);
    const unrouted = { event: "webhook.unrouted", organizationId, connectionId: null };
    expect(owners(here)).toEqual([unrouted]);
  });
});

describe("the secret of a stored app", () => {
  it("is changed without losing what is signed with the one before", async () => {
    const { meta, appId, id, owner, ownUrl } = await withStoredApp();
    const accepted = async (...secrets: readonly string[]) => {
      const sent = secrets.map((appSecret) => meta.send(ownUrl, { entry: [] }, { appSecret }));
      return (await Promise.all(sent)).map(({ status }) => status === 200);
    };
    const change = async (appSecret: string) => {
      meta.addApp({ appId, appSecret });
      await owner.methods.metaApps.update(id, { appSecret });
    };
    expect(await accepted(SECRET, "two", "three")).toEqual([true, false, false]);
    await change("two");
    expect(await accepted(SECRET, "two", "three")).toEqual([true, true, false]);
    await change("two");
    expect(await accepted(SECRET, "two", "three")).toEqual([true, true, false]);
    await change("three");
    expect(await accepted(SECRET, "two", "three")).toEqual([false, true, true]);
  });

  it("is the one to ask Meta with from then on", async () => {
    const here = await withStoredApp();
    const { meta, appId, id, owner } = here;
    meta.addApp({ appId, appSecret: "two" });
    await expect(owner.methods.metaApps.getSetup(id)).rejects.toMatchObject({
      code: "meta_rejected",
    });
    await owner.methods.metaApps.update(id, { appSecret: "two" });
    expect(await owner.methods.metaApps.getSetup(id)).toMatchObject({ isComplete: false });
    await owner.methods.connections.connect(claim(here, appId));
  });
});
