import { fakeClock } from "@wabakit/testing";
import { describe, expect, test } from "vitest";
import { type Customer, NEW_NUMBER, type Scene, scene } from "./scene.ts";

const GRACE_MS = 31_000;

/** A sign-up that nobody came back from: Meta alone tells of it. */
async function lose(here: Scene, customer: Pick<Customer, "wabaId">) {
  here.signUp(customer);
  await here.meta.send(here.callbackUrl, here.meta.partnerAdded({ wabaId: customer.wabaId }));
  await here.event("webhook.unrouted");
}

const recovered = async ({ api }: Scene) => (await api("GET", "/onboarding/recovered")).body.data;

const claim = (
  { api }: Scene,
  { wabaId }: Pick<Customer, "wabaId">,
  body: Readonly<Record<string, unknown>> = {},
) => api("POST", `/onboarding/recovered/${wabaId}/claim`, { body: { tenantId: "acme", ...body } });

describe("a sign-up that was finished at Meta and never came back", () => {
  test("is listed, and told once nobody can be on their way any more", async () => {
    const clock = fakeClock();
    const here = await scene({ clock });
    const { wabaId } = here.customer();
    const told = (name: string) => here.heard.filter(({ type: event }) => event === name).length;
    // What is due is looked for every 30 seconds: just before that.
    await clock.advance(25_000);
    await lose(here, { wabaId });
    const row = { wabaId, appId: here.meta.app.appId };
    expect(await recovered(here)).toMatchObject([row]);
    await clock.advance(10_000);
    await here.meta.send(here.callbackUrl, here.meta.partnerAppInstalled({ wabaId }));
    await expect.poll(() => told("webhook.unrouted")).toBe(2);
    expect(told("onboarding.recovered")).toBe(0);

    await clock.advance(GRACE_MS);
    const { data } = await here.event("onboarding.recovered");
    expect(data).toMatchObject({ ...row, tenantId: null, connectionId: null });
    await clock.advance(GRACE_MS);
    expect(await recovered(here)).toHaveLength(1);
    expect(here.heard.filter(({ type: event }) => event === "onboarding.recovered")).toHaveLength(
      1,
    );
  });

  test("is claimed for a tenant with a token, and works", async () => {
    const here = await scene();
    const customer = here.customer();
    await lose(here, customer);
    const accessToken = here.meta.issueToken({ wabaIds: [customer.wabaId] });
    const answer = await claim(here, customer, { accessToken, metadata: { plan: "pro" } });
    expect(answer).toMatchObject({
      status: 200,
      body: { status: "completed", tenantId: "acme", phoneNumberId: customer.phoneNumberId },
    });
    expect((await here.event("onboarding.completed")).data).toMatchObject({
      status: "active",
      metadata: { plan: "pro" },
    });
    expect(await recovered(here)).toEqual([]);
    expect((await claim(here, customer, { accessToken })).status).toBe(404);
  });

  test("is claimed with the partner's own token", async () => {
    const here = await scene();
    const systemToken = here.meta.issueSystemToken();
    const meta = { ...withApp(here), graphUrl: here.meta.url, systemToken };
    const other = await scene({ meta });
    const customer = here.customer();
    here.signUp(customer);
    await here.meta.send(other.callbackUrl, here.meta.partnerAdded({ wabaId: customer.wabaId }));
    await other.event("webhook.unrouted");
    expect(await claim(other, customer)).toMatchObject({
      status: 200,
      body: { status: "completed" },
    });
  });

  test("needs a token where the app has none of its own", async () => {
    const here = await scene();
    const customer = here.customer();
    await lose(here, customer);
    expect(await claim(here, customer)).toMatchObject({
      status: 422,
      body: { error: { code: "token_required" } },
    });
    expect(await recovered(here)).toHaveLength(1);
  });

  test("asks which number is meant, and goes on as any session", async () => {
    const here = await scene();
    const customer = here.customer(NEW_NUMBER, NEW_NUMBER);
    await lose(here, customer);
    const accessToken = here.meta.issueToken({ wabaIds: [customer.wabaId] });
    const asked = await claim(here, customer, { accessToken });
    expect(asked).toMatchObject({ status: 409, body: { error: { code: "number_ambiguous" } } });
    const [phoneNumberId] = customer.phoneNumberIds;
    const done = await claim(here, customer, { accessToken, phoneNumberId });
    expect(done.body).toMatchObject({ status: "completed", phoneNumberId });
    const { body } = await here.api("GET", "/onboarding/sessions?status=choose_number");
    expect(body.data).toEqual([]);
  });

  test("is nobody's but the organization's that has the Meta app", async () => {
    const here = await scene();
    const customer = here.customer();
    await lose(here, customer);
    const { organizationId } = await here.hub.organizations.create({ name: "Others" });
    const strangers = await here.clientOf({ organizationId });
    expect((await strangers("GET", "/onboarding/recovered")).body.data).toEqual([]);
    const body = { tenantId: "globex", accessToken: "x" };
    const path = `/onboarding/recovered/${customer.wabaId}/claim`;
    expect((await strangers("POST", path, { body })).status).toBe(404);
    const bound = await here.clientOf({ tenantIds: ["acme"] });
    expect((await bound("GET", "/onboarding/recovered")).status).toBe(403);
  });
});

describe("a sign-up that comes back", () => {
  test("is told by its own session alone", async () => {
    const clock = fakeClock();
    const here = await scene({ clock });
    const customer = here.customer();
    const { sessionId } = await here.begin();
    const code = here.signUp(customer);
    const told = here.meta.partnerAdded({ wabaId: customer.wabaId });
    await here.meta.send(here.callbackUrl, told);
    await here.complete(sessionId, { code });
    expect(await recovered(here)).toEqual([]);
    await clock.advance(GRACE_MS);
    await here.event("onboarding.completed");
    expect(here.heard.map(({ type: event }) => event)).not.toContain("onboarding.recovered");
  });
});

function withApp({ meta }: Scene) {
  const { appId, appSecret, verifyToken } = meta.app;
  return { appId, appSecret, verifyToken };
}
