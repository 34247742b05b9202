import { fakeClock, faultyStore } from "@wabakit/testing";
import { expect, test } from "vitest";
import { client } from "../api/client.ts";
import { nodesOn, sharedMemory } from "../api/nodes.ts";
import { scene } from "../api/scene.ts";

const limits = { reads: { max: 3, perMs: 60_000 }, writes: { max: 2, perMs: 60_000 } };

const left = (headers: Headers) =>
  ["limit", "remaining"].map((name) => headers.get(`x-ratelimit-${name}`)).join();

test.each(["express", "koa"] as const)("every answer on %s says what is left", async (host) => {
  const here = await scene(host, { limits: { ...limits, writes: false } });
  const api = await here.clientOf({ name: "CRM", scopes: ["webhooks:read"] });
  const before = Math.floor(Date.now() / 1000);
  const first = await api("GET", "/webhook-endpoints");
  expect(left(first.headers)).toBe("3,2");
  const resetAt = Number(first.headers.get("x-ratelimit-reset"));
  expect(resetAt).toBeGreaterThanOrEqual(before + 60);
  expect(resetAt).toBeLessThanOrEqual(before + 62);

  expect(left((await api("GET", "/connections")).headers)).toBe("3,2"); // 403: not counted
  expect(left((await api("GET", "/webhook-endpoints?colour=red")).headers)).toBe("3,1"); // 400
  expect(left((await api("GET", "/webhook-endpoints/whe_1")).headers)).toBe("3,0"); // 404
  const refused = await api("GET", "/webhook-endpoints");
  expect(refused).toMatchObject({ status: 429, body: { error: { code: "rate_limited" } } });
  expect(left(refused.headers)).toBe("3,0");
  const retryAfter = Number(refused.headers.get("retry-after"));
  expect(retryAfter).toBeGreaterThan(50);
  expect(retryAfter).toBeLessThanOrEqual(60);

  const unknown = await client(here.url, "nobody")("GET", "/webhook-endpoints");
  expect(left(unknown.headers)).toBe(",");
});

test("each key has its own limits, and each budget", async () => {
  const here = await scene("express", { limits: { ...limits, writes: false } });
  const [one, other] = [
    await here.clientOf({ name: "one", scopes: ["*"] }),
    await here.clientOf({ name: "other", scopes: ["*"] }),
  ];
  for (const expected of [200, 200, 200, 429]) {
    expect((await one("GET", "/webhook-endpoints")).status).toBe(expected);
  }
  expect((await other("GET", "/webhook-endpoints")).status).toBe(200);
  const made = await one("POST", "/webhook-endpoints", { body: { url: here.sink.url } });
  expect([made.status, left(made.headers)]).toEqual([201, ","]); // writes are turned off
});

test.each(["process", "cluster"] as const)(
  "on a store of a %s, a limit begins anew when its time is over",
  async (atomicity) => {
    const clock = fakeClock();
    const memory = await sharedMemory(atomicity);
    const [node] = await nodesOn([() => memory], { limits, clock });
    const status = async () => (await node?.send("GET", "/webhook-endpoints"))?.status;
    expect([await status(), await status(), await status(), await status()]).toEqual([
      200, 200, 200, 429,
    ]);
    await clock.advance(59_999);
    expect(await status()).toBe(429);
    await clock.advance(1);
    expect(await status()).toBe(200);
  },
);

test("an organization's own limits go before the hub's, within a second", async () => {
  const clock = fakeClock();
  const memory = await sharedMemory();
  const [node] = await nodesOn([() => memory], { limits, clock });
  const body = { limits: { reads: { max: 1, perMs: 60_000 } } };
  expect(await node?.send("PATCH", "/organization", { body })).toMatchObject({ status: 200 });
  await clock.advance(1_000);
  for (const status of [200, 429]) {
    expect(await node?.send("GET", "/webhook-endpoints")).toMatchObject({
      status,
      headers: { "x-ratelimit-limit": "1" },
    });
  }
});

test("a store that cannot count lets nobody in", async () => {
  let works = true;
  const at = ({ keys }: { readonly keys: readonly string[] }) =>
    !works && keys.some((key) => key.startsWith("count:"));
  const store = faultyStore(await sharedMemory(), { at, mode: "before" });
  const [node] = await nodesOn([() => store], { limits });
  works = false;
  const refused = await node?.send("GET", "/webhook-endpoints");
  expect(refused).toMatchObject({ status: 503, headers: { "retry-after": "1" } });
  works = true;
  expect(await node?.send("GET", "/webhook-endpoints")).toMatchObject({ status: 200 });
});

test("typed methods have no limits", async () => {
  const memory = await sharedMemory();
  const [node] = await nodesOn([() => memory], { limits });
  for (let times = 0; times < 10; times++) await node?.hub.webhookEndpoints.list();
  expect(await node?.send("GET", "/webhook-endpoints")).toMatchObject({
    headers: { "x-ratelimit-remaining": "2" },
  });
});
