import { fakeClock, sink } from "@wabakit/testing";
import { describe, expect, onTestFinished, test } from "vitest";
import { type Customer, NEW_NUMBER, type Scene, scene } from "./scene.ts";

const DAY_MS = 24 * 60 * 60 * 1_000;

async function endpoint() {
  const hook = await sink({ verifyToken: "verify" });
  onTestFinished(hook.close);
  return (path: string) => ({
    webhookOverrideUrl: `${hook.url}${path}`,
    webhookVerifyToken: "verify",
  });
}

/** Signs a number up for a tenant of its own session. */
async function signUp(
  here: Scene,
  { wabaId }: Customer,
  { phoneNumberId = "", coexistence = false, fields = {} },
) {
  const { sessionId } = await here.begin(fields);
  const code = here.signUp({ wabaId, phoneNumberId, coexistence });
  const { body } = await here.complete(sessionId, { code, wabaId, phoneNumberId, coexistence });
  expect(body, JSON.stringify(body)).toMatchObject({ status: "completed" });
  return String(body.connectionId);
}

describe("a tenant that signs up again", () => {
  test("keeps its connection, and gets another token", async () => {
    const here = await scene();
    const customer = here.customer();
    const { phoneNumberId } = customer;
    const first = await signUp(here, customer, { phoneNumberId });
    const second = await signUp(here, customer, { phoneNumberId });
    expect(second).toBe(first);
    const tokenOf = async () => {
      const body = { secretTypes: ["access_token"] };
      const answer = await here.api("POST", `/connections/${first}/reveal-secrets`, { body });
      return (answer.body.secrets as unknown as { access_token: string }).access_token;
    };
    const before = await tokenOf();
    await signUp(here, customer, { phoneNumberId });
    expect(await tokenOf()).not.toBe(before);
  });

  test("takes the numbers of the account along to another webhook, and leaves it without one", async () => {
    const here = await scene();
    const hook = await endpoint();
    const customer = here.customer(NEW_NUMBER, NEW_NUMBER);
    const [one, other] = customer.phoneNumberIds;
    const overridden = () => here.meta.subscriptionOf(customer.wabaId)?.overrideCallbackUri;
    const first = await signUp(here, customer, { phoneNumberId: one, fields: hook("/first") });
    await signUp(here, customer, { phoneNumberId: other });
    expect(overridden()).toBe(hook("/first").webhookOverrideUrl);

    await signUp(here, customer, { phoneNumberId: other, fields: hook("/second") });
    expect(overridden()).toBe(hook("/second").webhookOverrideUrl);
    expect((await here.api("GET", `/connections/${first}`)).body).toMatchObject({
      webhookUrl: hook("/second").webhookOverrideUrl,
      delivery: "direct",
    });
  });

  test("has just used the phone: its heartbeat begins anew, and nothing is synchronized twice", async () => {
    const clock = fakeClock();
    const here = await scene({ clock }, { clock });
    const customer = here.customer();
    const { phoneNumberId } = customer;
    const coexistence = true;
    const id = await signUp(here, customer, { phoneNumberId, coexistence });
    const first = (await here.api("GET", `/connections/${id}`)).body;
    await clock.advance(5 * DAY_MS);
    await signUp(here, customer, { phoneNumberId, coexistence });
    expect((await here.event("connection.heartbeat.confirmed")).data).toMatchObject({
      connectionId: id,
      confirmedVia: "onboarding",
    });
    const second = (await here.api("GET", `/connections/${id}`)).body;
    expect(second.historySyncTriggeredAt).toBe(first.historySyncTriggeredAt);
    const later = (at: unknown) => Date.parse(String(at));
    expect(later(second.heartbeatNextDueAt) - later(first.heartbeatNextDueAt)).toBe(5 * DAY_MS);
  });
});
