import { describe, expect, it } from "vitest";
import { anotherOrganization, claim, refusal } from "./scene.ts";
import { withApp } from "./with-app.ts";

describe("an organization's own Meta app", () => {
  it("is to others what an app is that does not exist", async () => {
    const here = await withApp();
    const { api, wanted, appId, meta } = here;
    const other = await anotherOrganization(here);
    const { body } = await other.client("POST", "/meta-apps", wanted);
    const unknown = "/meta-apps/app_00000000000000000000000000";
    for (const [method, below, sent] of [
      ["GET", "", undefined],
      ["PATCH", "", { name: "Mine" }],
      ["DELETE", "", undefined],
      ["GET", "/setup", undefined],
      ["POST", "/setup", undefined],
    ] as const) {
      const answers = [`/meta-apps/${body.id}`, `/meta-apps/${appId}`, unknown];
      for (const path of answers) {
        const answer = await api(method, path + below, sent);
        expect(answer).toMatchObject(refusal(404, "not_found"));
        expect(answer.body.error).toEqual((await api(method, unknown + below, sent)).body.error);
      }
    }
    expect((await api("GET", "/meta-apps")).body.data).toMatchObject([{ appId: meta.app.appId }]);
    expect((await other.client("GET", "/meta-apps")).body.data).toMatchObject([{ appId }]);
  });

  it("connects its own numbers alone; the hub's apps connect everybody's", async () => {
    const here = await withApp();
    const { hub, wanted, appId, meta } = here;
    const other = await anotherOrganization(here);
    await other.methods.metaApps.create(wanted);
    const refused = hub.connections.connect(claim(here, appId));
    await expect(refused).rejects.toMatchObject({
      code: "invalid_request",
      context: { fields: [{ path: "appId" }] },
    });
    await other.methods.connections.connect(claim(here, appId));
    const { appId: _, ...withoutApp } = claim(here, meta.app.appId);
    await other.methods.connections.connect(withoutApp);
    const { data } = await other.methods.connections.list();
    expect(data).toHaveLength(2);
    for (const { wabaId, phoneNumberId, connectionId } of data) {
      for (const query of [{ wabaId }, { phoneNumberId }]) {
        const listed = await other.methods.connections.list(query);
        expect(listed.data).toMatchObject([{ connectionId }]);
      }
    }
  });

  it("keeps its organization from being deleted", async () => {
    const here = await withApp();
    const { client, organizationId, methods } = await anotherOrganization(here);
    const { body } = await client("POST", "/meta-apps", here.wanted);
    const path = `/organizations/${organizationId}`;
    expect(await here.api("DELETE", path)).toMatchObject(refusal(409, "organization_not_empty"));
    await methods.metaApps.delete(String(body.id));
    expect((await here.api("DELETE", path)).status).toBe(200);
  });
});
