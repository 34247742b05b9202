import type { Page } from "playwright-core";
import { expect, test } from "vitest";
import { describeInChromium, type Person, person } from "./chromium.ts";
import { closeWindow, finish, metaWindow } from "./meta-window.ts";
import { type Scene, scene } from "./scene.ts";
import { en, see } from "./screen.ts";
import {
  DONE,
  expectConnected,
  timesAsked,
  timesPosted,
  visit,
  WAITING,
  WELCOME,
} from "./visit.ts";

/** A sign-up that somebody would like to foist on a page, in each form in which Meta tells one. */
const FORGED = `[
  JSON.stringify({ type: "WA_EMBEDDED_SIGNUP", event: "FINISH", data: { waba_id: "666", phone_number_id: "667" } }),
  { type: "WA_EMBEDDED_SIGNUP", event: "FINISH", data: { waba_id: "666", phone_number_id: "667" } },
  JSON.stringify({ type: "WA_EMBEDDED_SIGNUP", event: "CANCEL", data: { current_step: "X" } }),
  { source: "wabakit", type: "result", value: { code: "AQforged" } },
  "code=AQforged&cb=f1",
]`;

/** From now on pages of this browser keep the origins of all messages that reach them. */
async function keepOrigins({ context }: Person): Promise<void> {
  await context.addInitScript(
    `window.origins = []; addEventListener("message", ({ origin }) => origins.push(origin));`,
  );
}

async function heardFrom(page: Page, origin: string, count: number): Promise<void> {
  const told = () =>
    page.evaluate(`origins.filter((one) => one === ${JSON.stringify(origin)}).length`);
  await expect.poll(told, { timeout: 5_000 }).toBeGreaterThanOrEqual(count);
}

async function expectUntouched(here: Scene): Promise<void> {
  expect(timesPosted(here, "onboard/finish")).toBe(0);
  expect(timesAsked(here, "/oauth/access_token")).toBe(0);
  expect((await here.api("GET", "/connections")).body.data).toEqual([]);
}

describeInChromium("messages that are not Meta's", () => {
  test("do nothing when a frame in Meta's window sends them, of another origin", async () => {
    const here = await scene();
    const customer = here.customer();
    const { page, someone, sessionId } = await visit(here);
    await keepOrigins(someone);
    await page.reload();
    const popup = await metaWindow(page);
    await popup.evaluate(`
      const frame = document.createElement("iframe");
      frame.src = JSON.parse(document.querySelector("#dialog-data").textContent).forgerUrl;
      document.body.append(frame);`);
    await heardFrom(page, here.meta.url.replace("127.0.0.1", "localhost"), 3);
    await see(page, WAITING);
    await expectUntouched(here);

    await finish(popup);
    await see(page, DONE);
    await expectConnected(here, sessionId, customer);
  });

  test("do not reach the page from a site that has opened it: the tie is cut", async () => {
    const here = await scene();
    const { onboardingUrl } = await here.begin();
    const victim = await person();
    await keepOrigins(victim);
    const attacker = await victim.open(here.site.url);
    const opened = victim.context.waitForEvent("page");
    await attacker.evaluate(`window.theirs = open(${JSON.stringify(onboardingUrl)}); undefined`);
    const page = await opened;
    await see(page, WELCOME);
    expect(await page.evaluate("opener")).toBeNull();
    await expect.poll(() => attacker.evaluate("theirs.closed")).toBe(true);
    await attacker.evaluate(`for (const forged of ${FORGED}) theirs.postMessage(forged, "*")`);
    await page.evaluate("new Promise(requestAnimationFrame)");
    expect(await page.evaluate("origins")).toEqual([]);
    await expectUntouched(here);
  });

  test("do nothing when the page that opened the SDK's window sends them", async () => {
    const here = await scene();
    const { body } = await here.api("POST", "/public-keys", {
      body: { name: "shop", allowedOrigins: [here.site.url] },
    });
    const someone = await person();
    await keepOrigins(someone);
    const opener = await someone.open(here.site.url);
    const fragment = new URLSearchParams({
      publicKey: String(body.publicKey),
      origin: here.site.url,
      channelId: "support",
    });
    const opened = someone.context.waitForEvent("page");
    const url = JSON.stringify(`${here.url}/connect/sdk#${fragment}`);
    await opener.evaluate(`window.theirs = open(${url}); undefined`);
    const page = await opened;
    await see(page, WELCOME);
    const forge = `for (const forged of ${FORGED}) theirs.postMessage(forged, "*")`;
    await opener.evaluate(forge);
    await heardFrom(page, here.site.url, 5);
    await see(page, WELCOME);
    const popup = await metaWindow(page);
    await opener.evaluate(forge);
    await heardFrom(page, here.site.url, 10);
    await see(page, WAITING);
    await closeWindow(popup);
    await see(page, en.left[0]);
    expect(page.isClosed()).toBe(false);
  });
});

describeInChromium("a message of Meta's without a code", () => {
  test("connects nothing", async () => {
    const here = await scene();
    here.customer();
    const { page } = await visit(here);
    const popup = await metaWindow(page);
    await popup.evaluate(`for (const told of ${FORGED}.slice(0, 2)) opener.postMessage(told, "*")`);
    await closeWindow(popup);
    await see(page, en.metaFailed[0]);
    await expectUntouched(here);
  });
});
