import { describe, expect, test } from "vitest";
import { describeInChromium, person } from "./chromium.ts";
import { finish, metaWindow } from "./meta-window.ts";
import { NEW_NUMBER, scene } from "./scene.ts";
import { choose, en, press, see } from "./screen.ts";
import { DONE, expectConnected, timesAsked, visit, WAITING, WELCOME } from "./visit.ts";

const STEPS = [
  "exchange",
  "inspect",
  "discover",
  "conflict",
  "subscribe",
  "register",
  "sync",
  "mode",
  "health",
  "complete",
];

describeInChromium("a person with a link", () => {
  describe.each(["express", "koa"] as const)("to a hub in %s", (host) => {
    test("connects a new number, which works at the end", async () => {
      const here = await scene({ host });
      here.meta.setAppCallback({ callbackUrl: `${here.url}/webhooks/meta` });
      const customer = here.customer({ ...NEW_NUMBER, displayPhoneNumber: "+1 555-010-0142" });
      const { sessionId, onboardingUrl } = await here.begin();
      const page = await (await person()).open(onboardingUrl);
      await see(page, WELCOME);
      await choose(page, en.newNumber);
      const popup = await metaWindow(page);
      await see(page, WAITING);
      await here.event("onboarding.started");
      await finish(popup);
      await see(page, DONE);

      await expectConnected(here, sessionId, customer);
      const { steps } = await here.session(sessionId);
      expect(steps).toMatchObject(STEPS.map((step) => ({ step, outcome: "done" })));
      expect(await here.connection()).toMatchObject({ connectionMode: "cloud_api" });
      expect(timesAsked(here, `/${customer.phoneNumberId}/register`)).toBe(1);
      await page.getByText("+15550100142").waitFor();
      const { data } = await here.event("onboarding.completed");
      expect(data).toMatchObject({ sessionId, phoneNumberId: customer.phoneNumberId });
      const recovered = await here.api("GET", "/onboarding/recovered");
      expect(recovered.body.data).toEqual([]);
    });

    test("connects the number of the WhatsApp Business app, which stays there", async () => {
      const here = await scene({ host });
      const customer = here.customer();
      const prefill = { business: { name: "Acme" } };
      const { sessionId, onboardingUrl } = await here.begin({ prefill });
      const page = await (await person()).open(onboardingUrl);
      await see(page, WELCOME);
      await choose(page, en.appNumber);
      const popup = await metaWindow(page);
      const extras = await popup.getByTestId("signup-extras").textContent();
      expect(JSON.parse(extras ?? "")).toEqual({
        setup: prefill,
        sessionInfoVersion: "3",
        featureType: "whatsapp_business_app_onboarding",
      });
      await finish(popup);
      await see(page, DONE);

      await expectConnected(here, sessionId, customer);
      expect(await here.connection()).toMatchObject({
        connectionMode: "coexistence",
        heartbeatStatus: "OK",
      });
      expect(timesAsked(here, /\/register$/)).toBe(0);
      expect(timesAsked(here, `/${customer.phoneNumberId}/smb_app_data`)).toBe(2);
    });

    test("goes to Meta in the same window where no popup opens, and comes back with a number", async () => {
      const here = await scene({ host });
      const customer = here.customer();
      const { page, someone, sessionId } = await visit(here);
      await page.evaluate("window.open = () => null");
      await press(page, en.continueWithFacebook);
      await see(page, en.blocked[0]);
      await press(page, en.continueHere);
      await page.waitForURL(`${here.meta.url}/v25.0/dialog/oauth?*`);
      await finish(page);
      await see(page, DONE);

      await expectConnected(here, sessionId, customer);
      expect(page.url()).toBe(`${here.url}/connect/onboard?session=${sessionId}#`);
      expect(someone.context.pages()).toHaveLength(1);
    });
  });
});
