import { expect, onTestFinished, test } from "vitest";
import { fakeClock } from "../../fake-clock.ts";
import { sink } from "../../sink.ts";
import { fakeMeta } from "../fake-meta.ts";
import { signLikeMeta } from "../sign-like-meta.ts";

/** 2026-11-21T00:00:00Z. */
const AT = 1_795_219_200_000;

async function startMeta() {
  const clock = fakeClock(AT);
  const meta = await fakeMeta({ clock, appSecret: "app-secret" });
  onTestFinished(meta.close);
  const { wabaId } = meta.addWaba({ businessId: "2729063490580044" });
  const add = () => meta.addNumber({ wabaId, platformType: "NOT_APPLICABLE" }).phoneNumberId;
  const ask = async (path: string, init: RequestInit & { readonly token?: string } = {}) => {
    const { token = `${meta.app.appId}|app-secret`, ...rest } = init;
    const headers = { authorization: `Bearer ${token}` };
    const answer = await fetch(`${meta.url}/v25.0${path}`, { headers, ...rest });
    return JSON.parse(await answer.text());
  };
  const exchange = async (code: string, more: Readonly<Record<string, string>> = {}) => {
    const app = { client_id: meta.app.appId, client_secret: "app-secret" };
    const body = new URLSearchParams({ ...app, code, ...more });
    const { access_token, error } = await ask("/oauth/access_token", { method: "POST", body });
    return error ? error.error_subcode : access_token;
  };
  const read = (id: string, fields: string) =>
    ask(`/${id}?fields=${fields}`, { token: meta.issueToken() });
  const debug = async (token: string) => (await ask(`/debug_token?input_token=${token}`)).data;
  return { clock, meta, wabaId, phoneNumberId: add(), add, ask, exchange, read, debug };
}

test("tells the page account, number and business, and hands out a code for the account", async () => {
  const { meta, wabaId, phoneNumberId, exchange, debug } = await startMeta();
  const { code, event } = meta.finishSignup({ wabaId, phoneNumberId });
  const data = { phone_number_id: phoneNumberId, waba_id: wabaId, business_id: "2729063490580044" };
  expect(event).toEqual({ data, type: "WA_EMBEDDED_SIGNUP", event: "FINISH" });
  const { granular_scopes } = await debug(await exchange(code));
  expect(granular_scopes).toEqual([
    { scope: "whatsapp_business_management", target_ids: [wabaId] },
    { scope: "whatsapp_business_messaging", target_ids: [wabaId] },
  ]);
});

test("the code dies after 30 seconds, and is bound to the redirect it was made for", async () => {
  const { clock, meta, wabaId, exchange } = await startMeta();
  const redirectUri = "https://hub.example/connect/callback";
  const { code } = meta.finishSignup({ wabaId, redirectUri });
  expect(await exchange(code)).toBe(36008);
  expect(await exchange(code, { redirect_uri: redirectUri })).toMatch(/^EAA/);
  const late = meta.finishSignup({ wabaId }).code;
  await clock.advance(30_000);
  expect(await exchange(late)).toBe(36007);
});

test("names the account alone in coexistence, and puts the number on the Cloud API", async () => {
  const { meta, wabaId, phoneNumberId, read } = await startMeta();
  const { event } = meta.finishSignup({ wabaId, phoneNumberId, coexistence: true });
  const kind = "FINISH_WHATSAPP_BUSINESS_APP_ONBOARDING";
  const data = { waba_id: wabaId };
  expect(event).toEqual({ data, type: "WA_EMBEDDED_SIGNUP", event: kind, version: 3 });
  expect(await read(phoneNumberId, "is_on_biz_app,platform_type,status")).toMatchObject({
    is_on_biz_app: true,
    platform_type: "CLOUD_API",
    status: "CONNECTED",
  });
});

test("names no business without a usable number", async () => {
  const { meta, wabaId, phoneNumberId } = await startMeta();
  const kind = { type: "WA_EMBEDDED_SIGNUP", event: "FINISH_ONLY_WABA", version: 3 };
  const bare = meta.finishSignup({ wabaId });
  expect(bare.event).toEqual({ ...kind, data: { waba_id: wabaId } });
  const unusable = meta.finishSignup({ wabaId, phoneNumberId, onlyWaba: true });
  const data = { waba_id: wabaId, phone_number_id: phoneNumberId };
  expect(unusable.event).toEqual({ ...kind, data });
});

test("onboards the number now, first in the list, and leaves its registration to the partner", async () => {
  const { clock, meta, wabaId, phoneNumberId, add, read, ask } = await startMeta();
  const newer = add();
  await clock.advance(90_000);
  meta.finishSignup({ wabaId, phoneNumberId });
  expect(await read(phoneNumberId, "last_onboarded_time,platform_type")).toMatchObject({
    last_onboarded_time: "2026-11-21T00:01:30+0000",
    platform_type: "NOT_APPLICABLE",
  });
  const { data } = await ask(`/${wabaId}/phone_numbers`, { token: meta.issueToken() });
  expect(data.map(({ id }: { id: string }) => id)).toEqual([phoneNumberId, newer]);
});

test("a token reaches what its owner shared before, the most recent first, and nobody else's", async () => {
  const { meta, wabaId, exchange, debug } = await startMeta();
  const second = meta.addWaba({ businessId: "2729063490580044" }).wabaId;
  meta.addWaba({ businessId: "2729063490580044" });
  meta.finishSignup({ wabaId: meta.addWaba().wabaId });
  const other = meta.addApp({ appSecret: "other" });
  meta.finishSignup({ wabaId, appId: other.appId });
  const targets = async (code: string) =>
    (await debug(await exchange(code))).granular_scopes[0].target_ids;
  expect(await targets(meta.finishSignup({ wabaId }).code)).toEqual([wabaId]);
  expect(await targets(meta.finishSignup({ wabaId: second }).code)).toEqual([second, wabaId]);
  expect(await targets(meta.finishSignup({ wabaId }).code)).toEqual([wabaId, second]);
});

test("grants what it is told to, and can keep the accounts out of debug_token", async () => {
  const { meta, wabaId, exchange, debug, ask } = await startMeta();
  const scopes = ["whatsapp_business_management"];
  const { code } = meta.finishSignup({ wabaId, scopes, listTargets: false });
  const token = await exchange(code);
  expect(await debug(token)).toMatchObject({
    scopes,
    granular_scopes: [{ scope: "whatsapp_business_management" }],
  });
  expect(JSON.stringify(await debug(token))).not.toContain("target_ids");
  const strange = meta.addWaba().wabaId;
  expect((await ask(`/${strange}`, { token })).error.code).toBe(200);
  expect((await ask(`/${wabaId}`, { token })).id).toBe(wabaId);
});

test("announces the account to the app's callback, signed by the app, unless told not to", async () => {
  const { meta, wabaId } = await startMeta();
  expect(await meta.finishSignup({ wabaId }).announced).toEqual([]);
  const hub = await sink();
  onTestFinished(hub.close);
  meta.setAppCallback({ callbackUrl: `${hub.url}/webhook` });
  expect(await meta.finishSignup({ wabaId, announce: false }).announced).toEqual([]);
  const [delivered] = await meta.finishSignup({ wabaId }).announced;
  expect(delivered).toMatchObject({ url: `${hub.url}/webhook`, acknowledged: true });
  const [received] = hub.received;
  expect(hub.received).toHaveLength(1);
  expect(received?.headers).toMatchObject({
    ...signLikeMeta(received?.body ?? Buffer.of(), "app-secret"),
  });
  const waba_info = { waba_id: wabaId, owner_business_id: "2729063490580044" };
  expect(JSON.parse(String(received?.body)).entry).toEqual([
    {
      id: meta.app.businessId,
      time: AT / 1000,
      changes: [{ field: "account_update", value: { event: "PARTNER_ADDED", waba_info } }],
    },
  ]);
});

test("refuses ids that do not belong together, before it does anything", async () => {
  const { meta, wabaId, phoneNumberId, read } = await startMeta();
  const other = meta.addWaba().wabaId;
  expect(() => meta.finishSignup({ wabaId: "1" })).toThrow("knows nothing under 1");
  expect(() => meta.finishSignup({ wabaId: other, phoneNumberId })).toThrow("no number of");
  expect(() => meta.finishSignup({ wabaId, coexistence: true })).toThrow("name the phoneNumberId");
  const partner = meta.app.businessId;
  const shared = await read(`${partner}/client_whatsapp_business_accounts`, "id");
  expect(shared.data).toEqual([]);
});
