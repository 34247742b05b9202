import { fakeClock } from "@wabakit/testing";
import { describe, expect, it } from "vitest";
import { callback, start } from "./scene.ts";

const DAY_MS = 24 * 60 * 60 * 1000;

/** A number of the customer's, as its access. */
async function startNumber(
  number: Omit<
    Parameters<Awaited<ReturnType<typeof start>>["meta"]["addNumber"]>[0],
    "wabaId"
  > = {},
  options: Parameters<typeof start>[0] = {},
) {
  const here = await start(options);
  const { wabaId, token } = here.access;
  const { phoneNumberId } = here.meta.addNumber({ wabaId, ...number });
  return { ...here, number: { phoneNumberId, token } };
}

describe("the callback of a number", () => {
  it("is set after Meta's verification, read back by level, and removed", async () => {
    const { meta, graph, access, number } = await startNumber();
    const url = await callback("shh");
    meta.subscribeApp({ ...access, overrideCallbackUri: "https://tenant.example.com" });
    meta.setAppCallback({ callbackUrl: "https://app.example.com" });
    await graph.setNumberOverride(number, { url, verifyToken: "shh" });
    expect(await graph.getWebhookConfiguration(number)).toEqual({
      phoneNumber: url,
      waba: "https://tenant.example.com",
      application: "https://app.example.com",
    });
    await graph.setNumberOverride(number, null);
    expect(meta.numberOverrideOf(number.phoneNumberId)).toBeUndefined();
    expect(await graph.getWebhookConfiguration(number)).toMatchObject({ phoneNumber: null });
  });

  it("that does not pass leaves the one before it, and no secret in the failure", async () => {
    const { meta, graph, access, number } = await startNumber();
    meta.subscribeApp(access);
    const before = await callback("shh");
    await graph.setNumberOverride(number, { url: before, verifyToken: "shh" });
    const override = { url: before, verifyToken: "canary-verify-token" };
    const attempt = graph.setNumberOverride(number, override);
    const failure: unknown = await attempt.catch((error: unknown) => error);
    expect(failure).toMatchObject({ code: "webhook_subscribe_failed" });
    expect(JSON.stringify(failure)).not.toContain("canary");
    expect(meta.numberOverrideOf(number.phoneNumberId)).toBe(before);
  });

  it("of an account that the app is not subscribed to is refused", async () => {
    const { graph, number } = await startNumber();
    const url = await callback("shh");
    const attempt = graph.setNumberOverride(number, { url, verifyToken: "shh" });
    await expect(attempt).rejects.toMatchObject({ code: "meta_rejected" });
  });
});

describe("the health of a number", () => {
  it("is told with everything its messages need", async () => {
    const { meta, graph, access, number } = await startNumber();
    const reason = { code: 141006, description: "Payment failed.", possibleSolution: "Pay." };
    meta.setHealth("WABA", access.wabaId, { canSendMessage: "BLOCKED", errors: [reason] });
    const health = await graph.getNumberHealth(number);
    expect(health).toMatchObject({
      healthStatus: "BLOCKED",
      qualityRating: "GREEN",
      accountMode: "LIVE",
      messagingTier: "TIER_2K",
      nameStatus: "APPROVED",
      newNameStatus: "NONE",
      codeVerificationStatus: "VERIFIED",
      status: "CONNECTED",
      platformType: "CLOUD_API",
      isOnBizApp: false,
    });
    expect(health.entities).toContainEqual({
      type: "WABA",
      canSendMessage: "BLOCKED",
      additionalInfo: [],
      errors: [reason],
    });
    expect(health.entities.map(({ type }) => type)).toContain("BUSINESS");
  });
});

describe("a registration", () => {
  const unregistered = { platformType: "NOT_APPLICABLE", pin: "111111" } as const;

  it("takes the number's PIN, and no other; a failure does not tell which", async () => {
    const { graph, number } = await startNumber(unregistered);
    const wrong = graph.registerNumber({ ...number, pin: "987654" });
    const failure: unknown = await wrong.catch((error: unknown) => error);
    expect(failure).toMatchObject({ code: "meta_rejected", context: { meta: { code: 133005 } } });
    expect(JSON.stringify(failure)).not.toContain("987654");
    await graph.registerNumber({ ...number, pin: "111111" });
    expect(await graph.getNumberHealth(number)).toMatchObject({ platformType: "CLOUD_API" });
  });

  it("is asked for once, though nobody knows whether it was done", async () => {
    const { meta, graph, number } = await startNumber(unregistered);
    meta.fail({ path: /\/register$/, error: "reset", afterEffect: true });
    const attempt = graph.registerNumber({ ...number, pin: "111111" });
    await expect(attempt).rejects.toMatchObject({ code: "meta_outcome_unknown" });
    expect(meta.requests).toHaveLength(1);
  });

  it("is refused for a number that the WhatsApp Business app has", async () => {
    const { graph, number } = await startNumber({ isOnBizApp: true });
    const attempt = graph.registerNumber({ ...number, pin: "111111" });
    await expect(attempt).rejects.toMatchObject({ code: "meta_rejected" });
  });
});

describe("a synchronization", () => {
  it("can be asked for again: it was done then", async () => {
    const { meta, graph, number } = await startNumber({ isOnBizApp: true });
    for (const type of ["smb_app_state_sync", "history", "history"] as const) {
      await graph.requestSync({ ...number, type });
    }
    expect(meta.requests).toHaveLength(3);
  });

  it("comes too late a day after onboarding", async () => {
    const clock = fakeClock();
    const { graph, number } = await startNumber({ isOnBizApp: true }, { clock });
    await clock.advance(2 * DAY_MS);
    const attempt = graph.requestSync({ ...number, type: "history" });
    const context = { meta: { code: 2593108 } };
    await expect(attempt).rejects.toMatchObject({ code: "meta_rejected", context });
  });
});

describe("the app's own webhooks", () => {
  it("are set after Meta's verification, and read back", async () => {
    const { graph } = await start();
    const callbackUrl = await callback("shh");
    expect(await graph.getAppSubscription()).toBeNull();
    const fields = ["messages", "account_update"];
    await graph.setAppSubscription({ callbackUrl, verifyToken: "shh", fields });
    expect(await graph.getAppSubscription()).toEqual({
      callbackUrl,
      active: true,
      fields: fields.map((name) => ({ name, version: "v25.0" })),
    });
  });

  it("are refused with what Meta met with, and without the token", async () => {
    const { graph, meta } = await start();
    const callbackUrl = await callback("shh");
    const wish = { callbackUrl, verifyToken: "canary-verify-token", fields: ["messages"] };
    const failure: unknown = await graph.setAppSubscription(wish).catch((error: unknown) => error);
    expect(failure).toMatchObject({ code: "webhook_subscribe_failed" });
    const text = JSON.stringify(failure);
    expect(text).toContain("HTTP Status Code = 403");
    for (const secret of ["canary", meta.app.appSecret]) expect(text).not.toContain(secret);
    expect(meta.requests.filter(({ url }) => url.includes(meta.app.appSecret))).toEqual([]);
  });
});
