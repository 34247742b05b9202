import type { Route } from "playwright-core";
import { expect, test } from "vitest";
import { describeInChromium, person } from "./chromium.ts";
import { closeWindow, finish, leave, metaWindow } from "./meta-window.ts";
import { scene } from "./scene.ts";
import { en, press, see } from "./screen.ts";
import {
  DONE,
  expectConnected,
  FAILED,
  LEFT,
  timesPosted,
  visit,
  WAITING,
  WELCOME,
} from "./visit.ts";

const REPORTED = en.metaSays(
  "Your verified name violates WhatsApp guidelines. Please edit your verified name and try again.",
);
/** Within it, a second click is taken for the same one. */
const DOUBLE_CLICK_MS = 1_000;

describeInChromium("a person who stops in Meta's window", () => {
  test("who cancels can try again, and succeeds", async () => {
    const here = await scene();
    const customer = here.customer();
    const { page, sessionId } = await visit(here);
    const popup = await metaWindow(page);
    await popup.getByTestId("signup-current-step").selectOption("PHONE_NUMBER_SETUP");
    await leave(popup, "cancel");
    await see(page, LEFT);
    await expect
      .poll(async () => (await here.session(sessionId)).lastSignal)
      .toMatchObject({ event: "CANCEL", currentStep: "PHONE_NUMBER_SETUP" });
    expect(await here.session(sessionId)).toMatchObject({ status: "started" });

    await finish(await metaWindow(page, en.tryAgain));
    await see(page, DONE);
    await expectConnected(here, sessionId, customer);
  });

  test("who just closes it can try again", async () => {
    const here = await scene();
    here.customer();
    const { page } = await visit(here);
    await leave(await metaWindow(page), "close");
    await see(page, LEFT);
    expect(timesPosted(here, "onboard/finish")).toBe(0);
    await metaWindow(page, en.tryAgain);
    await see(page, WAITING);
  });

  test.each([
    ["who reports a problem", "report", LEFT, "CANCEL", REPORTED],
    ["for whom it fails", "error", en.metaFailed[0], "ERROR", en.metaSays("Something went wrong")],
  ] as const)(
    "%s reads what Meta says, and the host does",
    async (_, way, heading, event, said) => {
      const here = await scene();
      here.customer();
      const { page, sessionId } = await visit(here);
      await leave(await metaWindow(page), way);
      await see(page, heading);
      await page.getByText(said, { exact: true }).waitFor();
      await expect
        .poll(async () => (await here.session(sessionId)).lastSignal)
        .toMatchObject({ event, errorCode: "524126", metaSessionId: "f34b51dab5e0498" });
      await page.getByRole("button", { name: en.tryAgain }).waitFor();
    },
  );

  test("who has lost the window can open another one", async () => {
    const here = await scene();
    const customer = here.customer();
    const { page, someone, sessionId } = await visit(here);
    const lost = await metaWindow(page);
    await see(page, WAITING);
    await someone.context.clock.fastForward(DOUBLE_CLICK_MS);
    await finish(await metaWindow(page, en.startAgain));
    await see(page, DONE);
    await closeWindow(lost);
    await expectConnected(here, sessionId, customer);
  });
});

describeInChromium("a hub that does not answer", () => {
  test("is asked again by whoever has the patience", async () => {
    const here = await scene();
    const customer = here.customer();
    const { onboardingUrl, sessionId } = await here.begin({ coexistence: "off" });
    const someone = await person();
    let isAway = true;
    await someone.context.route("**/onboard/*", (route) =>
      isAway ? route.abort() : route.continue(),
    );
    const page = await someone.open(onboardingUrl);
    await see(page, en.unavailable[0]);
    isAway = false;
    await press(page, en.tryAgain);
    await see(page, WELCOME);

    const popup = await metaWindow(page);
    await here.event("onboarding.started");
    isAway = true;
    await finish(popup);
    await see(page, en.unavailable[0]);
    isAway = false;
    await press(page, en.tryAgain);
    await see(page, WELCOME);
    await finish(await metaWindow(page));
    await see(page, DONE);
    await expectConnected(here, sessionId, customer);
  });
});

const EXCHANGE = { path: /\/oauth\/access_token$/ };
const CODE_LIVES_MS = 30_000;

describeInChromium("a sign-up that Meta refuses", () => {
  test("because its code has expired begins again in Meta's window", async () => {
    const here = await scene();
    const customer = here.customer();
    const { page, sessionId } = await visit(here);
    const exchange = here.meta.hold(EXCHANGE);
    await finish(await metaWindow(page));
    await exchange.reached;
    await see(page, en.working[0]);
    here.metaClock.pass(CODE_LIVES_MS);
    exchange.release();
    await see(page, FAILED);
    await page.getByText(en.errors.code_expired).waitFor();
    expect(await here.session(sessionId)).toMatchObject({ errorCategory: "code_expired" });

    await finish(await metaWindow(page, en.startAgain));
    await see(page, DONE);
    await expectConnected(here, sessionId, customer);
  });

  test("because a permission was switched off says so, and begins again", async () => {
    const here = await scene();
    const customer = here.customer();
    const { page, sessionId } = await visit(here);
    await finish(await metaWindow(page), { without: ["message"] });
    await see(page, FAILED);
    await page.getByText(en.errors.missing_permission).waitFor();
    expect(await here.session(sessionId)).toMatchObject({ errorCategory: "missing_permission" });

    await finish(await metaWindow(page, en.startAgain));
    await see(page, DONE);
    await expectConnected(here, sessionId, customer);
  });

  test("because the account was not shared says so, and begins again", async () => {
    const here = await scene();
    const customer = here.customer();
    const other = here.customer();
    const { page, someone, sessionId } = await visit(here);
    const tellOther = async (route: Route) => {
      const response = await route.fetch();
      const { code, event } = await response.json();
      event.data.waba_id = other.wabaId;
      await route.fulfill({ response, json: { code, event } });
    };
    // It ends by itself: Meta's window, which is closing then, need not hear that it is over.
    await someone.context.route("**/dialog/oauth", tellOther, { times: 1 });
    await finish(await metaWindow(page), customer);
    await see(page, FAILED);
    await page.getByText(en.errors.waba_not_granted).waitFor();
    expect(await here.session(sessionId)).toMatchObject({ errorCategory: "waba_not_granted" });
    expect((await here.api("GET", "/connections")).body.data).toEqual([]);

    await finish(await metaWindow(page, en.startAgain), customer);
    await see(page, DONE);
    await expectConnected(here, sessionId, customer);
  });

  test("because Meta is down goes on where it stopped, with the code it had", async () => {
    const here = await scene();
    const customer = here.customer();
    const { page, sessionId } = await visit(here);
    const lift = here.meta.fail({ path: /subscribed_apps$/, times: Number.POSITIVE_INFINITY });
    await finish(await metaWindow(page));
    await see(page, FAILED);
    await page.getByText(en.errors.meta_unavailable).waitFor();
    expect(await here.session(sessionId)).toMatchObject({ errorCategory: "meta_unavailable" });
    await press(page, en.tryAgain);
    await see(page, FAILED);

    lift();
    await press(page, en.tryAgain);
    await see(page, DONE);
    await expectConnected(here, sessionId, customer);
    expect(timesPosted(here, "onboard/finish")).toBe(1);
  });
});
