import { describe, expect, test } from "vitest";
import { describeInChromium, person } from "./chromium.ts";
import { finish, metaWindow } from "./meta-window.ts";
import { type Scene, scene } from "./scene.ts";
import { see } from "./screen.ts";
import { DONE, visit } from "./visit.ts";

const SHELLS = [
  ["onboard", "same-origin-allow-popups"],
  ["sdk", "unsafe-none"],
] as const;

function policyIn(headers: Headers): ReadonlyMap<string, string> {
  const directives = (headers.get("content-security-policy") ?? "").split("; ");
  return new Map(directives.map((text) => [text.split(" ")[0] ?? "", text.replace(/^\S+ /, "")]));
}

describe.each(SHELLS)("the shell of %s", (name, openerPolicy) => {
  async function load() {
    const here = await scene();
    const answer = await fetch(`${here.url}/connect/${name}`);
    return { here, headers: answer.headers, html: await answer.text() };
  }

  test("says what it is, and that nobody keeps, frames or passes it on", async () => {
    const { headers } = await load();
    expect(Object.fromEntries(headers)).toMatchObject({
      "content-type": "text/html; charset=utf-8",
      "referrer-policy": "no-referrer",
      "cache-control": "no-store",
      "cross-origin-opener-policy": openerPolicy,
      "x-content-type-options": "nosniff",
    });
    expect(headers.getSetCookie()).toEqual([]);
  });

  test("lets in no script but its own and Meta's", async () => {
    const { headers, html, here } = await load();
    const policy = policyIn(headers);
    const [, nonce = ""] = /nonce-([^']+)/.exec(policy.get("script-src") ?? "") ?? [];
    expect(nonce.length).toBeGreaterThan(20);
    expect(Object.fromEntries(policy)).toEqual({
      "default-src": "'none'",
      "script-src": `'nonce-${nonce}' ${here.meta.url}`,
      "style-src": `'nonce-${nonce}'`,
      "img-src": "https: http: data:",
      "connect-src": `'self' ${here.meta.url}`,
      "frame-src": here.meta.url,
      "form-action": "'self'",
      "base-uri": "'none'",
      "frame-ancestors": "'none'",
    });
    const inline = [...html.matchAll(/<(?:script|style)[^>]*>/g)].map(([tag]) => tag);
    expect(inline).toHaveLength(2);
    for (const tag of inline) expect(tag).toContain(`nonce="${nonce}"`);
    const again = await fetch(`${here.url}/connect/${name}`);
    expect(again.headers.get("content-security-policy")).not.toContain(nonce);
  });
});

describeInChromium("the token of a link", () => {
  test("is in no address, no Referer, no log, and in nothing that Meta or others are asked", async () => {
    const here = await scene();
    here.customer();
    const logoUrl = `${here.site.url}/logo.svg`;
    await here.api("PATCH", "/organization", { body: { branding: { logoUrl } } });
    const fields = { successRedirectUrl: `${here.site.url}/done` };
    const { page, someone, token } = await visit(here, fields);
    expect(page.url()).toBe(`${here.url}/connect/onboard`);
    await finish(await metaWindow(page));
    await see(page, DONE);
    await page.getByRole("link", { name: new URL(here.site.url).host }).click();
    await page.waitForURL(`${here.site.url}/done?*`);

    const byBrowser = someone.requested.map((url) => url.split("#")[0]);
    const bySite = JSON.stringify(here.site.visits);
    const byMeta = here.meta.requests.map(({ url, headers, body }) => [url, headers, body]);
    const told = JSON.stringify([byBrowser, here.log, bySite, byMeta]);
    expect(told).toContain("/connect/onboard/finish");
    expect(told).not.toContain(token);
    expect(here.site.visits.map(({ referer }) => referer)).toEqual([undefined, undefined]);
    const sdk = here.meta.requests.find(({ path }) => path.endsWith("/sdk.js"));
    expect(sdk?.headers.referer).toBeUndefined();
  });
});

describeInChromium("the cookie of a browser that has used a link", () => {
  test("is out of reach for scripts and for other sites, and says nothing by itself", async () => {
    const here = await scene();
    here.customer();
    const { page, someone, sessionId, token } = await visit(here);
    await metaWindow(page);
    await here.event("onboarding.started");
    const [cookie, ...others] = await someone.context.cookies(here.url);
    expect(others).toEqual([]);
    expect(cookie).toMatchObject({
      ...{ name: `wabakit-${sessionId}`, path: "/", domain: "localhost" },
      ...{ httpOnly: true, sameSite: "Lax" },
    });
    expect(cookie?.value).not.toBe(token);
    expect(await page.evaluate("document.cookie")).toBe("");
  });
});

/** Requests that a page of another origin can send without being allowed to. */
const REQUESTS = [
  [
    "a form",
    (url: string, body: string) => `
    const form = document.createElement("form");
    Object.assign(form, { action: ${JSON.stringify(url)}, method: "post", enctype: "text/plain", target: "_blank" });
    const input = document.createElement("input");
    Object.assign(input, { name: ${JSON.stringify(`${body.slice(0, -1)},"x":"`)}, value: '"}' });
    form.append(input);
    document.body.append(form);
    form.submit();`,
  ],
  [
    "a script",
    (url: string, body: string) => `
    fetch(${JSON.stringify(url)}, { method: "POST", mode: "no-cors", credentials: "include",
      body: ${JSON.stringify(body)} })`,
  ],
  [
    "a script that asks first",
    (url: string, body: string) => `
    fetch(${JSON.stringify(url)}, { method: "POST", credentials: "include",
      headers: { "content-type": "application/json" }, body: ${JSON.stringify(body)} }).catch(() => {})`,
  ],
] as const;

describeInChromium("a page of another origin", () => {
  test.each(REQUESTS)(
    "starts nothing with %s, not even with a link in hand",
    async (_, request) => {
      const here = await scene();
      const { sessionId, token } = await here.begin();
      const someone = await person();
      someone.excuse(/CORS policy/);
      for (const origin of [here.site.url, here.site.url.replace("127.0.0.1", "localhost")]) {
        const page = await someone.open(origin);
        const before = here.log.length;
        await page.evaluate(
          request(`${here.url}/connect/onboard/start`, JSON.stringify({ link: token })),
        );
        await expect.poll(() => here.log.length).toBeGreaterThan(before);
      }
      await expectUnused(here, sessionId);
      expect(await someone.context.cookies(here.url)).toEqual([]);
    },
  );

  test.each(["onboard", "sdk"])("shows nothing of %s in a frame", async (name) => {
    const here = await scene();
    const { token, sessionId } = await here.begin();
    const src = `${here.url}/connect/${name}#${token}`;
    here.site.put("/framing", `<!DOCTYPE html><iframe src="${src}"></iframe>`);
    const someone = await person();
    someone.excuse(/frame-ancestors/);
    const page = await someone.open(`${here.site.url}/framing`);
    const [, frame] = page.frames();
    await expect.poll(() => frame?.url()).toMatch(/^chrome-error:/);
    expect(here.log.filter(({ url }) => url.startsWith(`/connect/${name}/`))).toEqual([]);
    await expectUnused(here, sessionId);
  });
});

async function expectUnused(here: Scene, sessionId: string): Promise<void> {
  expect(await here.session(sessionId)).toMatchObject({ status: "created", startedAt: null });
  expect(here.heard).toEqual([]);
}

describeInChromium("a browser that runs no script", () => {
  test("is told so, and changes nothing", async () => {
    const here = await scene();
    const { sessionId, onboardingUrl } = await here.begin();
    const someone = await person({ javaScriptEnabled: false, locale: "pt-BR" });
    const page = await someone.open(onboardingUrl);
    const notice = page.locator("noscript");
    expect(await notice.isVisible()).toBe(true);
    expect(await notice.textContent()).toContain("precisa de JavaScript");
    await expectUnused(here, sessionId);
  });
});
