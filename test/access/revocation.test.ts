import { type HubOptions, keyvStore } from "@wabakit/core";
import { type FakeClock, fakeClock, fakeMeta } from "@wabakit/testing";
import { Keyv } from "keyv";
import { describe, expect, it, onTestFinished } from "vitest";
import { API_KEY, hubOptions } from "../spine/setting.ts";
import { type Client, fetchFrom, refusal, scene, startNode } from "./scene.ts";

const DAY_MS = 24 * 60 * 60 * 1000;

/** Two nodes on one store, whose clock stands still. */
async function twoNodes() {
  const meta = await fakeMeta();
  onTestFinished(meta.close);
  const store = keyvStore(new Keyv());
  await store.start();
  onTestFinished(store.stop);
  // The store outlives each of its nodes.
  const shared = { ...store, start: async () => {}, stop: async () => {} };
  const clock = fakeClock();
  const options: HubOptions = { ...hubOptions(meta), store: shared, clock, roles: ["api"] };
  const [here, there] = [await startNode(options), await startNode(options)];
  const { keyId, apiKey } = await here.apiKeys.create({ name: "k", scopes: ["connections:read"] });
  const nodes = (key: string) => [fetchFrom(here, key), fetchFrom(there, key)] as const;
  const statuses = (key: string) => Promise.all(nodes(key).map(statusOf));
  expect(await statuses(apiKey)).toEqual([200, 200]);
  return { clock, here, there, keyId, apiKey, statuses, bootstrap: fetchFrom(here, API_KEY) };
}

async function statusOf(client: Client): Promise<number> {
  return (await client("GET", "/connections")).status;
}

async function expectWithinASecond(clock: FakeClock, statuses: () => Promise<readonly number[]>) {
  expect((await statuses())[0]).toBe(401);
  await clock.advance(1_000);
  expect(await statuses()).toEqual([401, 401]);
}

describe("on two nodes", () => {
  it("a key that is revoked ends at once on one, and within a second on the other", async () => {
    const { clock, bootstrap, keyId, apiKey, statuses } = await twoNodes();
    await bootstrap("DELETE", `/api-keys/${keyId}`);
    await expectWithinASecond(clock, () => statuses(apiKey));
  });

  it("a key that is rotated without grace ends as fast, and its new secret is good at once", async () => {
    const { clock, here, keyId, apiKey, statuses } = await twoNodes();
    const rotated = await here.apiKeys.rotate(keyId, { graceSeconds: 0 });
    expect(await statuses(rotated.apiKey)).toEqual([200, 200]);
    await expectWithinASecond(clock, () => statuses(apiKey));
    expect(await statuses(rotated.apiKey)).toEqual([200, 200]);
  });

  it("a key that is rotated is good by both secrets for a day", async () => {
    const { clock, here, keyId, apiKey, statuses } = await twoNodes();
    const rotated = await here.apiKeys.rotate(keyId);
    expect(Date.parse(String(rotated.previousExpiresAt))).toBe(clock.now() + DAY_MS);
    await clock.advance(DAY_MS - 1);
    expect(await statuses(apiKey)).toEqual([200, 200]);
    await clock.advance(1);
    expect(await statuses(apiKey)).toEqual([401, 401]);
    expect(await statuses(rotated.apiKey)).toEqual([200, 200]);
    expect(await here.apiKeys.get(keyId)).toMatchObject({ previousExpiresAt: null });
  });

  it("a second rotation ends the secret of the first", async () => {
    const { clock, here, keyId, apiKey, statuses } = await twoNodes();
    const first = await here.apiKeys.rotate(keyId);
    await here.apiKeys.rotate(keyId);
    await expectWithinASecond(clock, () => statuses(apiKey));
    expect(await statuses(first.apiKey)).toEqual([200, 200]);
  });

  it("the keys of an organization that is deleted end with it", async () => {
    const { clock, here, there } = await twoNodes();
    const { organizationId } = await here.organizations.create({ name: "Acme" });
    const wanted = { name: "k", scopes: ["connections:read" as const] };
    const { apiKey } = await here.organization(organizationId).apiKeys.create(wanted);
    const statuses = () =>
      Promise.all([statusOf(fetchFrom(here, apiKey)), statusOf(fetchFrom(there, apiKey))]);
    expect(await statuses()).toEqual([200, 200]);
    await here.organizations.delete(organizationId);
    await expectWithinASecond(clock, statuses);
  });

  it("tells when a key was used, to the hour", async () => {
    const { clock, here, keyId, apiKey, statuses } = await twoNodes();
    const usedAt = async () => (await here.apiKeys.get(keyId))?.lastUsedAt;
    const first = new Date(clock.now()).toISOString();
    await clock.advance(60_000);
    await statuses(apiKey);
    expect(await usedAt()).toBe(first);
    await clock.advance(60 * 60_000);
    await statuses(apiKey);
    await clock.advance(0);
    expect(await usedAt()).toBe(new Date(clock.now()).toISOString());
  });
});

it("a store that fails is 503 to a key, good or not, and never 401", async () => {
  const { api, as, switchStore } = await scene();
  const { body } = await api("POST", "/api-keys", { name: "k", scopes: ["*"] });
  const neverGivenOut = String(body.apiKey);
  await api("DELETE", `/api-keys/${body.keyId}`);
  const good = await api("POST", "/api-keys", { name: "k", scopes: ["*"] });
  switchStore(false);
  for (const key of [good.body.apiKey, neverGivenOut]) {
    const answer = await as(key)("GET", "/connections");
    expect(answer).toMatchObject(refusal(503, "store_unavailable"));
    expect(answer.headers.get("retry-after")).toMatch(/^[1-9]/);
  }
  switchStore(true);
  expect(await as(neverGivenOut)("GET", "/connections")).toMatchObject({ status: 401 });
});
