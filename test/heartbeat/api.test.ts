import { expect, test } from "vitest";
import { client } from "../api/client.ts";
import { type Scene, scene } from "../connections/scene.ts";

const ELEVEN_DAYS_MS = 11 * 24 * 60 * 60 * 1000;

async function connected(here: Scene, isOnBizApp = true): Promise<string> {
  const { phoneNumberId, accessToken } = here.account({ isOnBizApp });
  const heartbeatLastConfirmedAt = new Date(Date.now() - ELEVEN_DAYS_MS).toISOString();
  const given = isOnBizApp ? { heartbeatLastConfirmedAt } : {};
  const { body } = await here.connect({ phoneNumberId, accessToken, ...given });
  return String(body.connectionId);
}

const confirmOf = (id: string) => `/connections/${id}/heartbeat/confirm`;
const linkOf = (id: string) => `/connections/${id}/heartbeat/link`;

test("a confirmation answers with the page's four fields, and the connection shows them", async () => {
  const here = await scene();
  const id = await connected(here);
  const before = await here.api("GET", `/connections/${id}`);
  expect(before.body).toMatchObject({ heartbeatApplies: true, heartbeatStatus: "DUE_SOON" });

  const { status, body } = await here.api("POST", confirmOf(id));
  expect(status).toBe(200);
  expect(Object.keys(body)).toEqual([
    "connectionId",
    "heartbeatStatus",
    "heartbeatLastConfirmedAt",
    "heartbeatNextDueAt",
  ]);
  expect(body).toMatchObject({ connectionId: id, heartbeatStatus: "OK" });
  expect((await here.api("GET", `/connections/${id}`)).body).toMatchObject(body);
});

test("a confirmation tells that it came from the API", async () => {
  const here = await scene();
  const heard = new Promise((resolve) => here.hub.on("connection.heartbeat.confirmed", resolve));
  const id = await connected(here);
  const { body } = await here.api("POST", confirmOf(id), { body: {} });
  const { connectionId, ...fields } = body;
  expect(await heard).toMatchObject({
    data: { connectionId, ...fields, confirmedVia: "partner_api", tenantId: "acme" },
  });
});

test("a link comes with the end of its time", async () => {
  const here = await scene();
  const id = await connected(here);
  const { status, body } = await here.api("POST", linkOf(id));
  expect(status).toBe(200);
  expect(body).toEqual({
    url: expect.stringContaining(`https://app.example.com/connect/heartbeat/${id}.`),
    expiresAt: expect.stringMatching(/^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\dZ$/),
  });
});

test("a link is a page on the same server, where the button is a form without fields", async () => {
  const here = await scene();
  const id = await connected(here);
  const { body } = await here.api("POST", linkOf(id));
  const address = String(body.url).replace("https://app.example.com", here.url);
  const page = await fetch(address);
  expect(page.status).toBe(200);
  expect(page.headers.get("content-type")).toBe("text/html; charset=utf-8");
  const headers = { "content-type": "application/x-www-form-urlencoded" };
  const pressed = await fetch(address, { method: "POST", headers, body: "" });
  expect(pressed.status).toBe(200);
  expect((await here.api("GET", `/connections/${id}`)).body).toMatchObject({
    heartbeatStatus: "OK",
  });
});

test.each([
  ["confirmation", confirmOf],
  ["link", linkOf],
] as const)(
  "a %s is refused where it does not apply, to strangers, and without the scope",
  async (_, pathOf) => {
    const here = await scene();
    const direct = await here.api("POST", pathOf(await connected(here, false)));
    expect(direct).toMatchObject({
      status: 409,
      body: { error: { type: "conflict", code: "heartbeat_not_applicable" } },
    });

    const id = await connected(here);
    const bound = await here.clientOf({ tenantIds: ["other"] });
    const missing = { status: 404, body: { error: { code: "not_found" } } };
    expect(await bound("POST", pathOf(id))).toMatchObject(missing);
    expect(await here.api("POST", pathOf(`conn_${"0".repeat(26)}`))).toMatchObject(missing);

    const { apiKey } = await here.hub.apiKeys.create({ name: "r", scopes: ["connections:read"] });
    const reader = client(here.url, apiKey);
    expect(await reader("POST", pathOf(id))).toMatchObject({
      status: 403,
      body: { error: { code: "forbidden" } },
    });
    expect((await here.api("POST", pathOf(id), { body: { now: true } })).status).toBe(400);
  },
);

test("a confirmation with an Idempotency-Key is answered again without a second event", async () => {
  const here = await scene();
  let heard = 0;
  here.hub.on("connection.heartbeat.confirmed", () => {
    heard += 1;
  });
  const id = await connected(here);
  const headers = { "idempotency-key": "confirm-1" };
  const first = await here.api("POST", confirmOf(id), { headers });
  const again = await here.api("POST", confirmOf(id), { headers });
  expect(again.body).toEqual(first.body);
  expect(again.headers.get("idempotency-replayed")).toBe("true");
  expect(heard).toBeLessThanOrEqual(1);
});
