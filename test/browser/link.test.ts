import { describe, expect, test } from "vitest";
import { describeInChromium, person } from "./chromium.ts";
import { closeWindow, finish, metaWindow } from "./meta-window.ts";
import { NEW_NUMBER, type Scene, scene } from "./scene.ts";
import { en, press, see } from "./screen.ts";
import { DONE, ELSEWHERE, FAILED, INVALID, LEFT, visit, WELCOME } from "./visit.ts";

const HOUR_MS = 60 * 60 * 1_000;
const [CANCELLED] = en.cancelled;
const [EXPIRED] = en.expired;

/** What somebody who is sent on takes along. */
function queryOf(url: string) {
  return Object.fromEntries(new URL(url).searchParams);
}

describeInChromium("a link", () => {
  test.each(["", "#", "#nobodys", `#${"A".repeat(43)}`])("is none: %s", async (fragment) => {
    const here = await scene();
    const page = await (await person()).open(`${here.url}/connect/onboard${fragment}`);
    await see(page, INVALID);
  });

  test("that has expired says so, and opens again once it is renewed", async () => {
    const here = await scene();
    const { sessionId, onboardingUrl } = await here.begin();
    here.clock.pass(HOUR_MS);
    await here.event("onboarding.failed");
    const someone = await person();
    await see(await someone.open(onboardingUrl), EXPIRED);

    const renewed = await here.api("POST", `/onboarding/sessions/${sessionId}/renew`, { body: {} });
    await see(await someone.open(String(renewed.body.onboardingUrl)), WELCOME);
    await see(await someone.open(onboardingUrl), INVALID);
  });

  test("is for the browser that has used it", async () => {
    const here = await scene();
    here.customer();
    const { page, onboardingUrl, someone, sessionId } = await visit(here);
    await metaWindow(page);
    await here.event("onboarding.started");
    await see(await (await person()).open(onboardingUrl), ELSEWHERE);
    const another = await person();
    await see(await another.open(`${here.url}/connect/onboard?session=${sessionId}`), INVALID);
    await see(await someone.open(onboardingUrl), WELCOME);
  });

  test("that replaces another one is taken over by a tab that shows the old one", async () => {
    const here = await scene();
    const [first, second] = [await here.begin(), await here.begin({ tenantName: "Globex" })];
    const page = await (await person()).open(first.onboardingUrl);
    await page.getByText(en.madeFor("Acme")).waitFor();
    await page.evaluate(`location.hash = ${JSON.stringify(second.token)}`);
    await page.getByText(en.madeFor("Globex")).waitFor();
  });

  test("that only a machine opens stays as it was, however it does so", async () => {
    const here = await scene();
    const { sessionId, onboardingUrl } = await here.begin();
    for (const method of ["GET", "HEAD"]) {
      const answer = await fetch(onboardingUrl, { method });
      expect(answer.status).toBe(200);
    }
    const scanner = await person();
    await see(await scanner.open(onboardingUrl), WELCOME);
    expect(await here.session(sessionId)).toMatchObject({ status: "created", startedAt: null });
    expect(here.heard).toEqual([]);
    expect(await scanner.context.cookies()).toEqual([]);
    await see(await (await person()).open(onboardingUrl), WELCOME);
  });

  test("that somebody declines ends where the host says", async () => {
    const here = await scene();
    const cancelRedirectUrl = `${here.site.url}/cancelled?from=link`;
    const { page, someone, sessionId } = await visit(here, { cancelRedirectUrl });
    await press(page, en.cancel);
    await see(page, CANCELLED);
    await someone.context.clock.fastForward(1_500);
    await page.waitForURL(`${here.site.url}/cancelled?*`);
    const errorCategory = "user_cancelled";
    const query = { from: "link", status: "cancelled", errorCategory, sessionId };
    expect(queryOf(page.url())).toEqual(query);
    const { data } = await here.event("onboarding.failed");
    expect(data).toMatchObject({ sessionId, reason: "cancelled", errorCategory });
  });

  test("that leads to a number ends where the host says", async () => {
    const here = await scene();
    here.customer();
    const successRedirectUrl = `${here.site.url}/done`;
    const { page, someone, sessionId } = await visit(here, { successRedirectUrl });
    await finish(await metaWindow(page));
    await see(page, DONE);
    await page.getByText(en.leadsTo(new URL(here.site.url).host)).waitFor();
    await someone.context.clock.fastForward(3_000);
    await page.waitForURL(`${here.site.url}/done?*`);
    const { connectionId } = await here.connection();
    expect(queryOf(page.url())).toEqual({ sessionId, status: "completed", connectionId });
  });
});

/** A page in each state that lasts, and how somebody gets there. */
const STATES: readonly (readonly [string, (here: Scene) => ReturnType<typeof visit>])[] = [
  [WELCOME, (here) => visit(here)],
  [LEFT, leaveOnce],
  [FAILED, failOnce],
  [en.chooseNumber[0], beAsked],
  [en.pin[0], needPin],
  [DONE, complete],
  [CANCELLED, cancel],
];

async function leaveOnce(here: Scene) {
  here.customer();
  const visited = await visit(here);
  await closeWindow(await metaWindow(visited.page));
  return visited;
}

async function failOnce(here: Scene) {
  here.customer();
  const visited = await visit(here);
  await finish(await metaWindow(visited.page), { without: ["manage"] });
  return visited;
}

async function beAsked(here: Scene) {
  here.customer(NEW_NUMBER, NEW_NUMBER);
  const visited = await visit(here);
  await finish(await metaWindow(visited.page), { phoneNumberId: "" });
  return visited;
}

async function needPin(here: Scene) {
  here.customer({ ...NEW_NUMBER, pin: "120034" });
  const visited = await visit(here);
  await finish(await metaWindow(visited.page));
  return visited;
}

async function complete(here: Scene) {
  here.customer();
  const visited = await visit(here);
  await finish(await metaWindow(visited.page));
  return visited;
}

async function cancel(here: Scene) {
  const visited = await visit(here);
  await press(visited.page, en.cancel);
  return visited;
}

describeInChromium("a page that is loaded again", () => {
  describe.each(STATES)("where it says %s", (heading, arrive) => {
    test("is of the same session, and goes on", async () => {
      const here = await scene();
      const { page } = await arrive(here);
      await see(page, heading);
      await page.reload();
      await see(page, heading);
    });
  });
});

describeInChromium("a session that the host cancels while somebody is in Meta's window", () => {
  test("says that it is over", async () => {
    const here = await scene();
    here.customer();
    const { page, sessionId } = await visit(here);
    const popup = await metaWindow(page);
    await here.event("onboarding.started");
    await here.api("POST", `/onboarding/sessions/${sessionId}/cancel`, { body: {} });
    await finish(popup);
    await see(page, CANCELLED);
    expect((await here.api("GET", "/connections")).body.data).toEqual([]);
  });
});

describeInChromium("a link that was renewed after somebody had given up", () => {
  test("begins at the beginning", async () => {
    const here = await scene();
    const { page, sessionId } = await leaveOnce(here);
    await see(page, LEFT);
    const renewed = await here.api("POST", `/onboarding/sessions/${sessionId}/renew`, { body: {} });
    await see(await (await person()).open(String(renewed.body.onboardingUrl)), WELCOME);
  });
});
