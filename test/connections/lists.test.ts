import { describe, expect, it } from "vitest";
import type { Client } from "../api/client.ts";
import type { Answer } from "../spine/setting.ts";
import { claimOf, type Scene, scene } from "./scene.ts";

/** Connects `count` numbers, the tenants taking turns. Oldest first. */
async function connectMany(here: Scene, count: number, tenantIds = ["acme"]) {
  const ids: string[] = [];
  for (let index = 0; index < count; index += 1) {
    const tenantId = tenantIds[index % tenantIds.length];
    const { body } = await here.connect({ ...claimOf(here.account()), tenantId });
    ids.push(String(body.connectionId));
  }
  return ids;
}

// The client has held the body against the schema of the list.
const idsOf = ({ body }: Answer) =>
  (body.data as unknown as { connectionId: string }[]).map(({ connectionId }) => connectionId);

async function allPages(api: Client, path: string): Promise<readonly (readonly string[])[]> {
  const pages: (readonly string[])[] = [];
  let cursor = "";
  for (;;) {
    const answer = await api("GET", `${path}${cursor}`);
    pages.push(idsOf(answer));
    if (answer.body.nextCursor === null) return pages;
    cursor = `&cursor=${encodeURIComponent(String(answer.body.nextCursor))}`;
  }
}

const invalidCursor = {
  status: 400,
  body: { error: { type: "invalid_request", code: "invalid_cursor" } },
};

describe("the list of connections", () => {
  it("is newest first, and whole, page by page", async () => {
    const here = await scene();
    const ids = await connectMany(here, 7);
    const pages = await allPages(here.api, "/connections?limit=3");
    expect(pages.flat()).toEqual(ids.toReversed());
    expect(pages[0]).toHaveLength(3);
  });

  it("keeps its filter from page to page", async () => {
    const here = await scene();
    const ids = await connectMany(here, 6, ["a", "b"]);
    const pages = await allPages(here.api, "/connections?tenantId=a&limit=1");
    expect(pages.flat()).toEqual(ids.filter((_, index) => index % 2 === 0).toReversed());
  });

  it("can be narrowed to one number, account or status", async () => {
    const here = await scene();
    await connectMany(here, 1);
    const account = here.account();
    const { body } = await here.connect(claimOf(account));
    for (const query of [
      `wabaId=${account.wabaId}`,
      `phoneNumberId=${account.phoneNumberId}`,
      `status=active&wabaId=${account.wabaId}&tenantId=acme`,
    ]) {
      expect(idsOf(await here.api("GET", `/connections?${query}`))).toEqual([body.connectionId]);
    }
    for (const query of ["status=suspended", "tenantId=Acme", "wabaId=1", "tenantId="]) {
      expect(idsOf(await here.api("GET", `/connections?${query}`))).toEqual([]);
    }
  });

  it("refuses a query it does not understand, by name", async () => {
    const here = await scene();
    for (const [query, path] of [
      ["tenantid=acme", "tenantid"],
      ["status=alive", "status"],
      ["limit=0", "limit"],
      ["limit=201", "limit"],
      ["tenantId=a&tenantId=b", "tenantId"],
      ["__proto__=x", "__proto__"],
    ]) {
      expect(await here.api("GET", `/connections?${query}`)).toMatchObject({
        status: 400,
        body: { error: { code: "invalid_request", fields: [{ path }] } },
      });
    }
  });
});

describe("a cursor", () => {
  it("is refused when it was tampered with", async () => {
    const here = await scene();
    await connectMany(here, 2);
    const { body } = await here.api("GET", "/connections?limit=1");
    const cursor = String(body.nextCursor);
    const [place = "", mac = ""] = cursor.split(".");
    for (const wrong of ["x", `1${place}.${mac}`, `${place}.${mac.slice(1)}`, `${cursor}.`]) {
      const path = `/connections?limit=1&cursor=${encodeURIComponent(wrong)}`;
      expect(await here.api("GET", path)).toMatchObject(invalidCursor);
    }
  });

  it("is refused by another query, list or organization", async () => {
    const here = await scene();
    await connectMany(here, 2);
    const { body } = await here.api("GET", "/connections?limit=1&tenantId=acme");
    const cursor = `cursor=${body.nextCursor}`;
    const other = await here.clientOf({ organizationId: "org_other" });
    const attempts = [
      here.api("GET", `/connections?limit=1&${cursor}`),
      here.api("GET", `/connections?limit=1&tenantId=other&${cursor}`),
      here.api("GET", `/webhook-endpoints?${cursor}`),
      other("GET", `/connections?limit=1&tenantId=acme&${cursor}`),
    ];
    for (const answer of await Promise.all(attempts)) expect(answer).toMatchObject(invalidCursor);
    const onward = await here.api("GET", `/connections?limit=5&tenantId=acme&${cursor}`);
    expect(idsOf(onward)).toHaveLength(1);
  });

  it("of the hub's own methods is the API's", async () => {
    const here = await scene();
    const ids = await connectMany(here, 2);
    const { nextCursor } = await here.hub.connections.list({ limit: 1 });
    const rest = await here.api("GET", `/connections?limit=1&cursor=${nextCursor}`);
    expect(idsOf(rest)).toEqual(ids.slice(0, 1));
  });
});

describe("a key for certain tenants", () => {
  it("sees and connects nobody else's numbers", async () => {
    const here = await scene();
    const [ofA = "", ofB = ""] = await connectMany(here, 2, ["a", "b"]);
    const bound = await here.clientOf({ tenantIds: ["a"] });
    expect(idsOf(await bound("GET", "/connections"))).toEqual([ofA]);
    expect(idsOf(await bound("GET", "/connections?tenantId=b"))).toEqual([]);
    expect(await bound("GET", `/connections/${ofA}`)).toMatchObject({ status: 200 });
    expect(await bound("GET", `/connections/${ofB}`)).toMatchObject({ status: 404 });

    const account = here.account();
    const claim = { ...claimOf(account), tenantId: "b" };
    expect(await bound("POST", "/connections", { body: claim })).toMatchObject({
      status: 403,
      body: { error: { type: "permission", code: "forbidden" } },
    });
    expect(here.meta.subscriptionOf(account.wabaId)).toBeUndefined();
    const own = { ...claim, tenantId: "a" };
    expect(await bound("POST", "/connections", { body: own })).toMatchObject({ status: 201 });
  });
});

describe("what is not there", () => {
  it("is told apart by nothing: unknown, another tenant's, another organization's", async () => {
    const here = await scene();
    const [mine = ""] = await connectMany(here, 1, ["a"]);
    const other = await here.clientOf({ organizationId: "org_other" });
    const bound = await here.clientOf({ tenantIds: ["b"] });
    const unknown = mine.replace(/.{4}$/, "0000");
    const answers = await Promise.all([
      here.api("GET", `/connections/${unknown}`),
      here.api("GET", "/connections/nonsense"),
      here.api("GET", `/connections/${"x".repeat(2_000)}`),
      other("GET", `/connections/${mine}`),
      bound("GET", `/connections/${mine}`),
    ]);
    const bodies = answers.map(({ status, body }) => {
      const { requestId, ...rest } = body;
      return { status, requestId: typeof requestId, ...rest };
    });
    expect(new Set(bodies.map((body) => JSON.stringify(body))).size).toBe(1);
    expect(bodies[0]).toMatchObject({ status: 404, error: { code: "not_found" } });
  });
});
