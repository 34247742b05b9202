import { fakeClock, sink } from "@wabakit/testing";
import { describe, expect, onTestFinished, test } from "vitest";
import { NEW_NUMBER, type Scene, scene } from "./scene.ts";

const exchanges = ({ meta }: Scene) =>
  meta.requests.filter(({ path }) => path.endsWith("/oauth/access_token"));

/** Holds an answer, the session and the event to the same category, and to a sentence for the operator. */
async function expectStopped(here: Scene, sessionId: string, category: string): Promise<void> {
  const session = await here.session(sessionId);
  expect(session).toMatchObject({ status: "failed", errorCategory: category });
  expect(session.errorMessage).toMatch(/^[A-Z].{20,}/);
  const { data } = await here.event("onboarding.failed");
  expect(data).toMatchObject({
    sessionId,
    reason: "failed",
    errorCategory: category,
    errorMessage: session.errorMessage,
  });
}

/** A customer's endpoint that passes Meta's verification, or does not. */
async function endpoint(verifyToken: string) {
  const hook = await sink({ verifyToken });
  onTestFinished(hook.close);
  return hook.url;
}

describe("a code", () => {
  test("that has expired is told so, and another one ends well", async () => {
    const clock = fakeClock();
    const here = await scene({}, { clock });
    const customer = here.customer();
    const { sessionId } = await here.begin();
    const late = here.signUp(customer);
    await clock.advance(30_001);
    expect(await here.complete(sessionId, { code: late })).toMatchObject({
      status: 422,
      body: { error: { code: "code_exchange_failed", errorCategory: "code_expired" } },
    });
    await expectStopped(here, sessionId, "code_expired");
    const again = await here.complete(sessionId, { code: here.signUp(customer) });
    expect(again.body).toMatchObject({ status: "completed", errorCategory: null });
  });

  test("that was used before is told so", async () => {
    const here = await scene();
    const code = here.signUp(here.customer());
    const [first, second] = [await here.begin(), await here.begin()];
    await here.complete(first.sessionId, { code });
    expect(await here.complete(second.sessionId, { code })).toMatchObject({ status: 422 });
    await expectStopped(here, second.sessionId, "code_used");
  });

  test("is never exchanged again where nobody knows whether it was", async () => {
    const here = await scene();
    const code = here.signUp(here.customer());
    const { sessionId } = await here.begin();
    here.meta.fail({ path: "/oauth/access_token", error: "reset" });
    expect(await here.complete(sessionId, { code })).toMatchObject({
      status: 502,
      body: { error: { code: "meta_outcome_unknown", errorCategory: "exchange_ambiguous" } },
    });
    await expectStopped(here, sessionId, "exchange_ambiguous");
    expect(await here.resume(sessionId)).toMatchObject({
      status: 422,
      body: { error: { code: "token_required" } },
    });
    expect(exchanges(here)).toHaveLength(1);
  });

  test("of a permission that was switched off is told so", async () => {
    const here = await scene();
    const { sessionId } = await here.begin();
    const scopes = ["whatsapp_business_management"];
    const code = here.signUp({ ...here.customer(), scopes });
    expect((await here.complete(sessionId, { code })).status).toBe(422);
    await expectStopped(here, sessionId, "missing_permission");
  });
});

describe("an account or a number that the browser made up", () => {
  test("is refused, and nothing is told to Meta", async () => {
    const here = await scene();
    const [mine, theirs] = [here.customer(), here.customer()];
    for (const claim of [
      { wabaId: theirs.wabaId },
      { phoneNumberId: theirs.phoneNumberId },
      { wabaId: mine.wabaId, phoneNumberId: theirs.phoneNumberId },
    ]) {
      const { sessionId } = await here.begin();
      const answer = await here.complete(sessionId, { code: here.signUp(mine), ...claim });
      expect(answer.body.error).toMatchObject({ errorCategory: "waba_not_granted" });
    }
    expect(here.meta.subscriptionOf(mine.wabaId)).toBeUndefined();
    expect(here.meta.subscriptionOf(theirs.wabaId)).toBeUndefined();
    expect((await here.api("GET", "/connections")).body.data).toEqual([]);
  });

  test("with no number yet is told so, and goes on once there is one", async () => {
    const here = await scene();
    const { wabaId } = here.meta.addWaba();
    const { sessionId } = await here.begin();
    const code = here.meta.finishSignup({ wabaId, onlyWaba: true }).code;
    expect((await here.complete(sessionId, { code, wabaId })).status).toBe(409);
    await expectStopped(here, sessionId, "number_missing");
    here.meta.addNumber({ ...NEW_NUMBER, wabaId });
    expect((await here.resume(sessionId)).body).toMatchObject({ status: "completed" });
  });
});

describe("somebody else's", () => {
  test("number is refused, and stays with its tenant", async () => {
    const here = await scene();
    const customer = here.customer();
    const [first, second] = [await here.begin(), await here.begin({ tenantId: "globex" })];
    await here.complete(first.sessionId, { code: here.signUp(customer) });
    const { phoneNumberId } = customer;
    const code = here.signUp(customer);
    expect(await here.complete(second.sessionId, { code, phoneNumberId })).toMatchObject({
      status: 409,
      body: { error: { code: "number_in_use", errorCategory: "waba_conflict" } },
    });
    await expectStopped(here, second.sessionId, "waba_conflict");
    expect((await here.api("GET", "/connections?tenantId=acme")).body.data).toHaveLength(1);
  });

  test("webhook is not diverted, and says what differs", async () => {
    const here = await scene();
    const customer = here.customer(NEW_NUMBER, NEW_NUMBER);
    const [phoneNumberId, other] = customer.phoneNumberIds;
    const hook = { webhookVerifyToken: "verify" };
    const theirs = { ...hook, webhookOverrideUrl: `${await endpoint("verify")}/theirs` };
    const first = await here.begin(theirs);
    await here.complete(first.sessionId, { code: here.signUp(customer), phoneNumberId });
    const mine = { ...hook, webhookOverrideUrl: `${await endpoint("verify")}/mine` };
    const second = await here.begin({ tenantId: "globex", ...mine });
    const code = here.signUp(customer);
    const answer = await here.complete(second.sessionId, { code, phoneNumberId: other });
    expect(answer).toMatchObject({
      status: 409,
      body: {
        error: { code: "waba_webhook_conflict", mismatch: "url", errorCategory: "waba_conflict" },
      },
    });
    expect(here.meta.subscriptionOf(customer.wabaId)).toMatchObject({
      overrideCallbackUri: theirs.webhookOverrideUrl,
    });
  });
});

describe("what Meta refuses", () => {
  test("an endpoint that fails its verification: the override, and siblings keep theirs", async () => {
    const here = await scene();
    const { sessionId } = await here.begin({
      webhookOverrideUrl: `${await endpoint("another")}/hook`,
      webhookVerifyToken: "verify",
      skipWebhookPreflight: true,
    });
    const customer = here.customer();
    const code = here.signUp(customer);
    expect((await here.complete(sessionId, { code })).status).toBe(422);
    await expectStopped(here, sessionId, "override_refused");
    expect(here.meta.subscriptionOf(customer.wabaId)).toBeUndefined();
  });

  test("a PIN that is not the number's: it is asked for, once, and then it works", async () => {
    const here = await scene();
    const customer = here.customer({ ...NEW_NUMBER, pin: "123456" });
    const { sessionId } = await here.begin();
    expect((await here.complete(sessionId, { code: here.signUp(customer) })).status).toBe(422);
    await expectStopped(here, sessionId, "pin_required");
    const { connectionId } = await here.session(sessionId);
    const path = `/connections/${connectionId}`;
    expect((await here.api("GET", path)).body).toMatchObject({
      status: "pending",
      statusReason: "not_registered",
    });

    expect(await here.resume(sessionId)).toMatchObject({
      status: 400,
      body: { error: { code: "invalid_request", fields: [{ path: "pin" }] } },
    });
    expect((await here.resume(sessionId, { pin: "123456" })).body.status).toBe("completed");
    expect((await here.api("GET", path)).body).toMatchObject({ status: "active" });
    const tries = here.meta.requests.filter(({ path }) => path.endsWith("/register"));
    expect(tries).toHaveLength(2);
    expect(exchanges(here)).toHaveLength(1);
  });

  test("a number that is not verified: not tried again by itself", async () => {
    const here = await scene();
    const fields = { code_verification_status: "NOT_VERIFIED" };
    const customer = here.customer({ ...NEW_NUMBER, fields });
    const { sessionId } = await here.begin();
    await here.complete(sessionId, { code: here.signUp(customer) });
    await expectStopped(here, sessionId, "register_refused");
    const tries = here.meta.requests.filter(({ path }) => path.endsWith("/register"));
    expect(tries).toHaveLength(1);
  });

  test("while Meta is down: it goes on where it stopped, with the token it has", async () => {
    const here = await scene();
    const { sessionId } = await here.begin();
    here.meta.fail({ path: "/debug_token", error: "html", times: 3 });
    const code = here.signUp(here.customer());
    expect((await here.complete(sessionId, { code })).status).toBe(503);
    await expectStopped(here, sessionId, "meta_unavailable");
    expect((await here.resume(sessionId)).body).toMatchObject({ status: "completed" });
    expect(exchanges(here)).toHaveLength(1);
  });
});

test("a connection that was removed meanwhile is made again", async () => {
  const here = await scene();
  const customer = here.customer({ ...NEW_NUMBER, pin: "123456" });
  const { sessionId } = await here.begin();
  await here.complete(sessionId, { code: here.signUp(customer) });
  const { connectionId } = await here.session(sessionId);
  await here.api("DELETE", `/connections/${connectionId}`);
  const { body } = await here.resume(sessionId, { pin: "123456" });
  expect(body).toMatchObject({ status: "completed" });
  expect(body.connectionId).not.toBe(connectionId);
  expect((await here.api("GET", `/connections/${body.connectionId}`)).status).toBe(200);
});
