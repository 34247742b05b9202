import { describe, expect, it } from "vitest";
import { claimOf, scene } from "./connections/scene.ts";

const SECONDS = /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\dZ$/;
const THIRTEEN_DAYS_MS = 13 * 24 * 60 * 60 * 1000;

describe("connecting a number", () => {
  it("answers 201 with everything the API says of a connection", async () => {
    const here = await scene();
    const account = here.account({
      displayPhoneNumber: "+1 555-010-0142",
      verifiedName: "Acme Flowers",
      isOnBizApp: true,
    });
    const { status, body } = await here.connect({ ...claimOf(account), metadata: { plan: "pro" } });
    expect(status).toBe(201);
    expect(body).toEqual({
      connectionId: expect.stringMatching(/^conn_[0-9a-z]{26}$/),
      name: "Acme Flowers",
      wabaId: account.wabaId,
      phoneNumberId: account.phoneNumberId,
      displayPhoneNumber: "+15550100142",
      verifiedName: "Acme Flowers",
      webhookUrl: null,
      delivery: "events",
      overrideScope: "waba",
      webhookState: "none",
      status: "active",
      statusReason: null,
      tenantId: "acme",
      metadata: { plan: "pro" },
      connectionMode: "coexistence",
      coexistenceStatus: "active",
      historySyncTriggeredAt: null,
      contactSyncTriggeredAt: null,
      heartbeatApplies: true,
      heartbeatStatus: "OK",
      heartbeatLastConfirmedAt: expect.stringMatching(SECONDS),
      heartbeatNextDueAt: expect.stringMatching(SECONDS),
      heartbeatReminderSentAt: null,
      tokenExpiresAt: null,
      billingSuspendedAt: null,
      disconnectedAt: null,
      createdAt: expect.stringMatching(SECONDS),
      updatedAt: expect.stringMatching(SECONDS),
    });
    const { heartbeatLastConfirmedAt, heartbeatNextDueAt } = body;
    const periodMs =
      Date.parse(`${heartbeatNextDueAt}`) - Date.parse(`${heartbeatLastConfirmedAt}`);
    expect(periodMs).toBe(THIRTEEN_DAYS_MS);
    expect((await here.api("GET", `/connections/${body.connectionId}`)).body).toEqual(body);
    expect((await here.api("GET", "/connections")).body).toEqual({
      data: [body],
      nextCursor: null,
    });
    expect(here.meta.subscriptionOf(account.wabaId)).toEqual({});
  });

  it.each([
    [true, "coexistence", "active", true],
    [false, "cloud_api", "not_applicable", false],
    [null, "unknown", "unknown", true],
  ])("whose is_on_biz_app is %s makes it %s", async (flag, mode, coexistence, applies) => {
    const here = await scene();
    const { body } = await here.connect(claimOf(here.account({ fields: { is_on_biz_app: flag } })));
    expect(body).toMatchObject({
      connectionMode: mode,
      coexistenceStatus: coexistence,
      heartbeatApplies: applies,
    });
    const { heartbeatStatus, heartbeatLastConfirmedAt, heartbeatNextDueAt } = body;
    const fields = [heartbeatStatus, heartbeatLastConfirmedAt, heartbeatNextDueAt];
    expect(fields.filter((field) => field === null)).toHaveLength(applies ? 0 : 3);
  });

  it("again answers 200 with the same id, and what is new", async () => {
    const here = await scene();
    const account = here.account();
    const first = await here.connect({
      ...claimOf(account),
      name: "Main",
      metadata: { plan: "pro" },
    });
    here.meta.updateNumber(account.phoneNumberId, { verified_name: "Renamed" });
    const again = await here.connect({ ...claimOf(account), metadata: { plan: "basic" } });
    expect(again).toMatchObject({
      status: 200,
      body: { name: "Main", verifiedName: "Renamed", metadata: { plan: "basic" } },
    });
    expect(again.body.connectionId).toBe(first.body.connectionId);
    expect(again.body.createdAt).toBe(first.body.createdAt);
    const { body } = await here.api("GET", "/connections");
    expect(body.data).toHaveLength(1);
  });

  it("takes the account it is told, of several the token is good for", async () => {
    const here = await scene();
    const [one, other] = [here.account(), here.account()];
    const accessToken = here.meta.issueToken({ wabaIds: [one.wabaId, other.wabaId] });
    const claim = { phoneNumberId: other.phoneNumberId, accessToken };
    expect(await here.connect({ ...claim, wabaId: one.wabaId })).toMatchObject({ status: 400 });
    expect(await here.connect({ ...claim, wabaId: other.wabaId })).toMatchObject({ status: 201 });
  });

  it("finds the account among those the token is good for", async () => {
    const here = await scene();
    const [one, other] = [here.account(), here.account()];
    const accessToken = here.meta.issueToken({ wabaIds: [one.wabaId, other.wabaId] });
    const { body } = await here.connect({ phoneNumberId: other.phoneNumberId, accessToken });
    expect(body.wabaId).toBe(other.wabaId);
  });

  it("shows when the token expires", async () => {
    const here = await scene();
    const { wabaId, phoneNumberId } = here.account();
    const expiresAt = Date.parse("2100-01-02T03:04:05Z");
    const accessToken = here.meta.issueToken({ wabaIds: [wabaId], expiresAt });
    const { body } = await here.connect({ phoneNumberId, accessToken });
    expect(body.tokenExpiresAt).toBe("2100-01-02T03:04:05Z");
  });
});

describe("webhooks of the account", () => {
  it("are asked for once, and not again for a sibling", async () => {
    const here = await scene();
    const account = here.account();
    const { phoneNumberId } = here.meta.addNumber({ wabaId: account.wabaId });
    await here.connect(claimOf(account));
    await here.connect({ ...claimOf(account), phoneNumberId });
    const writes = here.meta.requests.filter(({ method }) => method !== "GET");
    expect(writes).toMatchObject([{ method: "POST", path: `/${account.wabaId}/subscribed_apps` }]);
    expect(writes[0]?.body).toBe("");
  });

  it("that go elsewhere are left alone, and every number of the account says so", async () => {
    const here = await scene();
    const account = here.account();
    const { phoneNumberId } = here.meta.addNumber({ wabaId: account.wabaId });
    const first = await here.connect(claimOf(account));
    const overrideCallbackUri = "https://elsewhere.example.com/hook";
    here.meta.subscribeApp({ wabaId: account.wabaId, overrideCallbackUri });
    const before = here.meta.requests.length;

    const second = await here.connect({ ...claimOf(account), phoneNumberId });
    expect(second).toMatchObject({ status: 201, body: { statusReason: "override_in_place" } });
    expect(here.meta.subscriptionOf(account.wabaId)).toEqual({ overrideCallbackUri });
    expect(here.meta.requests.slice(before).filter(({ method }) => method !== "GET")).toEqual([]);
    const sibling = await here.api("GET", `/connections/${first.body.connectionId}`);
    expect(sibling.body).toMatchObject({ status: "active", statusReason: "override_in_place" });
  });

  it("that come back here are said to, once one of the numbers is connected again", async () => {
    const here = await scene();
    const account = here.account();
    const overrideCallbackUri = "https://elsewhere.example.com/hook";
    here.meta.subscribeApp({ wabaId: account.wabaId, overrideCallbackUri });
    expect((await here.connect(claimOf(account))).body.statusReason).toBe("override_in_place");
    here.meta.subscribeApp({ wabaId: account.wabaId });
    expect((await here.connect(claimOf(account))).body.statusReason).toBeNull();
  });
});
