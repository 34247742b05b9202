import { sink } from "@wabakit/testing";
import { expect, onTestFinished, test } from "vitest";
import { describeInChromium } from "./chromium.ts";
import { finish, metaWindow } from "./meta-window.ts";
import { NEW_NUMBER, scene } from "./scene.ts";
import { en, press, see } from "./screen.ts";
import { DONE, expectConnected, FAILED, visit } from "./visit.ts";

const VERIFY_TOKEN = "a-verify-token";
/** How long somebody has to read what went wrong before they are sent back. */
const READING_MS = 15_000;

async function endpoint() {
  const receiving = await sink({ verifyToken: VERIFY_TOKEN });
  onTestFinished(receiving.close);
  return receiving;
}

function webhookOf({ url }: { readonly url: string }) {
  return { webhookOverrideUrl: `${url}/hook`, webhookVerifyToken: VERIFY_TOKEN };
}

describeInChromium("a link whose messages are to go to an endpoint", () => {
  test("is through when Meta has verified it", async () => {
    const here = await scene();
    const customer = here.customer();
    const receiving = await endpoint();
    const { page, sessionId } = await visit(here, webhookOf(receiving));
    await finish(await metaWindow(page));
    await see(page, DONE);
    await expectConnected(here, sessionId, customer);
    expect(here.meta.subscriptionOf(customer.wabaId)).toEqual({
      overrideCallbackUri: `${receiving.url}/hook`,
    });
  });

  test("goes on where it stopped once the endpoint lets Meta in", async () => {
    const here = await scene();
    const customer = here.customer();
    const receiving = await endpoint();
    const { page, sessionId } = await visit(here, webhookOf(receiving));
    receiving.respondToHandshake({ status: 403 });
    await finish(await metaWindow(page));
    await see(page, FAILED);
    await page.getByText(en.errors.override_refused).waitFor();
    expect(await here.session(sessionId)).toMatchObject({ errorCategory: "override_refused" });

    receiving.respondToHandshake(undefined);
    await press(page, en.tryAgain);
    await see(page, DONE);
    await expectConnected(here, sessionId, customer);
  });

  test("ends where the host says when another tenant has the account with another endpoint", async () => {
    const here = await scene();
    const customer = here.customer({}, NEW_NUMBER);
    const [held = "", phoneNumberId = ""] = customer.phoneNumberIds;
    const [theirs, ours] = [await endpoint(), await endpoint()];
    const accessToken = here.meta.issueToken({ wabaIds: [customer.wabaId] });
    await connectFor("rival", here, { ...webhookFields(theirs), phoneNumberId: held, accessToken });

    const failureRedirectUrl = `${here.site.url}/failed?from=link`;
    const fields = { ...webhookOf(ours), failureRedirectUrl };
    const { page, someone, sessionId } = await visit(here, fields);
    await finish(await metaWindow(page), { phoneNumberId });
    await see(page, FAILED);
    await page.getByText(en.errors.waba_conflict).waitFor();
    await page.getByRole("link", { name: new URL(here.site.url).host }).waitFor();
    await someone.context.clock.fastForward(READING_MS);
    await page.waitForURL(`${here.site.url}/failed?*`);
    expect(Object.fromEntries(new URL(page.url()).searchParams)).toEqual({
      from: "link",
      status: "failed",
      errorCategory: "waba_conflict",
      sessionId,
    });
    expect(await here.connection()).toMatchObject({ tenantId: "rival" });
  });
});

function webhookFields({ url }: { readonly url: string }) {
  return { webhookUrl: `${url}/hook`, webhookVerifyToken: VERIFY_TOKEN };
}

async function connectFor(
  tenantId: string,
  { api }: Awaited<ReturnType<typeof scene>>,
  fields: Readonly<Record<string, unknown>>,
): Promise<void> {
  const body = { tenantId, ...fields };
  const { status, body: answer } = await api("POST", "/connections", { body });
  expect(status, JSON.stringify(answer)).toBe(201);
}
