import { fakeClock, sink } from "@wabakit/testing";
import { describe, expect, it, onTestFinished } from "vitest";
import { NEEDED_FIELDS } from "../../packages/core/src/connections/health/judge-routing.ts";
import type { Answer } from "../spine/setting.ts";
import { CALLBACK, type HealthScene, healthScene } from "./scene.ts";

const VERIFY_TOKEN = "the-tenants-verify-token";
const ORDER = [
  "status",
  "token",
  "subscription",
  "callback",
  "fields",
  "override",
  "endpoint",
  "mode",
  "health",
  "last_webhook",
  "last_delivery",
  "unrouted",
];

interface Found {
  readonly check: string;
  readonly verdict: string;
  readonly message: string;
  readonly nextStep: string | null;
}

/** What was found, by check; each finding with a sentence, and a next step where one is due. */
async function diagnosisOf(ask: HealthScene["ask"]) {
  const { status, body } = await ask("GET", "/diagnosis");
  expect(status).toBe(200);
  const { checks, verdict } = body as Answer["body"] & { readonly checks: readonly Found[] };
  expect(checks.map(({ check }) => check)).toEqual(ORDER);
  for (const { verdict, message, nextStep } of checks) {
    expect(message).toMatch(/\S.*\.$/);
    expect(nextStep === null).toBe(verdict === "ok");
  }
  const found = Object.fromEntries(checks.map((check) => [check.check, check]));
  const wrong = checks.filter((check) => check.verdict !== "ok").map(({ check }) => check);
  return { body, verdict, found, wrong };
}

/** A number that has nothing wrong with it, except that nobody has written to it yet. */
async function wellScene(arranged: Parameters<typeof healthScene>[0] = {}) {
  const here = await healthScene(arranged);
  here.meta.setAppCallback({ callbackUrl: CALLBACK });
  return { ...here, diagnose: () => diagnosisOf(here.ask) };
}

async function tenantsEndpoint() {
  const endpoint = await sink({ verifyToken: VERIFY_TOKEN });
  onTestFinished(endpoint.close);
  const url = `${endpoint.url}/hook`;
  return { endpoint, connect: { webhookUrl: url, webhookVerifyToken: VERIFY_TOKEN } };
}

const says = (verdict: string, message: RegExp) => ({
  verdict,
  message: expect.stringMatching(message),
});

describe("a diagnosis", () => {
  it("finds nothing wrong, but that nothing has come yet", async () => {
    const { diagnose, meta } = await wellScene();
    const before = meta.requests.length;
    const { verdict, wrong } = await diagnose();
    expect(wrong).toEqual(["last_webhook"]);
    expect(verdict).toBe("warning");
    const asked = meta.requests.slice(before);
    expect(asked.filter(({ method }) => method !== "GET")).toEqual([]);
    expect(asked.map(({ path }) => path)).toHaveLength(5);
  });

  it("finds nothing wrong at all once something has come", async () => {
    const { diagnose, meta, account, callbackUrl } = await wellScene();
    const { phoneNumberId } = account;
    await meta.send(callbackUrl, meta.textMessage({ phoneNumberId, body: "Hello?" }));
    await expect.poll(async () => (await diagnose()).verdict).toBe("ok");
    const { found } = await diagnose();
    expect(found.last_webhook).toMatchObject(says("ok", /at \d{4}-\d\d-\d\dT\d\d:\d\d:\d\dZ\.$/));
  });

  it("counts what came for nobody", async () => {
    const { diagnose, meta, callbackUrl } = await wellScene();
    const { wabaId } = meta.addWaba();
    const { phoneNumberId } = meta.addNumber({ wabaId });
    await meta.send(callbackUrl, meta.textMessage({ phoneNumberId, body: "Hello?" }));
    await expect.poll(async () => (await diagnose()).wrong).toContain("unrouted");
    expect((await diagnose()).found.unrouted).toMatchObject(says("warning", /^1 /));
  });

  it("tells of a number of the account that nobody has connected", async () => {
    const { diagnose, meta, account, callbackUrl } = await wellScene();
    const { phoneNumberId } = meta.addNumber({ wabaId: account.wabaId });
    await meta.send(callbackUrl, meta.textMessage({ phoneNumberId, body: "Hello?" }));
    await expect.poll(async () => (await diagnose()).wrong).toContain("unrouted");
    expect((await diagnose()).found.unrouted).toMatchObject(
      says("warning", /^Something came at .* number of this account/),
    );
  });

  it("finds a dead token, and says what could not be checked without it", async () => {
    const { diagnose, meta, account } = await wellScene();
    meta.revokeToken(account.accessToken);
    const { found, verdict, body } = await diagnose();
    expect(verdict).toBe("failed");
    expect(found.token).toMatchObject(says("failed", /no longer valid/));
    for (const check of ["subscription", "override", "health"]) {
      expect(found[check]).toMatchObject(says("warning", /could not be checked/));
      expect(found[check]?.nextStep).toContain("token");
    }
    expect(found.callback).toMatchObject({ verdict: "ok" });
    expect(JSON.stringify(body)).not.toContain(account.accessToken);
  });

  it("finds that our app is not subscribed", async () => {
    const { diagnose, meta, account } = await wellScene();
    await fetch(`${meta.url}/v25.0/${account.wabaId}/subscribed_apps`, {
      method: "DELETE",
      headers: { authorization: `Bearer ${account.accessToken}` },
    });
    const { found } = await diagnose();
    expect(found.subscription).toMatchObject(says("failed", /not subscribed/));
    expect(found.health).toMatchObject(says("failed", /not subscribed/));
  });

  it("finds that the app's webhooks go elsewhere, or nowhere", async () => {
    const { meta, ask } = await healthScene();
    const nowhere = (await diagnosisOf(ask)).found;
    expect(nowhere.callback).toMatchObject(says("failed", /no callback URL/));
    expect(nowhere.callback?.nextStep).toContain(CALLBACK);
    expect(nowhere.fields).toMatchObject(says("failed", /messages/));
    meta.setAppCallback({
      callbackUrl: "https://elsewhere.example.com/hook",
      fields: ["messages"],
    });
    const elsewhere = (await diagnosisOf(ask)).found;
    expect(elsewhere.callback).toMatchObject(says("failed", /elsewhere\.example\.com/));
    expect(elsewhere.fields).toMatchObject(says("warning", /account_update/));
    const fields = NEEDED_FIELDS.map(({ field }) => field);
    meta.setAppCallback({ callbackUrl: CALLBACK, fields });
    expect((await diagnosisOf(ask)).wrong).toEqual(["last_webhook"]);
  });

  it("takes the path with the app's id for ours, too", async () => {
    const { diagnose, meta } = await wellScene();
    meta.setAppCallback({ callbackUrl: `${CALLBACK}/${meta.app.appId}` });
    expect((await diagnose()).found.callback).toMatchObject({ verdict: "ok" });
  });

  it("finds overrides that were set elsewhere, of the account or of the number", async () => {
    const { diagnose, meta, account } = await wellScene();
    const elsewhere = await sink();
    onTestFinished(elsewhere.close);
    const url = `${elsewhere.url}/hook?key=s3cret`;
    meta.subscribeApp({ wabaId: account.wabaId, overrideCallbackUri: url });
    const ofWaba = await diagnose();
    expect(ofWaba.found.override).toMatchObject(says("failed", /of the account.*not set here/));
    expect(JSON.stringify(ofWaba.body)).not.toContain("s3cret");
    meta.subscribeApp({ wabaId: account.wabaId });
    const { status } = await fetch(`${meta.url}/v25.0/${account.phoneNumberId}`, {
      method: "POST",
      headers: {
        authorization: `Bearer ${account.accessToken}`,
        "content-type": "application/json",
      },
      body: JSON.stringify({
        webhook_configuration: { override_callback_uri: url, verify_token: "x" },
      }),
    });
    expect(status).toBe(200);
    const { found } = await diagnose();
    expect(found.override).toMatchObject(says("failed", /of the number.*not set here/));
  });

  it("finds what Meta thinks of the number", async () => {
    const { diagnose, meta, account } = await wellScene();
    meta.setHealth("WABA", account.wabaId, { canSendMessage: "BLOCKED" });
    expect((await diagnose()).found.health).toMatchObject(says("warning", /receive but not send/));
    meta.updateNumber(account.phoneNumberId, { status: "BANNED" });
    expect((await diagnose()).found.health).toMatchObject(says("failed", /banned/));
    meta.updateNumber(account.phoneNumberId, { status: "CONNECTED", platform_type: undefined });
    meta.setHealth("WABA", account.wabaId, null);
    expect((await diagnose()).found.health).toMatchObject(says("warning", /does not tell/));
  });

  it("finds that the mode is not known", async () => {
    const { diagnose } = await wellScene({ number: { fields: { is_on_biz_app: undefined } } });
    expect((await diagnose()).found.mode).toMatchObject(says("warning", /has not told/));
  });

  it("finds a token that ends soon", async () => {
    const { diagnose, meta, account, connect } = await wellScene();
    const expiresAt = Date.now() + 24 * 60 * 60 * 1000;
    const accessToken = meta.issueToken({ wabaIds: [account.wabaId], expiresAt });
    await connect({ phoneNumberId: account.phoneNumberId, accessToken });
    expect((await diagnose()).found.token).toMatchObject(says("warning", /ends at/));
  });
});

describe("a diagnosis of a number whose messages go to the tenant", () => {
  it("finds nothing wrong, and does not expect to see messages", async () => {
    const { connect, endpoint } = await tenantsEndpoint();
    const { diagnose } = await wellScene({ connect });
    const shaken = endpoint.handshakes.length;
    const { verdict, found } = await diagnose();
    expect(verdict).toBe("ok");
    expect(found.last_webhook).toMatchObject(says("ok", /tenant's endpoint/));
    expect(found.endpoint).toMatchObject(says("ok", /passes/));
    expect(endpoint.handshakes).toHaveLength(shaken + 1);
  });

  it("takes a foreign callback of the app for a warning", async () => {
    const { connect } = await tenantsEndpoint();
    const { diagnose, meta } = await wellScene({ connect });
    meta.setAppCallback({ callbackUrl: "https://elsewhere.example.com" });
    expect((await diagnose()).found.callback).toMatchObject({ verdict: "warning" });
  });

  it("finds that Meta has lost the override, or has another one", async () => {
    const { connect } = await tenantsEndpoint();
    const { diagnose, meta, account } = await wellScene({ connect });
    meta.subscribeApp({ wabaId: account.wabaId });
    const lost = (await diagnose()).found.override;
    expect(lost).toMatchObject(says("failed", /has no override/));
    expect(lost?.nextStep).toContain("PATCH");
    const overrideCallbackUri = "https://elsewhere.example.com/hook";
    meta.subscribeApp({ wabaId: account.wabaId, overrideCallbackUri });
    expect((await diagnose()).found.override).toMatchObject(says("failed", /instead of http/));
  });

  it.each([
    [{ status: 403 }, /refused the verify token/],
    [{ status: 301 }, /redirects/],
    [{ status: 500 }, /status 200/],
    [{ body: "hi" }, /not with the challenge.*"hi"/],
    [{ delayMs: "reset" }, /could not be reached/],
  ] as const)("finds an endpoint that answers %o", async (answer, message) => {
    const { connect, endpoint } = await tenantsEndpoint();
    const { diagnose } = await wellScene({ connect });
    endpoint.respondToHandshake(answer);
    const { found, body } = await diagnose();
    expect(found.endpoint).toMatchObject(says("failed", message));
    expect(JSON.stringify(body)).not.toContain(VERIFY_TOKEN);
  });

  it("finds that the connection is suspended", async () => {
    const { connect } = await tenantsEndpoint();
    const { diagnose, ask } = await wellScene({ connect });
    expect((await ask("POST", "/suspend")).status).toBe(200);
    const { found } = await diagnose();
    expect(found.status).toMatchObject(says("failed", /suspended/));
    expect(found.override).toMatchObject({ verdict: "ok" });
  });

  it("finds a webhook that Meta would not take back", async () => {
    const { connect, endpoint } = await tenantsEndpoint();
    const { diagnose, ask } = await wellScene({ connect });
    await ask("POST", "/suspend");
    endpoint.respondToHandshake({ status: 500 });
    await ask("POST", "/resume");
    expect((await diagnose()).found.override).toMatchObject(says("failed", /Meta refused/));
  });

  it("finds a change that is under way", async () => {
    const { connect } = await tenantsEndpoint();
    const { diagnose, call, meta, connectionId } = await wellScene({ connect });
    const held = meta.hold({ method: "POST", path: /subscribed_apps$/ });
    const change = call("PATCH", `/connections/${connectionId}`, connect);
    await held.reached;
    const { found } = await diagnose();
    held.release();
    expect(found.status).toMatchObject(says("warning", /under way since/));
    expect((await change).status).toBe(200);
  });
});

describe("what cannot be checked", () => {
  it("is a warning while Meta is away, and the rest is told all the same", async () => {
    const { diagnose, meta } = await wellScene();
    meta.fail({ path: /./, error: "reset", times: Number.POSITIVE_INFINITY });
    const { found } = await diagnose();
    for (const check of ["token", "subscription", "callback", "fields", "override", "health"]) {
      expect(found[check]).toMatchObject(says("warning", /could not be checked: Meta /));
    }
    expect(found.status).toMatchObject({ verdict: "ok" });
    expect(found.endpoint).toMatchObject({ verdict: "ok" });
  });

  it("is a warning after eight seconds", async () => {
    const clock = fakeClock();
    const { diagnose, meta, account } = await wellScene({ options: { clock } });
    const held = meta.hold({ path: `/${account.phoneNumberId}` });
    const diagnosis = diagnose();
    await held.reached;
    await clock.advance(8_000);
    const { found } = await diagnosis;
    held.release();
    const late = Object.values(found).filter(({ message }) => /in time/.test(message));
    expect(late).toHaveLength(1);
    expect(late[0]).toMatchObject({ verdict: "warning" });
  });
});
