import { type Browser, chromium, type Page } from "playwright-core";
import { afterAll, beforeAll, describe, expect, onTestFinished, test } from "vitest";
import { heardAfter, heardBy, openDialog, PARTNER_PAGE } from "../../../test/partner-page.ts";
import { loopbackServer } from "../../loopback-server.ts";
import { fakeMeta } from "../fake-meta.ts";

/** The path of a Chromium; without one these tests are skipped. */
const CHROMIUM = process.env.WABAKIT_TEST_CHROMIUM ?? "";

let browser: Browser;

async function openHost(query: Readonly<Record<string, string>> = {}) {
  const meta = await fakeMeta();
  onTestFinished(meta.close);
  const { wabaId } = meta.addWaba({ wabaId: "1000" });
  meta.addNumber({ wabaId, phoneNumberId: "1001" });
  meta.addNumber({ wabaId, phoneNumberId: "1002", platformType: "NOT_APPLICABLE" });
  const host = await loopbackServer(async (_, response) => {
    response.writeHead(200, { "content-type": "text/html" }).end(PARTNER_PAGE(meta.url));
  });
  onTestFinished(host.close);
  const context = await browser.newContext();
  onTestFinished(() => context.close());
  const page = await context.newPage();
  await page.goto(`${host.url}/?${new URLSearchParams({ app: meta.app.appId, ...query })}`);
  await page.waitForFunction('document.title === "ready"');
  return { meta, host, page };
}

const finishing = (signals: string) => async (popup: Page) => {
  await popup.getByTestId("signup-signals").selectOption(signals);
  await popup.getByTestId("signup-finish").click();
};

const FINISH = "string FINISH 1000 1002";
const CODE = "callback connected";

describe.skipIf(CHROMIUM === "")("in a browser (set WABAKIT_TEST_CHROMIUM)", () => {
  beforeAll(async () => {
    browser = await chromium.launch({ executablePath: CHROMIUM, args: ["--no-sandbox"] });
  });

  afterAll(() => browser.close());

  test.each([
    ["normal", [FINISH, CODE]],
    ["callback_first", [CODE, FINISH]],
    ["twice", [FINISH, CODE, FINISH]],
    ["none", [CODE]],
    ["object", ["object FINISH 1000 1002", CODE]],
    ["only_waba", ["string FINISH_ONLY_WABA 1000 1002", CODE]],
    [
      "forged",
      [
        "forged FINISH 666000000000002 666000000000001",
        "forged FINISH 666000000000002 666000000000001",
        "forged code",
        FINISH,
        CODE,
      ],
    ],
  ])("the signals arrive as chosen: %s", async (signals, expected) => {
    const { page } = await openHost();
    expect(await heardAfter(page, finishing(signals))).toEqual(expected);
  });

  test("a late message comes four seconds after the callback, from a window that stayed open", async () => {
    const { page } = await openHost();
    const popup = await openDialog(page);
    await popup.clock.install({ time: 0 });
    await popup.clock.pauseAt(60_000);
    await finishing("late")(popup);
    expect(await heardBy(page)).toEqual([CODE]);
    const closed = popup.waitForEvent("close");
    await popup.clock.runFor(3_999);
    expect(await heardBy(page)).toEqual([CODE]);
    await popup.clock.runFor(1);
    await popup.clock.resume();
    await closed;
    expect(await heardBy(page)).toEqual([CODE, FINISH]);
  });

  test.each([
    ["cancel", ["string CANCEL PHONE_NUMBER_SETUP", "callback unknown"]],
    ["report", ["string CANCEL 524126", "callback unknown"]],
    ["error", ["string ERROR 524126", "callback unknown"]],
    ["close", ["callback unknown"]],
  ])("a signup can be left: %s", async (button, expected) => {
    const { page } = await openHost();
    const heard = await heardAfter(page, async (popup) => {
      await popup.getByTestId("signup-current-step").selectOption("PHONE_NUMBER_SETUP");
      await popup.getByTestId(`signup-${button}`).click();
    });
    expect(heard).toEqual(expected);
  });

  test("a window that somebody closes, or that shows an error, ends in an answer", async () => {
    const { page } = await openHost();
    expect(await heardAfter(page, (popup) => popup.close())).toEqual(["callback unknown"]);
    const refused = await openHost({ app: "4711" });
    const popup = await openDialog(refused.page);
    await popup.getByTestId("signup-error").waitFor();
    await popup.close();
    expect(await heardBy(refused.page)).toEqual(["callback unknown"]);
  });

  test("coexistence is preselected by the feature the page asks for, and makes the number coexist", async () => {
    const { meta, page } = await openHost({ feature: "whatsapp_business_app_onboarding" });
    const heard = await heardAfter(page, async (popup) => {
      expect(await popup.getByTestId("signup-coexistence").isChecked()).toBe(true);
      const extras = { setup: {}, featureType: "whatsapp_business_app_onboarding" };
      expect(JSON.parse((await popup.getByTestId("signup-extras").textContent()) ?? "")).toEqual(
        extras,
      );
      await popup.getByTestId("signup-finish").click();
    });
    expect(heard).toEqual(["string FINISH_WHATSAPP_BUSINESS_APP_ONBOARDING 1000", CODE]);
    const headers = { authorization: `Bearer ${meta.issueToken()}` };
    const number = await fetch(`${meta.url}/v25.0/1002?fields=is_on_biz_app`, { headers });
    expect(JSON.parse(await number.text()).is_on_biz_app).toBe(true);
  });

  test("the numbers are those of the chosen account, or none", async () => {
    const { meta, page } = await openHost();
    const { wabaId } = meta.addWaba({ wabaId: "2000" });
    meta.addNumber({ wabaId, phoneNumberId: "2001" });
    meta.addWaba({ wabaId: "3000" });
    const heard = await heardAfter(page, async (popup) => {
      const number = popup.getByTestId("signup-number");
      expect(await number.inputValue()).toBe("1002");
      await popup.getByTestId("signup-waba").selectOption("2000");
      expect(await number.inputValue()).toBe("2001");
      await popup.getByTestId("signup-waba").selectOption("3000");
      expect(await number.inputValue()).toBe("");
      await popup.getByTestId("signup-coexistence").check();
      await popup.getByTestId("signup-finish").click();
      await popup.getByTestId("signup-problem").getByText("Coexistence needs a number").waitFor();
      await popup.getByTestId("signup-coexistence").uncheck();
      await popup.getByTestId("signup-finish").click();
    });
    expect(heard).toEqual(["string FINISH_ONLY_WABA 3000", CODE]);
  });

  test("without a popup, the browser itself comes back", async () => {
    const { meta, host, page } = await openHost();
    const asked = {
      client_id: meta.app.appId,
      config_id: "77",
      response_type: "code",
      override_default_response_type: "true",
      redirect_uri: `${host.url}/back`,
      state: "state-1",
    };
    const link = `${meta.url}/v25.0/dialog/oauth?${new URLSearchParams(asked)}`;
    for (const [button, expected] of [
      ["finish", /\/back\?code=AQfakeCode1&state=state-1#_=_$/],
      ["cancel", /\/back\?error=access_denied&.*&state=state-1#_=_$/],
    ] as const) {
      await page.goto(link);
      await page.getByTestId(`signup-${button}`).click();
      await page.waitForURL(expected);
    }
  });
});
