import { expect, onTestFinished, test } from "vitest";
import { sink } from "../sink.ts";
import { fakeMeta } from "./fake-meta.ts";

async function startMeta() {
  const meta = await fakeMeta();
  const tenant = await sink({ verifyToken: "number-token" });
  onTestFinished(meta.close);
  onTestFinished(tenant.close);
  const { wabaId } = meta.addWaba();
  const { phoneNumberId } = meta.addNumber({ wabaId });
  const token = meta.issueToken({ wabaIds: [wabaId] });
  const call = async (init: RequestInit, query = "") => {
    const headers = { authorization: `Bearer ${token}`, ...init.headers };
    const answer = await fetch(`${meta.url}/v25.0/${phoneNumberId}${query}`, { ...init, headers });
    return { status: answer.status, body: JSON.parse(await answer.text()) };
  };
  const override = (override_callback_uri: string, verify_token = "number-token") =>
    call({
      method: "POST",
      headers: { "content-type": "application/json" },
      body: JSON.stringify({ webhook_configuration: { override_callback_uri, verify_token } }),
    });
  return { meta, tenant, wabaId, phoneNumberId, call, override };
}

test("sets and removes the callback of one number", async () => {
  const { meta, tenant, wabaId, phoneNumberId, override } = await startMeta();
  meta.subscribeApp({ wabaId });
  expect(await override(tenant.url)).toEqual({ status: 200, body: { success: true } });
  expect(meta.numberOverrideOf(phoneNumberId)).toBe(tenant.url);
  expect(await override("")).toEqual({ status: 200, body: { success: true } });
  expect(meta.numberOverrideOf(phoneNumberId)).toBeUndefined();
  expect(tenant.handshakes).toHaveLength(1);
});

test("takes the configuration as text in a form too", async () => {
  const { meta, tenant, wabaId, phoneNumberId, call } = await startMeta();
  meta.subscribeApp({ wabaId });
  const configuration = { override_callback_uri: tenant.url, verify_token: "number-token" };
  const body = new URLSearchParams({ webhook_configuration: JSON.stringify(configuration) });
  expect(await call({ method: "POST", body })).toMatchObject({ status: 200 });
  expect(meta.numberOverrideOf(phoneNumberId)).toBe(tenant.url);
});

test("verifies the callback, and first that the app is subscribed at all", async () => {
  const { meta, tenant, wabaId, phoneNumberId, override } = await startMeta();
  expect(await override(tenant.url)).toMatchObject({ status: 400, body: { error: { code: 100 } } });
  expect(tenant.handshakes).toEqual([]);
  meta.subscribeApp({ wabaId });
  const refused = await override(tenant.url, "wrong");
  expect(refused).toMatchObject({ status: 400, body: { error: { code: 2200 } } });
  expect(meta.numberOverrideOf(phoneNumberId)).toBeUndefined();
});

test("reads the three levels of callbacks back, as this app has set them", async () => {
  const { meta, tenant, wabaId, call, override } = await startMeta();
  const read = async () => (await call({}, "?fields=webhook_configuration")).body;
  expect((await read()).webhook_configuration).toEqual({});
  meta.setAppCallback({ callbackUrl: "https://platform.example/hook" });
  meta.subscribeApp({ wabaId, overrideCallbackUri: "https://tenant.example/hook" });
  const other = meta.addApp({ appSecret: "s" });
  meta.setAppCallback({ appId: other.appId, callbackUrl: "https://other.example/hook" });
  await override(tenant.url);
  expect((await read()).webhook_configuration).toEqual({
    phone_number: tenant.url,
    whatsapp_business_account: "https://tenant.example/hook",
    application: "https://platform.example/hook",
  });
});

test("refuses a body that is not what it says", async () => {
  const { call } = await startMeta();
  const json = { "content-type": "application/json" };
  for (const body of ["{", "[]", '{"webhook_configuration":7}', '{"webhook_configuration":{}}']) {
    const refused = await call({ method: "POST", headers: json, body });
    expect(refused).toMatchObject({ status: 400, body: { error: { code: 100 } } });
  }
});
