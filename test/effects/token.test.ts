import { describe, expect, test } from "vitest";
import { type Subject, subject } from "./scene.ts";

const refresh = ({ api, connectionId }: Subject) =>
  api("POST", `/connections/${connectionId}/health/refresh`, { body: {} });

describe("an access token that Meta takes no longer", () => {
  test("is told once, by whichever call has found out, and the number goes on to receive", async () => {
    const here = await subject();
    here.meta.revokeToken(here.accessToken, "password_changed");
    for (let time = 0; time < 3; time += 1)
      expect(await refresh(here)).toMatchObject({ status: 424 });
    await expect
      .poll(() => here.toldOf("connection.token_expired"))
      .toMatchObject([{ connectionId: here.connectionId, tenantId: "acme", tokenExpiresAt: null }]);
    expect(await here.connection()).toMatchObject({
      status: "active",
      statusReason: "token_expired",
    });
    const { wabaId, phoneNumberId } = here;
    const message = here.meta.textMessage({ wabaId, phoneNumberId, body: "hi" });
    await here.meta.send(here.callbackUrl, message);
    await expect.poll(() => here.toldOf("message.received")).toHaveLength(1);
    expect(here.toldOf("connection.token_expired")).toHaveLength(1);
  });

  test("is told by a change of the account, too, and forgotten with another token", async () => {
    const here = await subject();
    here.meta.revokeToken(here.accessToken, "password_changed");
    const path = `/connections/${here.connectionId}`;
    const webhook = { webhookUrl: "https://acme.example.com/", webhookVerifyToken: "acme-verify" };
    expect(await here.api("PATCH", path, { body: webhook })).toMatchObject({ status: 424 });
    await expect.poll(() => here.toldOf("connection.token_expired")).toHaveLength(1);

    const accessToken = here.meta.issueToken({ wabaIds: [here.wabaId] });
    const put = await here.api("PUT", `/wabas/${here.wabaId}/access-token`, {
      body: { accessToken },
    });
    expect(put).toMatchObject({ status: 200 });
    expect(await here.connection()).toMatchObject({ status: "active", statusReason: null });
    expect(await refresh(here)).toMatchObject({ status: 200 });
  });

  test("is told by Meta's word that the app was thrown out", async () => {
    const here = await subject();
    await here.tell("account_update", { event: "PARTNER_APP_UNINSTALLED" });
    await expect.poll(() => here.toldOf("connection.token_expired")).toHaveLength(1);
    expect(await here.connection()).toMatchObject({ statusReason: "app_uninstalled" });
  });

  test("is taken for dead no longer once Meta takes it again", async () => {
    const here = await subject();
    const path = /phone_numbers|subscribed_apps|\/\d+$/;
    here.meta.fail({ path, error: { code: 190, message: "Try again" } });
    await refresh(here);
    expect(await here.connection()).toMatchObject({ statusReason: "token_expired" });
    expect(await refresh(here)).toMatchObject({ status: 200 });
    expect(await here.connection()).toMatchObject({ status: "active", statusReason: null });
  });

  test("because the customer took the permission back ends the connection", async () => {
    const here = await subject();
    here.meta.revokeToken(here.accessToken, "app_removed");
    expect(await refresh(here)).toMatchObject({ status: 424 });
    await expect
      .poll(() => here.toldOf("connection.disconnected"))
      .toMatchObject([{ connectionId: here.connectionId, reason: "token_revoked" }]);
    expect(await here.connection()).toMatchObject({
      status: "disconnected",
      statusReason: "token_revoked",
    });
  });
});
