import { silentLogger } from "@wabakit/core";
import { fakeClock, sink } from "@wabakit/testing";
import { describe, expect, onTestFinished, test } from "vitest";
import { scene } from "./scene.ts";

async function endpoint(answer: { readonly verifyToken?: string; readonly status?: number }) {
  const hook = await sink(answer);
  onTestFinished(hook.close);
  return hook;
}

const REDIRECTS = ["successRedirectUrl", "failureRedirectUrl", "cancelRedirectUrl"] as const;
const ACME = { tenantId: "acme", tenantName: "Acme" };

describe("a session", () => {
  test("has a link of 256 bits behind its #, which no list and no GET shows", async () => {
    const here = await scene();
    const { sessionId, link, onboardingUrl } = await here.begin();
    expect(onboardingUrl).toBe(`https://app.example.com/connect/onboard#${link}`);
    expect(Buffer.from(link, "base64url")).toHaveLength(32);
    const list = await here.api("GET", "/onboarding/sessions");
    expect(JSON.stringify([await here.session(sessionId), list.body])).not.toContain(link);
    expect(JSON.stringify([...here.entries])).not.toContain(link);
  });

  test("lives for an hour, or as long as is asked for, within the hub's maximum", async () => {
    const clock = fakeClock();
    const here = await scene({ clock, onboarding: { maxSessionSeconds: 7_200 } });
    const inSeconds = async (expiresInSeconds?: number) => {
      const { expiresAt } = await here.begin({ expiresInSeconds });
      return (Date.parse(expiresAt) - clock.now()) / 1_000;
    };
    expect(await inSeconds()).toBe(3_600);
    expect(await inSeconds(300)).toBe(300);
    expect(await inSeconds(7_200)).toBe(7_200);
    for (const expiresInSeconds of [299, 7_201, 1.5]) {
      const body = { ...ACME, expiresInSeconds };
      expect(await here.api("POST", "/onboarding/sessions", { body })).toMatchObject({
        status: 400,
        body: { error: { fields: [{ path: "expiresInSeconds" }] } },
      });
    }
  });

  test("is made once for an Idempotency-Key, which says until when", async () => {
    const here = await scene();
    const fields = { body: ACME, headers: { "idempotency-key": "one" } };
    const first = await here.api("POST", "/onboarding/sessions", fields);
    const second = await here.api("POST", "/onboarding/sessions", fields);
    expect(second.body).toEqual(first.body);
    expect(first.body.idempotencyExpiresAt).toMatch(/Z$/);
    expect((await here.begin()).idempotencyExpiresAt).toBeNull();
    expect((await here.api("GET", "/onboarding/sessions")).body.data).toHaveLength(2);
  });

  test("warns where its page can sign nobody up", async () => {
    const lines: string[] = [];
    const warn = (_: object, message: string) => void lines.push(message);
    const logger = { ...silentLogger, warn };
    const here = await scene({ logger });
    await here.begin();
    expect(lines).toContainEqual(expect.stringContaining("has no configId"));
    const { appId, appSecret, verifyToken } = here.meta.app;
    const app = { appId, appSecret, verifyToken, graphUrl: here.meta.url, configId: "1" };
    lines.length = 0;
    await (await scene({ logger, meta: app })).begin();
    expect(lines).not.toContainEqual(expect.stringContaining("has no configId"));
  });

  test("makes its tenant known, by its name", async () => {
    const here = await scene();
    await here.begin();
    expect((await here.api("GET", "/tenants/acme")).body).toMatchObject({ name: "Acme" });
  });

  test("is listed by tenant and status, page by page", async () => {
    const here = await scene();
    const [first, second] = [await here.begin(), await here.begin()];
    await here.begin({ tenantId: "globex" });
    await here.api("POST", `/onboarding/sessions/${first.sessionId}/cancel`);
    const idsOf = async (query: string) => {
      const { body } = await here.api("GET", `/onboarding/sessions?${query}`);
      return (body.data as unknown as { sessionId: string }[]).map(({ sessionId }) => sessionId);
    };
    expect(await idsOf("tenantId=acme")).toEqual([second.sessionId, first.sessionId]);
    expect(await idsOf("tenantId=acme&status=cancelled")).toEqual([first.sessionId]);
    const { body: page } = await here.api("GET", "/onboarding/sessions?tenantId=acme&limit=1");
    expect(page.data).toHaveLength(1);
    const rest = `tenantId=acme&limit=1&cursor=${page.nextCursor}`;
    expect(await idsOf(rest)).toEqual([first.sessionId]);
  });

  test("goes with its tenant", async () => {
    const here = await scene();
    const { sessionId, link } = await here.begin();
    await here.api("DELETE", "/tenants/acme");
    await here.event("tenant.deleted");
    expect((await here.api("GET", `/onboarding/sessions/${sessionId}`)).status).toBe(404);
    expect((await here.tab().post("onboard/open", { link })).status).toBe(404);
    expect(JSON.stringify([...here.entries])).not.toContain("Acme");
  });
});

describe("a redirect URL", () => {
  test("has to be on the list, by scheme, host and path; publicUrl's own always is", async () => {
    const here = await scene({ allowedRedirectUrls: ["https://shop.example.net/done/*"] });
    await here.api("PATCH", "/organization", {
      body: { allowedRedirectUrls: ["https://own.example.org/after"] },
    });
    const answer = async (name: string, url: string) => {
      const body = { ...ACME, [name]: url };
      return (await here.api("POST", "/onboarding/sessions", { body })).body;
    };
    for (const name of REDIRECTS) {
      for (const url of [
        "https://shop.example.net/done/1?x=2",
        "https://own.example.org/after",
        "https://app.example.com/anything",
      ]) {
        expect(await answer(name, url), url).toHaveProperty("sessionId");
      }
      for (const url of [
        "https://shop.example.net/done/../evil",
        "https://shop.example.net/done/%2e%2e/evil",
        "http://shop.example.net/done/1",
        "https://shop.example.net:8443/done/1",
        "https://shop.example.net.evil.com/done/1",
        "https://own.example.org/after/more",
        "https://user@shop.example.net/done/1",
        "https://shop.example.net\\@evil.com/done/1",
        "javascript:alert(1)",
        "/done/1",
      ]) {
        expect(await answer(name, url), url).toMatchObject({
          error: { code: "invalid_redirect_url", fields: [{ path: name }] },
        });
      }
    }
  });
});

describe("the preflight of a webhook", () => {
  const hookOf = (url: string) => ({
    ...ACME,
    webhookOverrideUrl: `${url}/hook`,
    webhookVerifyToken: "verify",
  });

  test("plays Meta's verification before there is a session", async () => {
    const here = await scene();
    const good = await endpoint({ verifyToken: "verify" });
    expect((await here.begin(hookOf(good.url))).sessionId).toMatch(/^sess_/);
    const bad = await endpoint({ verifyToken: "another" });
    const body = hookOf(bad.url);
    expect(await here.api("POST", "/onboarding/sessions", { body })).toMatchObject({
      status: 422,
      body: {
        error: {
          code: "webhook_preflight_failed",
          preflight: { category: "verify_token_rejected", httpStatus: 403 },
        },
      },
    });
    expect((await here.api("GET", "/onboarding/sessions")).body.data).toHaveLength(1);
  });

  test("is left out for endpoints that let nobody but Meta in", async () => {
    const here = await scene();
    const bad = await endpoint({ verifyToken: "another" });
    await here.begin({ ...hookOf(bad.url), skipWebhookPreflight: true });
    expect(bad.handshakes).toEqual([]);
  });

  test.each([
    ["webhookVerifyToken", { webhookOverrideUrl: "https://hooks.example.com" }],
    ["webhookOverrideUrl", { webhookVerifyToken: "verify" }],
    ["webhookOverrideUrl", { delivery: "relay" }],
    ["tenantName", { tenantName: "" }],
    ["language", { language: "tlh" }],
    ["metadata", { metadata: "text" }],
    ["colour", { colour: "red" }],
  ])("names the field that is wrong: %s", async (path, fields) => {
    const here = await scene();
    const body = { ...ACME, ...fields };
    expect(await here.api("POST", "/onboarding/sessions", { body })).toMatchObject({
      status: 400,
      body: { error: { code: "invalid_request", fields: [{ path }] } },
    });
  });
});

describe("the end of a session", () => {
  test("comes with its time, once, and a renewal opens it again with another link", async () => {
    const clock = fakeClock();
    const here = await scene({ clock });
    const { sessionId, link } = await here.begin({ expiresInSeconds: 300 });
    await clock.advance(301_000);
    const { data } = await here.event("onboarding.failed");
    expect(data).toMatchObject({
      sessionId,
      reason: "expired",
      errorCategory: "session_expired",
      tenantId: "acme",
      connectionId: null,
    });
    expect(await here.session(sessionId)).toMatchObject({ status: "expired" });
    const late = await here.complete(sessionId, { code: here.signUp(here.customer()) });
    expect(late).toMatchObject({ status: 409, body: { error: { code: "session_closed" } } });

    const renewed = await here.api("POST", `/onboarding/sessions/${sessionId}/renew`);
    expect(renewed.status).toBe(200);
    const another = new URL(String(renewed.body.onboardingUrl)).hash.slice(1);
    expect((await here.tab().post("onboard/open", { link })).status).toBe(404);
    expect((await here.tab().post("onboard/open", { link: another })).body).toMatchObject({
      status: "created",
    });
    await clock.advance(60_000);
    const failed = here.heard.filter(({ type: event }) => event === "onboarding.failed");
    expect(failed).toHaveLength(1);
  });

  test("is told when it is cancelled, once", async () => {
    const here = await scene();
    const { sessionId } = await here.begin();
    const path = `/onboarding/sessions/${sessionId}/cancel`;
    expect((await here.api("POST", path)).body).toMatchObject({ status: "cancelled" });
    expect((await here.api("POST", path)).status).toBe(200);
    const { data } = await here.event("onboarding.failed");
    expect(data).toMatchObject({ reason: "cancelled", errorCategory: "user_cancelled" });
    const renewal = await here.api("POST", `/onboarding/sessions/${sessionId}/renew`);
    expect(renewal).toMatchObject({ status: 409, body: { error: { code: "session_closed" } } });
    expect(here.heard.filter(({ type: event }) => event === "onboarding.failed")).toHaveLength(1);
  });

  test("leaves no token and no PIN", async () => {
    const here = await scene();
    const { sessionId } = await here.begin();
    await here.complete(sessionId, { code: here.signUp(here.customer()) });
    const [, stored] = [...here.entries].find(([name]) => name.includes(sessionId)) ?? [];
    expect(JSON.stringify(stored)).toContain("completed");
    for (const secret of ["accessToken", "pin"]) {
      expect(JSON.stringify(stored)).toMatch(new RegExp(`${secret}[\\\\"]*:null`));
    }
  });
});
