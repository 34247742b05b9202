import { describe, expect, it } from "vitest";
import { scene } from "./scene.ts";

const id = expect.stringMatching(/^whe_[0-9a-z]{26}$/);
const createdAt = expect.stringMatching(/^\d{4}-\d\d-\d\dT[\d:.]+Z$/);

describe("a webhook endpoint", () => {
  it("is made with every default, and shows its secret this once", async () => {
    const here = await scene();
    const url = `${here.sink.url}/hook`;
    const { status, body } = await here.api("POST", "/webhook-endpoints", { body: { url } });
    const shown = {
      id,
      url,
      events: ["*"],
      description: null,
      filter: null,
      enabled: true,
      disabledReason: null,
      signature: "standard",
      rateLimit: null,
      concurrency: 4,
      ordered: false,
      createdAt,
    };
    expect(status).toBe(201);
    expect(body).toEqual({ ...shown, secret: expect.stringMatching(/^whsec_[\w+/]{43}=$/) });
    const read = await here.api("GET", `/webhook-endpoints/${body.id}`);
    expect(read.body).toEqual(shown);
  });

  it("keeps what it was made with", async () => {
    const here = await scene();
    const wanted = {
      url: `${here.sink.url}/x?y=1`,
      events: ["message.*", "webhook.unknown"],
      description: "CRM",
      filter: { tenantIds: ["acme"], wabaIds: ["1"] },
      concurrency: 64,
      secret: `whsec_${Buffer.alloc(24, 7).toString("base64")}`,
    };
    const { body } = await here.api("POST", "/webhook-endpoints", { body: wanted });
    expect(body).toMatchObject(wanted);
  });

  it("is listed, newest first, page by page, until it is deleted", async () => {
    const here = await scene();
    const { data: before } = await here.hub.webhookEndpoints.list();
    const ids: unknown[] = [];
    for (let index = 0; index < 4; index += 1) {
      const body = { url: `${here.sink.url}/${index}` };
      ids.push((await here.api("POST", "/webhook-endpoints", { body })).body.id);
    }
    const first = await here.api("GET", "/webhook-endpoints?limit=2");
    expect(first.body.data).toMatchObject([{ id: ids[3] }, { id: ids[2] }]);
    const gone = await here.api("DELETE", `/webhook-endpoints/${ids[1]}`);
    expect(gone.body).toEqual({ id: ids[1], deleted: true });

    const cursor = encodeURIComponent(String(first.body.nextCursor));
    const rest = await here.api("GET", `/webhook-endpoints?cursor=${cursor}`);
    expect(rest.body).toMatchObject({ nextCursor: null });
    expect(rest.body.data).toMatchObject([{ id: ids[0] }, ...before]);
    for (const method of ["GET", "DELETE"]) {
      expect(await here.api(method, `/webhook-endpoints/${ids[1]}`)).toMatchObject({ status: 404 });
    }
  });

  it("of another organization is neither seen nor deleted", async () => {
    const here = await scene();
    const other = here.hub.organization("org_other");
    const theirs = await other.webhookEndpoints.create({ url: here.sink.url });
    for (const method of ["GET", "DELETE"]) {
      const answer = await here.api(method, `/webhook-endpoints/${theirs.id}`);
      expect(answer).toMatchObject({ status: 404, body: { error: { code: "not_found" } } });
    }
    const { body } = await here.api("GET", "/webhook-endpoints");
    expect(JSON.stringify(body)).not.toContain(theirs.id);
    expect(await other.webhookEndpoints.get(theirs.id)).toBeDefined();
  });
});

describe("a key for certain tenants", () => {
  const bound = { name: "acme's", scopes: ["*" as const], tenantIds: ["acme", "globex"] };

  it("makes endpoints that hear of those tenants only", async () => {
    const here = await scene();
    const api = await here.clientOf(bound);
    const create = (filter?: object) =>
      api("POST", "/webhook-endpoints", { body: { url: here.sink.url, filter } });
    expect((await create()).body.filter).toEqual({ tenantIds: ["acme", "globex"] });
    expect((await create({ wabaIds: ["1"] })).body.filter).toEqual({
      tenantIds: ["acme", "globex"],
      wabaIds: ["1"],
    });
    expect((await create({ tenantIds: ["acme"] })).body.filter).toEqual({ tenantIds: ["acme"] });
    for (const tenantIds of [["other"], ["acme", "other"]]) {
      expect(await create({ tenantIds })).toMatchObject({
        status: 403,
        body: { error: { code: "forbidden" } },
      });
    }
  });

  it("neither sees nor deletes endpoints that hear of others", async () => {
    const here = await scene();
    const api = await here.clientOf(bound);
    const ids: unknown[] = [];
    for (const filter of [{ tenantIds: ["acme"] }, { tenantIds: ["acme", "other"] }, undefined]) {
      const body = { url: here.sink.url, filter };
      ids.push((await here.api("POST", "/webhook-endpoints", { body })).body.id);
    }
    const [own, ...others] = ids;
    expect((await api("GET", "/webhook-endpoints")).body.data).toMatchObject([{ id: own }]);
    for (const id of others) {
      for (const method of ["GET", "DELETE"]) {
        expect(await api(method, `/webhook-endpoints/${id}`)).toMatchObject({ status: 404 });
      }
      expect(await here.api("GET", `/webhook-endpoints/${id}`)).toMatchObject({ status: 200 });
    }
    expect(await api("DELETE", `/webhook-endpoints/${own}`)).toMatchObject({ status: 200 });
  });
});
