import { expect, onTestFinished, test } from "vitest";
import { sink } from "../sink.ts";
import { fakeMeta } from "./fake-meta.ts";

async function startMeta() {
  const meta = await fakeMeta({ appSecret: "app-secret", verifyToken: "app-token" });
  const platform = await sink({ verifyToken: "app-token" });
  onTestFinished(meta.close);
  onTestFinished(platform.close);
  const { appId } = meta.app;
  const subscriptions = async (
    method: string,
    params: Record<string, string> = {},
    bearer = `${appId}|app-secret`,
  ) => {
    const url = `${meta.url}/v24.0/${appId}/subscriptions?${new URLSearchParams(params)}`;
    const answer = await fetch(url, { method, headers: { authorization: `Bearer ${bearer}` } });
    return { status: answer.status, body: JSON.parse(await answer.text()) };
  };
  const valid = {
    object: "whatsapp_business_account",
    callback_url: `${platform.url}/meta`,
    verify_token: "app-token",
    fields: "messages,account_update",
  };
  return { meta, platform, subscriptions, valid };
}

test("registers the app's callback after a handshake, and reads it back", async () => {
  const { platform, subscriptions, valid } = await startMeta();
  expect((await subscriptions("GET")).body).toEqual({ data: [] });
  expect(await subscriptions("POST", valid)).toEqual({ status: 200, body: { success: true } });
  expect(platform.handshakes).toHaveLength(1);
  expect((await subscriptions("GET")).body.data).toEqual([
    {
      object: "whatsapp_business_account",
      callback_url: `${platform.url}/meta`,
      active: true,
      fields: [
        { name: "messages", version: "v24.0" },
        { name: "account_update", version: "v24.0" },
      ],
    },
  ]);
});

test("removes single fields, and with the last one the subscription", async () => {
  const { subscriptions, valid } = await startMeta();
  await subscriptions("POST", valid);
  await subscriptions("DELETE", { fields: "messages" });
  const { data } = (await subscriptions("GET")).body;
  expect(data[0].fields).toEqual([{ name: "account_update", version: "v24.0" }]);
  await subscriptions("DELETE", { object: "whatsapp_business_account" });
  expect((await subscriptions("GET")).body).toEqual({ data: [] });
});

test("refuses other tokens, objects, fields and callbacks", async () => {
  const { meta, subscriptions, valid } = await startMeta();
  const other = meta.addApp({ appSecret: "other-secret" });
  const refusals: [Record<string, string>, string | undefined, number, number][] = [
    [valid, meta.issueToken(), 400, 15],
    [valid, `${other.appId}|other-secret`, 403, 200],
    [{ ...valid, object: "page" }, undefined, 400, 100],
    [{ ...valid, fields: "messages,nonsense" }, undefined, 400, 100],
    [{ ...valid, fields: "" }, undefined, 400, 100],
    [{ ...valid, verify_token: "wrong" }, undefined, 400, 2200],
  ];
  for (const [params, bearer, status, code] of refusals) {
    const refused = await subscriptions("POST", params, bearer);
    expect(refused).toMatchObject({ status, body: { error: { code } } });
  }
  expect((await subscriptions("GET")).body).toEqual({ data: [] });
});

test("runs the dashboard's handshake for a test", async () => {
  const { meta, platform } = await startMeta();
  const { verifyToken } = meta.app;
  await meta.handshake({ url: platform.url, verifyToken });
  const refused = meta.handshake({ url: platform.url, verifyToken: "wrong" });
  await expect(refused).rejects.toMatchObject({ fields: { code: 2200 } });
});
