import type { Page } from "playwright-core";
import { expect, test } from "vitest";
import { describeInChromium, person } from "./chromium.ts";
import { finish, leave } from "./meta-window.ts";
import { type Scene, scene } from "./scene.ts";
import { en, press, see } from "./screen.ts";
import { DONE, expectConnected, INVALID, LEFT, timesAsked, type Visit, WELCOME } from "./visit.ts";

const EXCHANGE = "/oauth/access_token";

/** Somebody whose blocker lets no script of Meta's through, in Meta's dialog all the same. */
async function inDialog(here: Scene): Promise<Visit> {
  const begun = await here.begin({ coexistence: "off" });
  const someone = await person();
  await someone.context.route("**/sdk.js", (route) => route.abort("blockedbyclient"));
  const page = await someone.open(begun.onboardingUrl);
  await see(page, WELCOME);
  await page.getByText(en.scriptMissingHere).waitFor();
  await press(page, en.continueHere);
  await page.getByTestId("signup-dialog").waitFor();
  return { ...begun, someone, page };
}

/** Where the browser would be sent from Meta's dialog; it stays there. */
async function caughtCallback(page: Page): Promise<URL> {
  const caught = Promise.withResolvers<string>();
  const pattern = "**/dialog/oauth";
  await page.route(pattern, async (route) => {
    const answer = await route.fetch({ maxRedirects: 0 });
    caught.resolve(answer.headers().location ?? "");
    await route.fulfill({ body: "on the way" });
  });
  await finish(page);
  return new URL(await caught.promise);
}

describeInChromium("a browser without Meta's script", () => {
  test("goes to Meta's dialog itself, and comes back with a number", async () => {
    const here = await scene();
    const customer = here.customer();
    const { page, sessionId } = await inDialog(here);
    await finish(page);
    await see(page, DONE);
    await expectConnected(here, sessionId, customer);
    expect(here.log.filter(({ url }) => url.includes("/callback?"))).toHaveLength(1);
    await page.reload();
    await see(page, DONE);
  });

  test("comes back with the number of the WhatsApp Business app where that is asked for", async () => {
    const here = await scene();
    const customer = here.customer();
    const { onboardingUrl, sessionId } = await here.begin({ coexistence: "require" });
    const someone = await person();
    await someone.context.route("**/sdk.js", (route) => route.abort("blockedbyclient"));
    const page = await someone.open(onboardingUrl);
    await press(page, en.continueHere);
    expect(await page.getByTestId("signup-coexistence").isChecked()).toBe(true);
    await finish(page);
    await see(page, DONE);
    await expectConnected(here, sessionId, customer);
    expect(await here.connection()).toMatchObject({ connectionMode: "coexistence" });
    expect(timesAsked(here, /\/register$/)).toBe(0);
  });

  test("is told that it was cancelled, and can try again", async () => {
    const here = await scene();
    const customer = here.customer();
    const { page, sessionId } = await inDialog(here);
    await leave(page, "cancel");
    await see(page, LEFT);
    expect((await here.session(sessionId)).lastSignal).toMatchObject({ event: "CANCEL" });
    await press(page, en.continueHere);
    await finish(page);
    await see(page, DONE);
    await expectConnected(here, sessionId, customer);
  });

  test("is told that it has failed at Meta", async () => {
    const here = await scene();
    here.customer();
    const { page, sessionId } = await inDialog(here);
    await leave(page, "error");
    await see(page, en.metaFailed[0]);
    const { lastSignal } = await here.session(sessionId);
    expect(lastSignal).toMatchObject({ event: "ERROR", errorCode: "524126" });
  });
});

describeInChromium("what comes back from Meta's dialog", () => {
  test("is worth nothing with a state that was not given out", async () => {
    const here = await scene();
    here.customer();
    const { page, sessionId } = await inDialog(here);
    const callback = await caughtCallback(page);
    const genuine = callback.href;
    for (const state of ["", "x", sessionId, `${sessionId}.${"A".repeat(43)}`]) {
      callback.searchParams.set("state", state);
      await page.goto(callback.href);
      await page.getByRole("heading").waitFor();
    }
    expect(timesAsked(here, EXCHANGE)).toBe(0);
    expect(await here.session(sessionId)).toMatchObject({ status: "started", step: null });
    await page.goto(genuine);
    await see(page, DONE);
  });

  test("is taken once", async () => {
    const here = await scene();
    here.customer();
    const { page } = await inDialog(here);
    const callback = await caughtCallback(page);
    await page.goto(callback.href);
    await see(page, DONE);
    const { code } = here.meta.finishSignup({ wabaId: here.customer().wabaId });
    callback.searchParams.set("code", code);
    await page.goto(callback.href);
    await see(page, DONE);
    expect(timesAsked(here, EXCHANGE)).toBe(1);
    expect((await here.api("GET", "/connections")).body.data).toHaveLength(1);
  });

  test("is taken once, also when it was nothing", async () => {
    const here = await scene();
    here.customer();
    const { page, sessionId } = await inDialog(here);
    const state = new URL(page.url()).searchParams.get("state") ?? "";
    await leave(page, "cancel");
    await see(page, LEFT);
    const { code } = here.meta.finishSignup({ wabaId: here.customer().wabaId });
    const query = new URLSearchParams({ code, state });
    await page.goto(`${here.url}/connect/onboard/callback?${query}`);
    await see(page, LEFT);
    expect(timesAsked(here, EXCHANGE)).toBe(0);
    expect(await here.session(sessionId)).toMatchObject({ status: "started", step: null });
  });

  test("is for the browser that was sent there", async () => {
    const here = await scene();
    const customer = here.customer();
    const { page, sessionId } = await inDialog(here);
    const { href } = await caughtCallback(page);
    const thief = await (await person()).open(href);
    await see(thief, INVALID);
    expect(timesAsked(here, EXCHANGE)).toBe(0);
    await page.goto(href);
    await see(page, DONE);
    await expectConnected(here, sessionId, customer);
  });
});
