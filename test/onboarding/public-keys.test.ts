import { describe, expect, test } from "vitest";
import { type Scene, scene } from "./scene.ts";

const ORIGIN = "https://shop.example.net";

async function keyOf(here: Scene, allowedOrigins: readonly string[] = [ORIGIN]): Promise<string> {
  const body = { name: "Shop", allowedOrigins };
  const answer = await here.api("POST", "/public-keys", { body });
  expect(answer.status).toBe(201);
  return String(answer.body.publicKey);
}

const openSdk = (here: Scene, body: Readonly<Record<string, unknown>>) =>
  here.tab().post("sdk/open", { origin: ORIGIN, ...body });

describe("a public key", () => {
  test("opens a sign-up from its own origins, with what the window needs", async () => {
    const here = await scene();
    const publicKey = await keyOf(here);
    const { sessionId } = await here.begin({ language: "pt", coexistence: "off" });
    expect(await openSdk(here, { publicKey, sessionId })).toMatchObject({
      status: 200,
      body: {
        tenantName: "Acme",
        language: "pt",
        coexistence: "off",
        login: { appId: here.meta.app.appId },
      },
    });
    expect(await openSdk(here, { publicKey, channelId: "any name of yours" })).toMatchObject({
      status: 200,
      body: { tenantName: null, coexistence: "offer" },
    });
    expect(await here.session(sessionId)).toMatchObject({ status: "created" });
    expect(here.heard).toEqual([]);
  });

  test("opens none from elsewhere, nor a session of another organization, nor one that is over", async () => {
    const here = await scene();
    const publicKey = await keyOf(here);
    for (const origin of [
      "https://evil.example",
      `${ORIGIN}.evil.com`,
      "http://shop.example.net",
      "null",
    ]) {
      expect((await openSdk(here, { publicKey, origin })).status, origin).toBe(403);
    }
    expect((await openSdk(here, { publicKey: "pk_unknown" })).status).toBe(404);
    const { organizationId } = await here.hub.organizations.create({ name: "Others" });
    const theirs = await here.hub
      .organization(organizationId)
      .onboarding.create({ tenantId: "x", tenantName: "X" });
    expect((await openSdk(here, { publicKey, sessionId: theirs.sessionId })).status).toBe(404);
    const { sessionId } = await here.begin();
    await here.api("POST", `/onboarding/sessions/${sessionId}/cancel`);
    expect((await openSdk(here, { publicKey, sessionId })).status).toBe(409);
  });

  test("is good for nothing else", async () => {
    const here = await scene();
    const publicKey = await keyOf(here);
    const response = await fetch(`${here.url}/api/v1/connections`, {
      headers: { authorization: `Bearer ${publicKey}` },
    });
    expect(response.status).toBe(401);
  });

  test("is listed, and ends at once", async () => {
    const here = await scene();
    const publicKey = await keyOf(here, [ORIGIN, ORIGIN, "http://localhost:5173"]);
    const row = { publicKey, name: "Shop", allowedOrigins: [ORIGIN, "http://localhost:5173"] };
    expect((await here.api("GET", "/public-keys")).body.data).toMatchObject([row]);
    expect((await here.api("GET", `/public-keys/${publicKey}`)).body).toMatchObject(row);
    await here.api("DELETE", `/public-keys/${publicKey}`);
    expect((await here.api("GET", `/public-keys/${publicKey}`)).status).toBe(404);
    expect((await openSdk(here, { publicKey })).status).toBe(404);
    expect((await here.api("GET", "/public-keys")).body.data).toEqual([]);
  });

  test.each([
    `${ORIGIN}/`,
    `${ORIGIN}/path`,
    "shop.example.net",
    "*",
    "https://*.example.net",
    "null",
  ])("is for origins as browsers write them, not for %s", async (origin) => {
    const here = await scene();
    const body = { name: "Shop", allowedOrigins: [origin] };
    expect(await here.api("POST", "/public-keys", { body })).toMatchObject({
      status: 400,
      body: { error: { fields: [{ path: "allowedOrigins.0" }] } },
    });
  });
});
