import { describe, expect, test } from "vitest";
import { type Subject, subject } from "./scene.ts";

const removal = (reason: string) => ({
  event: "PARTNER_REMOVED",
  disconnection_info: { reason, initiated_by: "SYSTEM" },
});
const ban = (waba_ban_state: string) => ({
  event: "DISABLED_UPDATE",
  ban_info: { waba_ban_state, waba_ban_date: "April 17, 2026" },
});

/** The newest event of the account itself reaches its tenant, whatever became of the connection. */
function expectTold({ heard }: Subject) {
  expect(heard.filter(({ type }) => type === "webhook.unrouted")).toEqual([]);
}

/** As Meta does when a number is offboarded. */
async function unsubscribe({ meta, wabaId, accessToken }: Subject) {
  const headers = { authorization: `Bearer ${accessToken}` };
  await fetch(`${meta.url}/v25.0/${wabaId}/subscribed_apps`, { method: "DELETE", headers });
  expect(meta.subscriptionOf(wabaId)).toBeUndefined();
}

describe("Meta's word ends a connection", () => {
  test.each([
    ["that the account is no longer shared", { event: "PARTNER_REMOVED" }, "meta_partner_removed"],
    ["of an idle phone", removal("PRIMARY_INACTIVITY"), "primary_inactivity"],
    ["of an idle companion", removal("COMPANION_INACTIVITY"), "companion_inactivity"],
    ["of a reason of its own", removal("CHANGE_NUMBER"), "meta_partner_removed"],
    ["that the app was thrown out", { event: "PARTNER_APP_UNINSTALLED" }, "app_uninstalled"],
    ["of an offboarding", { event: "ACCOUNT_OFFBOARDED" }, "offboarded"],
    ["that the account is deleted", { event: "ACCOUNT_DELETED" }, "account_deleted"],
  ])("%s", async (_what, value, reason) => {
    const here = await subject();
    await here.tell("account_update", value);
    await expect.poll(async () => (await here.connection()).status).toBe("disconnected");
    expect(await here.connection()).toMatchObject({
      connectionId: here.connectionId,
      statusReason: reason,
      disconnectedAt: expect.any(String),
    });
    expect(here.toldOf("connection.disconnected")).toMatchObject([
      { connectionId: here.connectionId, tenantId: "acme", reason },
    ]);
    expect(here.toldOf("connection.status_changed").at(-1)).toMatchObject({
      from: "active",
      to: "disconnected",
    });
    expectTold(here);
  });

  test("once, however often it is said", async () => {
    const here = await subject();
    const at = Date.now();
    await here.tell("account_update", { event: "PARTNER_REMOVED" }, at);
    await here.meta.send(
      here.callbackUrl,
      here.meta.change({
        wabaId: here.wabaId,
        field: "account_update",
        value: { event: "PARTNER_REMOVED" },
        at,
      }),
    );
    await here.tell("account_update", { event: "ACCOUNT_DELETED" }, at + 1_000);
    await expect.poll(() => here.toldOf("webhook.unrouted").length).toBe(1);
    expect(here.toldOf("connection.disconnected")).toHaveLength(1);
    expect(await here.connection()).toMatchObject({ statusReason: "meta_partner_removed" });
  });

  test("only of the number that it names", async () => {
    const here = await subject();
    const sibling = here.meta.addNumber({
      wabaId: here.wabaId,
      displayPhoneNumber: "+1 555-010-0002",
      isOnBizApp: true,
    });
    const { accessToken } = here;
    const { body } = await here.connect({ phoneNumberId: sibling.phoneNumberId, accessToken });
    await here.tell("account_update", { event: "PARTNER_REMOVED", phone_number: "15550100002" });
    await expect
      .poll(async () => (await here.connection(String(body.connectionId))).status)
      .toBe("disconnected");
    expect(await here.connection()).toMatchObject({ status: "active" });
  });

  test("of the phone leaves numbers alone that no phone shares", async () => {
    const here = await subject();
    const { phoneNumberId } = here.meta.addNumber({ wabaId: here.wabaId, isOnBizApp: false });
    const { accessToken } = here;
    const { body } = await here.connect({ phoneNumberId, accessToken });
    await here.tell("account_update", removal("PRIMARY_INACTIVITY"));
    await expect.poll(async () => (await here.connection()).status).toBe("disconnected");
    expect(await here.connection(String(body.connectionId))).toMatchObject({ status: "active" });
  });

  test("but not that another app was thrown out", async () => {
    const here = await subject();
    const waba_info = { waba_id: here.wabaId, partner_app_id: "999" };
    await here.tell("account_update", { event: "PARTNER_APP_UNINSTALLED", waba_info });
    expect(await here.connection()).toMatchObject({ status: "active", statusReason: null });
  });

  test("not when it is older than that the account was shared again", async () => {
    const here = await subject();
    const now = Date.now();
    const waba_info = { waba_id: here.wabaId };
    await here.tell("account_update", { event: "PARTNER_ADDED", waba_info }, now);
    await here.tell("account_update", { event: "PARTNER_REMOVED", waba_info }, now - 60_000);
    expect(await here.connection()).toMatchObject({ status: "active" });
  });
});

describe("a number that Meta has ended", () => {
  test("is back under its id when Meta says so, and subscribed again", async () => {
    const here = await subject();
    await here.tell("account_update", removal("PRIMARY_INACTIVITY"), Date.now());
    await expect.poll(async () => (await here.connection()).status).toBe("disconnected");
    await unsubscribe(here);
    await here.tell("account_update", { event: "ACCOUNT_RECONNECTED" }, Date.now() + 1_000);
    await expect.poll(async () => (await here.connection()).status).toBe("active");
    expect(await here.connection()).toMatchObject({
      connectionId: here.connectionId,
      statusReason: null,
      disconnectedAt: null,
      heartbeatStatus: "OK",
    });
    await expect.poll(() => here.meta.subscriptionOf(here.wabaId)).toEqual({});
    expect(here.toldOf("connection.status_changed").at(-1)).toMatchObject({
      from: "disconnected",
      to: "active",
      reason: null,
    });
    expectTold(here);
  });

  test("is no number of the tenant's any more: its messages are unrouted", async () => {
    const here = await subject();
    await here.tell("account_update", { event: "PARTNER_REMOVED" });
    await expect.poll(async () => (await here.connection()).status).toBe("disconnected");
    const { wabaId, phoneNumberId } = here;
    await here.meta.send(
      here.callbackUrl,
      here.meta.textMessage({ wabaId, phoneNumberId, body: "hi" }),
    );
    await expect
      .poll(() => here.toldOf("webhook.unrouted"))
      .toMatchObject([{ reason: "not_connected", phoneNumberId }]);
  });
});

describe("an account that Meta has disabled", () => {
  test("is suspended until Meta takes it back, and nobody else can resume it", async () => {
    const here = await subject();
    await here.tell("account_update", ban("DISABLE"), Date.now());
    await expect.poll(async () => (await here.connection()).status).toBe("suspended");
    expect(await here.connection()).toMatchObject({
      statusReason: "meta_disabled",
      billingSuspendedAt: null,
    });
    const refused = await here.api("POST", `/connections/${here.connectionId}/resume`, {
      body: {},
    });
    expect(refused).toMatchObject({ status: 409, body: { error: { code: "suspended_by_meta" } } });

    await here.tell("account_update", ban("REINSTATE"), Date.now() + 1_000);
    await expect.poll(async () => (await here.connection()).status).toBe("active");
    expect(here.toldOf("connection.status_changed").map(({ to }) => to)).toEqual([
      "suspended",
      "active",
    ]);
  });

  test("stays suspended by the host, who had done so before", async () => {
    const here = await subject();
    const path = `/connections/${here.connectionId}`;
    await here.api("POST", `${path}/suspend`, { body: {} });
    await here.tell("account_update", ban("DISABLE"), Date.now());
    await expect.poll(async () => (await here.connection()).statusReason).toBe("meta_disabled");
    expect(await here.api("POST", `${path}/resume`, { body: {} })).toMatchObject({ status: 409 });
    await here.tell("account_update", ban("REINSTATE"), Date.now() + 1_000);
    await expect.poll(async () => (await here.connection()).statusReason).toBe("billing_suspended");
    expect(await here.api("POST", `${path}/resume`, { body: {} })).toMatchObject({ status: 200 });
    expect(await here.connection()).toMatchObject({ status: "active" });
  });

  test("one day is not suspended yet", async () => {
    const here = await subject();
    await here.tell("account_update", ban("SCHEDULE_FOR_DISABLE"));
    expect(await here.connection()).toMatchObject({ status: "active" });
  });
});
