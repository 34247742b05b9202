import { describe, expect, it } from "vitest";
import { claim, refusal } from "./scene.ts";
import { withApp } from "./with-app.ts";

describe("a Meta app goes", () => {
  it("once no connection uses it, and is nowhere any more", async () => {
    const here = await withApp();
    const { api, hub, wanted, appId, url, meta } = here;
    const { body } = await api("POST", "/meta-apps", wanted);
    const path = `/meta-apps/${body.id}`;
    const wants = claim(here, appId);
    const { connection } = await hub.connections.connect(wants);
    expect(await api("DELETE", path)).toMatchObject(refusal(409, "meta_app_in_use"));
    await hub.connections.disconnect(connection.connectionId);
    expect((await api("DELETE", path)).body).toEqual({ id: body.id, deleted: true });

    for (const method of ["GET", "DELETE"]) {
      expect(await api(method, path)).toMatchObject(refusal(404, "not_found"));
    }
    await expect(hub.connections.connect(wants)).rejects.toMatchObject({ code: "invalid_request" });
    const sent = await meta.send(`${url}/webhooks/meta/${appId}`, {}, { appId });
    expect(sent.status).toBe(418);
    expect((await api("POST", "/meta-apps", wanted)).status).toBe(201);
  });

  it("not from under an account that is connected while it goes", async () => {
    const here = await withApp();
    const { hub, wanted, appId, holdCommit } = here;
    const { id } = await hub.metaApps.create(wanted);
    const held = holdCommit(`meta-app:${id}`, "removes");
    const refused = expect(hub.metaApps.delete(id)).rejects.toMatchObject({
      code: "meta_app_in_use",
    });
    await held.reached;
    const wants = claim(here, appId);
    const account = `waba:${appId}:${wants.wabaId}`;
    const begun = holdCommit(account);
    const connecting = hub.connections.connect(wants);
    await begun.reached;
    const done = holdCommit(account);
    begun.release();
    await done.reached;
    held.release();
    await refused;
    done.release();
    await connecting;
    expect(await hub.metaApps.get(id)).toMatchObject({ appId });
  });

  it("before an account that is about to be connected: that is refused, and Meta not told", async () => {
    const here = await withApp();
    const { hub, wanted, appId, holdCommit, meta, rows } = here;
    const { id } = await hub.metaApps.create(wanted);
    const wants = claim(here, appId);
    const account = `waba:${appId}:${wants.wabaId}`;
    const held = holdCommit(account);
    const refused = expect(hub.connections.connect(wants)).rejects.toMatchObject({
      code: "invalid_request",
      context: { fields: [{ path: "appId" }] },
    });
    await held.reached;
    await hub.metaApps.delete(id);
    held.release();
    await refused;
    expect(meta.subscriptionOf(wants.wabaId, appId)).toBeUndefined();
    expect([...rows.keys()].filter((key) => key.includes(account))).toEqual([]);
  });
});
