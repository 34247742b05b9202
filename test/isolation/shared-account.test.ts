import { describe, expect, it } from "vitest";
import { fill } from "../api/requests.ts";
import { namesOf, type TwoOwners, twoOwners } from "./two-owners.ts";

/** Connects another number of the product's own account for the intruder's tenant. */
async function share(here: TwoOwners): Promise<string> {
  const { wabaId, accessToken } = here.product.main;
  const { phoneNumberId } = here.meta.addNumber({ wabaId, isOnBizApp: true });
  const body = { tenantId: "intruder", phoneNumberId, accessToken };
  const { status, body: shared } = await here.api("POST", "/connections", { body });
  expect(status).toBe(201);
  return String(shared.connectionId);
}

describe("an account that two tenants have numbers of", () => {
  it("shows a key for one of them what is theirs, and nothing of the other", async () => {
    const here = await twoOwners("another tenant's key");
    const connectionId = await share(here);
    const { wabaId, webhookUrl } = { ...here.product.main, ...here.product.hook };
    const names = namesOf(here).filter((name) => name !== wabaId);
    const { api } = here.intruder;
    for (const path of [
      `/wabas/${wabaId}`,
      `/connections/${connectionId}`,
      `/connections?wabaId=${wabaId}`,
      "/tenants/intruder",
      `/connections/${connectionId}/health`,
    ]) {
      const { status, body } = await api("GET", path);
      expect(status, path).toBe(200);
      for (const name of names) expect(JSON.stringify(body), path).not.toContain(name);
    }
    expect((await api("GET", `/wabas/${wabaId}`)).body).toMatchObject({
      webhookUrl,
      connectionIds: [connectionId],
    });
  });

  it("is not changed for both by a key for one", async () => {
    const here = await twoOwners("another tenant's key");
    await share(here);
    const changes = here.requests.filter(
      ({ title, method }) => title.includes("/wabas/{wabaId}") && method !== "GET",
    );
    expect(changes.length).toBeGreaterThanOrEqual(3);
    const before = await here.records();
    for (const { title, method, body } of changes) {
      const [, template = ""] = title.split(" ");
      const path = fill(template, [here.product.main.wabaId]);
      const answer = await here.intruder.api(method, path, { body });
      expect(answer, title).toMatchObject({ status: 403, body: { error: { code: "forbidden" } } });
      for (const name of namesOf(here)) expect(JSON.stringify(answer.body)).not.toContain(name);
    }
    expect(await here.records()).toEqual(before);
  });
});
