import { describe, expect, it } from "vitest";
import { healthScene, refusal } from "./scene.ts";

const OK = { verdict: "ok", message: expect.stringMatching(/\.$/) };
const failed = (says: RegExp) => ({ verdict: "failed", message: expect.stringMatching(says) });

describe("a test of a connection", () => {
  it("finds token, number, account and subscription in order", async () => {
    const { ask, connectionId } = await healthScene();
    const { status, body } = await ask("POST", "/test");
    expect(status).toBe(200);
    expect(body).toEqual({
      connectionId,
      token: OK,
      number: OK,
      waba: OK,
      subscription: OK,
      displayPhoneNumber: "+1 555-010-0001",
      verifiedName: "Lucky Shrub 1",
      qualityRating: "GREEN",
    });
  });

  it("is also a method of the hub", async () => {
    const { hub, connectionId } = await healthScene();
    expect(await hub.connections.test(connectionId)).toMatchObject({ token: { verdict: "ok" } });
  });

  it("answers what is wrong with a dead token, and with all that hangs on it", async () => {
    const { ask, meta, account } = await healthScene();
    meta.revokeToken(account.accessToken);
    const { status, body } = await ask("POST", "/test");
    expect(status).toBe(200);
    expect(body).toMatchObject({
      token: failed(/no longer valid/),
      number: failed(/./),
      waba: failed(/./),
      subscription: failed(/./),
      displayPhoneNumber: null,
      verifiedName: null,
      qualityRating: null,
    });
    expect(JSON.stringify(body)).not.toContain(account.accessToken);
  });

  it("blames the hub's own app where Meta does not take that", async () => {
    const { ask, meta } = await healthScene();
    const error = { code: 190, message: "Error validating application." };
    meta.fail({ path: "/debug_token", error });
    const { body } = await ask("POST", "/test");
    expect(body).toMatchObject({ token: failed(/own app/), number: OK });
  });

  it.each([
    [{ platform_type: "NOT_APPLICABLE" }, /not registered/],
    [{ status: "BANNED" }, /banned/],
  ])("answers what is wrong with a number that is %o", async (fields, says) => {
    const { ask, meta, account } = await healthScene();
    meta.updateNumber(account.phoneNumberId, fields);
    const { body } = await ask("POST", "/test");
    expect(body).toMatchObject({ number: failed(says), token: OK, waba: OK, subscription: OK });
  });

  it("answers that a number is gone", async () => {
    const { ask, meta, account } = await healthScene();
    meta.removeNumber(account.phoneNumberId);
    expect((await ask("POST", "/test")).body).toMatchObject({ number: failed(/./), waba: OK });
  });

  it("answers that Meta has rejected the account, and that we are not subscribed", async () => {
    const { ask, meta, account } = await healthScene();
    meta.updateWaba(account.wabaId, { account_review_status: "REJECTED" });
    await fetch(`${meta.url}/v25.0/${account.wabaId}/subscribed_apps`, {
      method: "DELETE",
      headers: { authorization: `Bearer ${account.accessToken}` },
    });
    const { body } = await ask("POST", "/test");
    const subscription = failed(/not subscribed/);
    expect(body).toMatchObject({ waba: failed(/REJECTED/), subscription, token: OK, number: OK });
  });

  it("changes nothing, at Meta and here", async () => {
    const { ask, meta } = await healthScene();
    const before = { asked: meta.requests.length, shown: (await ask("GET", "")).body };
    await ask("POST", "/test");
    const methods = meta.requests.slice(before.asked).map(({ method }) => method);
    expect(methods).toEqual(["GET", "GET", "GET", "GET"]);
    expect((await ask("GET", "")).body).toEqual(before.shown);
    expect((await ask("GET", "/health")).body.health).toBeNull();
  });

  it.each([
    ["is away", "reset", 503, "meta_unavailable"],
    ["throttles", { code: 4 }, 429, "meta_throttled"],
  ] as const)("has no answer while Meta %s", async (_what, error, status, code) => {
    const { ask, meta } = await healthScene();
    meta.fail({ path: /./, error, times: Number.POSITIVE_INFINITY });
    expect(await ask("POST", "/test")).toMatchObject(refusal(status, code));
  });
});
