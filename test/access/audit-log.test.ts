import { describe, expect, it } from "vitest";
import { auditEntryKey } from "../../packages/core/src/access/audit/audit-chain.ts";
import { refusal, type Scene, scene } from "./scene.ts";

interface Entry {
  readonly sequence: number;
  readonly action: string;
  readonly actor: string;
  readonly requestId: string | null;
  readonly subject: object;
}

async function entriesOf({ api }: Pick<Scene, "api">, query = ""): Promise<readonly Entry[]> {
  const { status, body } = await api("GET", `/audit-log${query}`);
  expect(status).toBe(200);
  return dataOf(body);
}

function dataOf(body: Readonly<Record<string, unknown>>): readonly Entry[] {
  // The scene has held it against the route's schema.
  return body.data as readonly Entry[];
}

describe("the audit log", () => {
  it("tells every change of keys and organizations, by whom and by which request", async () => {
    const here = await scene();
    const { api, hub } = here;
    const made = await api("POST", "/api-keys", { name: "Alice's", scopes: ["*"] });
    const keyId = String(made.body.keyId);
    const rotated = await here.as(made.body.apiKey)("POST", `/api-keys/${keyId}/rotate`);
    const revoked = await api("DELETE", `/api-keys/${keyId}`);
    const { organizationId } = await hub.organizations.create({ name: "Acme" });
    await hub.organizations.delete(organizationId);
    await api("PATCH", "/organization", { name: "Ours", branding: {} });
    const entries = await entriesOf(here);
    const own = String((await api("GET", "/organization")).body.organizationId);
    const idOf = ({ headers }: typeof made) => headers.get("x-request-id");
    expect(entries.toReversed()).toMatchObject([
      { action: "api_key.created", actor: "bootstrap", requestId: idOf(made), subject: { keyId } },
      { action: "api_key.rotated", actor: keyId, requestId: idOf(rotated), subject: { keyId } },
      { action: "api_key.revoked", actor: "bootstrap", requestId: idOf(revoked) },
      { action: "organization.created", actor: "host", requestId: null },
      { action: "organization.deleted", actor: "host", subject: { organizationId } },
      {
        action: "organization.changed",
        subject: { organizationId: own, fields: ["branding", "name"] },
      },
    ]);
    expect(JSON.stringify(entries)).not.toMatch(/Alice|Acme|Ours|wk_/);
    expect(await hub.auditLog.verify()).toEqual({ isIntact: true, entries: 6 });
  });

  it("is filtered, and goes page by page", async () => {
    const here = await scene();
    const { api, hub } = here;
    for (let n = 0; n < 5; n += 1) {
      await hub.apiKeys.create({ name: "k", scopes: ["*"] });
      await api("PATCH", "/organization", { name: `${n}` });
    }
    expect(await entriesOf(here, "?actor=host")).toHaveLength(5);
    expect(await entriesOf(here, "?action=organization.changed&actor=bootstrap")).toHaveLength(5);
    expect(await entriesOf(here, "?actor=nobody")).toEqual([]);
    const soon = encodeURIComponent(new Date(Date.now() + 60_000).toISOString());
    expect(await entriesOf(here, `?since=${soon}`)).toEqual([]);
    expect(await entriesOf(here, "?since=2020-01-01T00:00:00Z")).toHaveLength(10);

    const seen: number[] = [];
    let cursor = "";
    do {
      const { body } = await api("GET", `/audit-log?limit=2&actor=host${cursor}`);
      seen.push(...dataOf(body).map(({ sequence }) => sequence));
      cursor =
        body.nextCursor === null ? "" : `&cursor=${encodeURIComponent(String(body.nextCursor))}`;
    } while (cursor);
    expect(seen).toEqual([9, 7, 5, 3, 1]);
  });

  it("looks at a thousand or so and says where to go on", async () => {
    const { api, hub } = await scene();
    await hub.apiKeys.create({ name: "k", scopes: ["*"] });
    for (let n = 0; n < 1_200; n += 1) await hub.settings.change({ name: `${n}` });
    const first = await api("GET", "/audit-log?action=api_key.created");
    expect(first.body).toMatchObject({ data: [], nextCursor: expect.any(String) });
    const cursor = encodeURIComponent(String(first.body.nextCursor));
    const second = await api("GET", `/audit-log?action=api_key.created&cursor=${cursor}`);
    expect(second.body).toMatchObject({ data: [{ sequence: 1 }], nextCursor: null });
    const wrong = await api("GET", `/audit-log?action=other&cursor=${cursor}`);
    expect(wrong).toMatchObject(refusal(400, "invalid_cursor"));
  });

  it("is an organization's own", async () => {
    const here = await scene();
    const other = here.hub.organization("org_other");
    const { keyId } = await other.apiKeys.create({ name: "k", scopes: ["*"] });
    expect(await entriesOf(here)).toEqual([]);
    expect((await other.auditLog.list()).data).toMatchObject([{ subject: { keyId } }]);
  });

  it("names the entry that somebody has altered in the store", async () => {
    const { hub, keyv } = await scene();
    for (let n = 0; n < 5; n += 1) await hub.settings.change({ name: `${n}` });
    const { organizationId } = await hub.settings.get();
    const third = auditEntryKey(organizationId, 3);
    const stored = JSON.stringify(await keyv.get(third));
    expect(stored).toContain("host");
    await keyv.set(third, JSON.parse(stored.replace("host", "alice")));
    expect(await hub.auditLog.verify()).toMatchObject({ isIntact: false, brokenAt: 3 });
  });

  it("has nothing of a change that did not land", async () => {
    const here = await scene();
    here.switchStore(false);
    const answer = await here.api("POST", "/api-keys", { name: "k", scopes: ["*"] });
    expect(answer).toMatchObject(refusal(503, "store_unavailable"));
    here.switchStore(true);
    expect(await entriesOf(here)).toEqual([]);
  });
});
