import { describe, expect, test } from "vitest";
import { type Customer, NEW_NUMBER, type Scene, scene, type Tab } from "./scene.ts";

/** A session whose link was used in a tab. */
async function started(here: Scene, fields: Readonly<Record<string, unknown>> = {}) {
  const begun = await here.begin(fields);
  const tab = here.tab();
  const { body } = await tab.post("onboard/start", { link: begun.link });
  expect(body).toMatchObject({ status: "started" });
  return { ...begun, tab };
}

const finish = (tab: Tab, sessionId: string, fields: Readonly<Record<string, unknown>>) =>
  tab.post("onboard/finish", { sessionId, coexistence: false, ...fields });

const claim = ({ wabaId, phoneNumberId }: Customer) => ({ wabaId, phoneNumberId });

describe("the shells", () => {
  test.each([
    ["onboard", "same-origin-allow-popups"],
    ["sdk", "unsafe-none"],
  ])(
    "of %s cannot be framed, kept or traced, and run no script but their own",
    async (kind, coop) => {
      const here = await scene();
      const [one, other] = [
        await here.tab().visit(`/connect/${kind}`),
        await here.tab().visit(`/connect/${kind}`),
      ];
      expect(one.status).toBe(200);
      const { origin } = new URL(here.meta.url);
      const policy = one.headers.get("content-security-policy") ?? "";
      const [, nonce = ""] = /script-src 'nonce-([^']+)'/.exec(policy) ?? [];
      expect(policy.split("; ")).toEqual([
        "default-src 'none'",
        `script-src 'nonce-${nonce}' ${origin}`,
        `style-src 'nonce-${nonce}'`,
        "img-src https: data:",
        `connect-src 'self' ${origin}`,
        `frame-src ${origin}`,
        "form-action 'self'",
        "base-uri 'none'",
        "frame-ancestors 'none'",
      ]);
      expect(Object.fromEntries(one.headers)).toMatchObject({
        "cross-origin-opener-policy": coop,
        "referrer-policy": "no-referrer",
        "cache-control": "no-store",
        "x-content-type-options": "nosniff",
        "x-robots-tag": "noindex, nofollow",
      });
      expect(await one.text()).toContain(`nonce="${nonce}"`);
      expect(other.headers.get("content-security-policy")).not.toBe(policy);
    },
  );
});

describe("a link", () => {
  test("that is only opened changes nothing, however often", async () => {
    const here = await scene();
    const { sessionId, link } = await here.begin();
    for (const tab of [here.tab(), here.tab()]) {
      await tab.visit("/connect/onboard");
      expect((await tab.post("onboard/open", { link })).body).toMatchObject({ status: "created" });
    }
    expect(await here.session(sessionId)).toMatchObject({ status: "created", startedAt: null });
    expect(here.heard).toEqual([]);
  });

  test("is for the browser alone that has used it, by a cookie that no script reads", async () => {
    const here = await scene();
    const { sessionId, link } = await here.begin();
    const tab = here.tab();
    const used = await tab.post("onboard/start", { link });
    const [cookie = ""] = used.headers.getSetCookie();
    expect(cookie).toMatch(new RegExp(`^__Host-wabakit-${sessionId}=[\\w-]{43}; Path=/; Max-Age=`));
    expect(cookie).toMatch(/; HttpOnly; SameSite=Lax; Secure$/);
    expect((await here.event("onboarding.started")).data).toMatchObject({ sessionId });

    const elsewhere = here.tab();
    for (const action of ["open", "start", "cancel"]) {
      expect(await elsewhere.post(`onboard/${action}`, { link }), action).toMatchObject({
        status: 409,
        body: { error: { code: "session_closed" } },
      });
    }
    for (const [action, more] of [
      ["open", {}],
      ["finish", { code: "x" }],
      ["resume", {}],
      ["cancel", {}],
      ["signal", { event: "CANCEL" }],
      ["redirect", { coexistence: false }],
    ] as const) {
      const answer = await elsewhere.post(`onboard/${action}`, { sessionId, ...more });
      expect(answer.status, action).toBe(404);
    }
    expect((await tab.post("onboard/start", { link })).body).toMatchObject({ status: "started" });
    expect((await tab.post("onboard/open", { sessionId })).status).toBe(200);
    expect(here.heard.filter(({ type: event }) => event === "onboarding.started")).toHaveLength(1);
  });

  test("that two browsers use at once is one's", async () => {
    const here = await scene();
    const { link } = await here.begin();
    const tabs = Array.from({ length: 5 }, () => here.tab());
    const answers = await Promise.all(tabs.map((tab) => tab.post("onboard/start", { link })));
    expect(answers.map(({ status }) => status).sort()).toEqual([200, 409, 409, 409, 409]);
  });

  test("that leads nowhere is not found", async () => {
    const here = await scene();
    for (const link of ["", "x", "A".repeat(43), "_=_"]) {
      expect((await here.tab().post("onboard/open", { link })).status).toBe(404);
    }
  });

  test("tells what the page needs, and no more", async () => {
    const here = await scene({}, {});
    await here.api("PATCH", "/organization", {
      body: { branding: { displayName: "Lucky", accentColor: "#aa3366" } },
    });
    const { link, sessionId } = await here.begin({
      language: "es",
      coexistence: "require",
      prefill: { business: { name: "Acme" } },
      metadata: { secret: "of the host" },
    });
    const { body } = await here.tab().post("onboard/open", { link });
    expect(body).toEqual({
      sessionId,
      status: "created",
      tenantName: "Acme",
      language: "es",
      coexistence: "require",
      errorCategory: null,
      branding: {
        displayName: "Lucky",
        logoUrl: null,
        accentColor: "#aa3366",
        supportUrl: null,
        privacyUrl: null,
      },
      login: {
        appId: here.meta.app.appId,
        configId: null,
        graphVersion: "v25.0",
        sdkUrl: `${here.meta.url}/en_US/sdk.js`,
        messageOrigins: [here.meta.url],
        setup: { business: { name: "Acme" } },
      },
      retry: null,
      phoneNumbers: [],
      connection: null,
      signal: null,
      redirect: null,
    });
  });
});

describe("the page's script", () => {
  test("finishes a sign-up, and is told where to go", async () => {
    const here = await scene();
    const customer = here.customer();
    const url = "https://app.example.com/done?step=3";
    const { sessionId, tab } = await started(here, { successRedirectUrl: url });
    const answer = await finish(tab, sessionId, {
      ...claim(customer),
      code: here.signUp(customer),
    });
    const { connectionId } = await here.session(sessionId);
    expect(answer.body).toMatchObject({
      status: "completed",
      connection: { status: "active" },
      redirect: {
        url: `${url}&sessionId=${sessionId}&status=completed&connectionId=${connectionId}`,
      },
    });
    expect((await tab.post("onboard/open", { sessionId })).body).toMatchObject({
      status: "completed",
    });
  });

  test("is told what the reader can do about a failure, and where it leads", async () => {
    const here = await scene();
    const failureRedirectUrl = "https://app.example.com/failed";
    const { sessionId, tab } = await started(here, { failureRedirectUrl });
    const customer = here.customer({ ...NEW_NUMBER, pin: "123456" });
    const failed = await finish(tab, sessionId, { code: here.signUp(customer) });
    expect(failed).toMatchObject({
      status: 200,
      body: {
        status: "failed",
        errorCategory: "pin_required",
        retry: "pin",
        redirect: {
          url: `${failureRedirectUrl}?sessionId=${sessionId}&status=failed&errorCategory=pin_required`,
          afterMs: null,
        },
      },
    });
    const done = await tab.post("onboard/resume", { sessionId, pin: "123456" });
    expect(done.body).toMatchObject({ status: "completed", retry: null });
  });

  test("is given the numbers to choose from", async () => {
    const here = await scene();
    const customer = here.customer(NEW_NUMBER, NEW_NUMBER);
    const { sessionId, tab } = await started(here);
    const { wabaId } = customer;
    const { body } = await finish(tab, sessionId, { code: here.signUp({ wabaId }) });
    expect(body).toMatchObject({ status: "choose_number", retry: "number" });
    expect(body.phoneNumbers).toHaveLength(2);
    const phoneNumberId = customer.phoneNumberIds[1];
    const done = await tab.post("onboard/resume", { sessionId, phoneNumberId });
    expect(done.body).toMatchObject({ status: "completed" });
  });

  test("tells what Meta's window said, for the operator", async () => {
    const here = await scene();
    const { sessionId, tab } = await started(here);
    const signal = { event: "CANCEL", currentStep: "PHONE_NUMBER_SETUP", errorCode: "524126" };
    await tab.post("onboard/signal", { sessionId, ...signal });
    expect(await here.session(sessionId)).toMatchObject({ status: "started", lastSignal: signal });
  });

  test("cancels, also before the first click", async () => {
    const here = await scene();
    const cancelRedirectUrl = "https://app.example.com/cancelled";
    const { sessionId, link } = await here.begin({ cancelRedirectUrl });
    const { body } = await here.tab().post("onboard/cancel", { link });
    const query = `sessionId=${sessionId}&status=cancelled&errorCategory=user_cancelled`;
    expect(body).toMatchObject({
      status: "cancelled",
      redirect: { url: `${cancelRedirectUrl}?${query}` },
    });
    expect(await here.session(sessionId)).toMatchObject({ status: "cancelled" });
  });

  test("is our own: what another site's page can send is refused", async () => {
    const here = await scene();
    const { sessionId, tab } = await started(here);
    const body = { sessionId };
    for (const headers of [
      { "content-type": "text/plain" },
      { "content-type": "application/x-www-form-urlencoded" },
    ]) {
      expect((await tab.post("onboard/cancel", body, headers)).status).toBe(415);
    }
    for (const site of ["cross-site", "same-site", "none"]) {
      const headers = { "sec-fetch-site": site };
      expect((await tab.post("onboard/cancel", body, headers)).status).toBe(403);
    }
    expect(await here.session(sessionId)).toMatchObject({ status: "started" });
  });

  test("is told by name which field it got wrong", async () => {
    const here = await scene();
    const { sessionId, tab } = await started(here);
    const answer = await finish(tab, sessionId, { code: 7, wabaId: "../1", colour: "red" });
    expect(answer.status).toBe(400);
    const { fields } = answer.body.error as unknown as { fields: { path: string }[] };
    expect(fields.map(({ path }) => path)).toEqual(["code", "wabaId", "colour"]);
  });
});
