import { expect, test } from "vitest";
import { describeInChromium } from "./chromium.ts";
import { finish, metaWindow } from "./meta-window.ts";
import { NEW_NUMBER, scene } from "./scene.ts";
import { en, see } from "./screen.ts";
import { DONE, expectConnected, timesAsked, timesPosted, visit } from "./visit.ts";

/** The page waits for so long for ids that do not come with the code. */
const ALONE_MS = 3_000;
const EXCHANGE = "/oauth/access_token";

describeInChromium("what Meta's window tells the page", () => {
  test.each([
    ["the message before the code", "normal"],
    ["the code before the message", "callback_first"],
    ["the message twice", "twice"],
    ["the message as an object", "object"],
    ["an account whose number cannot be used yet", "only_waba"],
    ["something that somebody else has forged before", "forged"],
  ])("leads to one connection: %s", async (_, signals) => {
    const here = await scene();
    const customer = here.customer(NEW_NUMBER, NEW_NUMBER);
    const [, phoneNumberId = ""] = customer.phoneNumberIds;
    const { page, sessionId } = await visit(here);
    await finish(await metaWindow(page), { signals, phoneNumberId });
    await see(page, DONE);
    await expectConnected(here, sessionId, { ...customer, phoneNumberId });
    expect(timesPosted(here, "onboard/finish")).toBe(1);
    expect(timesAsked(here, EXCHANGE)).toBe(1);
  });

  test("comes from one window, also after a double click", async () => {
    const here = await scene();
    const customer = here.customer();
    const { page, someone, sessionId } = await visit(here);
    const opened = page.waitForEvent("popup");
    await page.getByRole("button", { name: en.continueWithFacebook }).dblclick();
    const popup = await opened;
    await popup.getByTestId("signup-dialog").waitFor();
    await finish(popup);
    await see(page, DONE);
    await expectConnected(here, sessionId, customer);
    expect(someone.requested.filter((url) => url.includes("/dialog/oauth?"))).toHaveLength(1);
  });

  test("is not waited for: without a message, the number is found out from the token", async () => {
    const here = await scene();
    const customer = here.customer();
    const { page, someone, sessionId } = await visit(here);
    const popup = await metaWindow(page);
    const closed = popup.waitForEvent("close");
    await finish(popup, { signals: "none" });
    await closed;
    await someone.context.clock.fastForward(ALONE_MS);
    await see(page, DONE);
    await expectConnected(here, sessionId, customer);
  });

  test("is not needed either where the token does not name its account: Meta tells the hub", async () => {
    const here = await scene();
    here.meta.setAppCallback({ callbackUrl: `${here.url}/webhooks/meta` });
    const customer = here.customer();
    const { page, someone, sessionId } = await visit(here);
    const popup = await metaWindow(page);
    const closed = popup.waitForEvent("close");
    await finish(popup, { signals: "none", without: ["list-targets"] });
    await closed;
    await someone.context.clock.fastForward(ALONE_MS);
    await see(page, DONE);
    await expectConnected(here, sessionId, customer);
  });

  test("changes nothing any more when it comes late", async () => {
    const here = await scene();
    const customer = here.customer();
    const { page, someone, sessionId } = await visit(here);
    const popup = await metaWindow(page);
    const closed = popup.waitForEvent("close");
    await finish(popup, { signals: "late" });
    await someone.context.clock.fastForward(ALONE_MS);
    await see(page, DONE);
    await someone.context.clock.fastForward(ALONE_MS);
    await closed;
    await see(page, DONE);
    await expectConnected(here, sessionId, customer);
    expect(timesPosted(here, "onboard/finish")).toBe(1);
  });
});
