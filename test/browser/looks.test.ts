import type { Page } from "playwright-core";
import { expect, test } from "vitest";
import { describeInChromium, person } from "./chromium.ts";
import { finish, metaWindow } from "./meta-window.ts";
import { NEW_NUMBER, scene } from "./scene.ts";
import { en, press, see } from "./screen.ts";
import { DONE, visit, WAITING } from "./visit.ts";

const HEADINGS = {
  en: "Connect your WhatsApp number",
  es: "Conecta tu número de WhatsApp",
  pt: "Conecte seu número do WhatsApp",
} as const;

describeInChromium("the language of a page", () => {
  test.each([
    ["en-GB", undefined, "en"],
    ["es-MX", undefined, "es"],
    ["pt-BR", undefined, "pt"],
    ["de-DE", undefined, "en"],
    ["de-DE", "es", "es"],
    ["es-ES", "pt", "pt"],
    ["pt-PT", "en", "en"],
  ] as const)(
    "for a browser that asks for %s, when the host says %s, is %s",
    async (locale, language, spoken) => {
      const here = await scene();
      const { onboardingUrl } = await here.begin({ ...(language && { language }) });
      const page = await (await person({ locale })).open(onboardingUrl);
      await see(page, HEADINGS[spoken]);
      expect(await page.locator("html").getAttribute("lang")).toBe(spoken);
      const shell = await fetch(onboardingUrl, { headers: { "accept-language": locale } });
      const ofBrowser = locale.slice(0, 2) in HEADINGS ? locale.slice(0, 2) : "en";
      expect(await shell.text()).toContain(`<html lang="${ofBrowser}">`);
    },
  );
});

const LOGO = `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 90 40"><rect width="90" height="40"/></svg>`;

function colorsOf(page: Page, selector: string) {
  const read = `({ backgroundColor, color }) => [backgroundColor, color]`;
  return page.evaluate(
    `(${read})(getComputedStyle(document.querySelector(${JSON.stringify(selector)})))`,
  );
}

describeInChromium("a page in the look of its organization", () => {
  test("has its name, its logo, its color, and its links", async () => {
    const here = await scene();
    here.site.put("/logo.svg", LOGO);
    const branding = {
      displayName: "Lucky",
      logoUrl: `${here.site.url}/logo.svg`,
      accentColor: "#ffd400",
      supportUrl: `${here.site.url}/help`,
      privacyUrl: `${here.site.url}/privacy`,
    };
    await here.api("PATCH", "/organization", { body: { branding } });
    const { onboardingUrl } = await here.begin({ tenantName: "Acme & <b>Sons</b>" });
    const page = await (await person()).open(onboardingUrl);
    await see(page, en.connectTo("Lucky"));
    await page.getByRole("banner").getByText("Lucky", { exact: true }).waitFor();
    await page.getByText(en.madeFor("Acme & <b>Sons</b>")).waitFor();
    const width = "document.querySelector('header img').naturalWidth";
    await expect.poll(() => page.evaluate(width)).toBeGreaterThan(0);
    expect(here.site.visits).toEqual([{ url: "/logo.svg", referer: undefined }]);
    expect(await colorsOf(page, "main button")).toEqual(["rgb(255, 212, 0)", "rgb(0, 0, 0)"]);
    for (const [name, href] of [
      [en.support, branding.supportUrl],
      [en.privacy, branding.privacyUrl],
    ] as const) {
      const link = page.getByRole("contentinfo").getByRole("link", { name });
      expect(await link.getAttribute("href")).toBe(href);
      expect(await link.getAttribute("rel")).toContain("noopener");
    }
  });

  test("does without a logo that is not there", async () => {
    const here = await scene();
    const logoUrl = `${here.site.url}/nothing.svg`;
    await here.api("PATCH", "/organization", { body: { branding: { logoUrl } } });
    const { page } = await visit(here);
    await expect.poll(() => here.site.visits.map(({ url }) => url)).toEqual(["/nothing.svg"]);
    await expect.poll(() => page.getByRole("banner").locator("img").count()).toBe(0);
  });
});

const focusedName = "document.activeElement.textContent || document.activeElement.value";

describeInChromium("a page without a mouse", () => {
  test("is walked from the first screen to the last", async () => {
    const here = await scene();
    here.customer(NEW_NUMBER, { ...NEW_NUMBER, verifiedName: "Second Shop" });
    const successRedirectUrl = `${here.site.url}/done`;
    const { page } = await visit(here, { coexistence: "offer", successRedirectUrl });
    const { keyboard } = page;
    const group = page.getByRole("group", { name: en.whichNumber });
    expect(await group.getByRole("radio").count()).toBe(2);
    await keyboard.press("Tab");
    await keyboard.press("ArrowDown");
    await group.getByRole("radio", { name: en.newNumber, checked: true }).waitFor();
    await keyboard.press("Tab");
    expect(await page.evaluate(focusedName)).toBe(en.continueWithFacebook);
    expect(await page.evaluate("getComputedStyle(document.activeElement).outlineStyle")).toBe(
      "solid",
    );
    const opened = page.waitForEvent("popup");
    await keyboard.press("Enter");
    const popup = await opened;
    await see(page, WAITING);
    await finish(popup, { phoneNumberId: "" });

    await see(page, en.chooseNumber[0]);
    await keyboard.press("Tab");
    await keyboard.press("Space");
    await keyboard.press("Tab");
    expect(await page.evaluate(focusedName)).toBe(en.connectNumber);
    await keyboard.press("Enter");
    await see(page, DONE);
    await keyboard.press("Tab");
    await keyboard.press("Enter");
    await page.waitForURL(`${here.site.url}/done?*`);
  });

  test("takes whoever has forgotten something to the field", async () => {
    const here = await scene();
    here.customer({ ...NEW_NUMBER, pin: "120034" });
    const { page } = await visit(here);
    await finish(await metaWindow(page));
    await see(page, en.pin[0]);
    const field = page.getByRole("textbox", { name: en.pinLabel });
    await press(page, en.pinButton);
    await page.getByRole("alert").getByText(en.pinShape).waitFor();
    expect(await page.evaluate("document.activeElement.name")).toBe("pin");
    expect(await field.getAttribute("aria-invalid")).toBe("true");
    expect(await field.getAttribute("inputmode")).toBe("numeric");
    await page.keyboard.type("120034");
    await page.keyboard.press("Enter");
    await see(page, DONE);
  });

  test("says that it is busy while it is", async () => {
    const here = await scene();
    here.customer();
    const { page } = await visit(here);
    const held = here.meta.hold({ path: /subscribed_apps$/ });
    await finish(await metaWindow(page));
    await held.reached;
    await see(page, en.working[0]);
    expect(await page.getByRole("main").getAttribute("aria-busy")).toBe("true");
    await page.getByRole("status").getByText(en.working[1]).waitFor();
    held.release();
    await see(page, DONE);
    expect(await page.getByRole("main").getAttribute("aria-busy")).not.toBe("true");
  });
});
