import { expect, onTestFinished, test } from "vitest";
import { fakeClock } from "../fake-clock.ts";
import { fakeMeta } from "./fake-meta.ts";

const DAY_MS = 24 * 60 * 60 * 1000;

async function startMeta() {
  const clock = fakeClock();
  const meta = await fakeMeta({ clock, appSecret: "app-secret" });
  onTestFinished(meta.close);
  const { appId } = meta.app;
  const { wabaId } = meta.addWaba();
  const debug = async (inputToken: string, bearer = `${appId}|app-secret`) => {
    const headers = { authorization: `Bearer ${bearer}` };
    const url = `${meta.url}/v25.0/debug_token?input_token=${inputToken}`;
    const answer = await fetch(url, { headers });
    return { status: answer.status, body: JSON.parse(await answer.text()) };
  };
  const exchange = async (params: Record<string, string>, method: "GET" | "POST" = "POST") => {
    const form = new URLSearchParams({ client_id: appId, client_secret: "app-secret", ...params });
    const url = `${meta.url}/v25.0/oauth/access_token`;
    const sending = method === "GET" ? fetch(`${url}?${form}`) : fetch(url, { method, body: form });
    const answer = await sending;
    return { status: answer.status, body: JSON.parse(await answer.text()) };
  };
  return { meta, clock, wabaId, debug, exchange };
}

test("describes a live token with the accounts it reaches", async () => {
  const { meta, clock, wabaId, debug } = await startMeta();
  const token = meta.issueToken({ wabaIds: [wabaId], expiresAt: clock.now() + DAY_MS });
  const seconds = clock.now() / 1000;
  expect(await debug(token)).toMatchObject({
    status: 200,
    body: {
      data: {
        app_id: meta.app.appId,
        is_valid: true,
        issued_at: seconds,
        expires_at: seconds + 86_400,
        scopes: ["whatsapp_business_management", "whatsapp_business_messaging"],
        granular_scopes: [
          { scope: "whatsapp_business_management", target_ids: [wabaId] },
          { scope: "whatsapp_business_messaging", target_ids: [wabaId] },
        ],
      },
    },
  });
});

test("names no targets for a token without limits, and no expiry for one that lasts", async () => {
  const { meta, debug } = await startMeta();
  const { data } = (await debug(meta.issueToken())).body;
  expect(data.granular_scopes[0]).toEqual({ scope: "whatsapp_business_management" });
  expect(data.expires_at).toBe(0);
});

test("can keep to itself which accounts a limited token reaches", async () => {
  const { meta, wabaId, debug, exchange } = await startMeta();
  const input = { wabaIds: [wabaId], listTargets: false };
  const { access_token } = (await exchange({ code: meta.issueCode(input) })).body;
  for (const token of [meta.issueToken(input), access_token]) {
    expect((await debug(token)).body.data.granular_scopes).toEqual([
      { scope: "whatsapp_business_management" },
      { scope: "whatsapp_business_messaging" },
    ]);
  }
});

test("names businesses as the targets of business_management", async () => {
  const { meta, debug } = await startMeta();
  const { wabaId } = meta.addWaba({ businessId: "2729063490580044" });
  const token = meta.issueToken({ wabaIds: [wabaId], scopes: ["business_management"] });
  expect((await debug(token)).body.data.granular_scopes).toEqual([
    { scope: "business_management", target_ids: ["2729063490580044"] },
  ]);
});

test("calls dead and unknown tokens invalid, and says why", async () => {
  const { meta, clock, debug } = await startMeta();
  const expired = meta.issueToken({ expiresAt: clock.now() });
  const revoked = meta.issueToken();
  meta.revokeToken(revoked);
  const reasons: [string, number | undefined][] = [
    [expired, 463],
    [revoked, 458],
    ["x", undefined],
  ];
  for (const [token, subcode] of reasons) {
    const { status, body } = await debug(token);
    expect(status).toBe(200);
    expect(body.data).toMatchObject({ is_valid: false, error: { code: 190 } });
    expect(body.data.error.subcode).toBe(subcode);
  }
});

test("shows an app nothing about the tokens of another", async () => {
  const { meta, debug } = await startMeta();
  const other = meta.addApp({ appSecret: "other-secret" });
  const answer = await debug(meta.issueToken(), `${other.appId}|other-secret`);
  expect(answer).toMatchObject({ status: 400, body: { error: { code: 100 } } });
});

test.each(["GET", "POST"] as const)("exchanges a code once, over %s", async (method) => {
  const { meta, clock, wabaId, debug, exchange } = await startMeta();
  const code = meta.issueCode({ wabaIds: [wabaId], expiresAt: clock.now() + 60 * DAY_MS });
  const { status, body } = await exchange({ code }, method);
  expect(status).toBe(200);
  expect(body).toMatchObject({ token_type: "bearer", expires_in: 60 * 86_400 });
  const { data } = (await debug(body.access_token)).body;
  expect(data.granular_scopes[0].target_ids).toEqual([wabaId]);
  expect(await exchange({ code }, method)).toMatchObject({
    status: 400,
    body: { error: { code: 100, error_subcode: 36009 } },
  });
});

test("forgets a code after 30 seconds", async () => {
  const { meta, clock, exchange } = await startMeta();
  const [early, late] = [meta.issueCode(), meta.issueCode()];
  await clock.advance(29_999);
  expect(await exchange({ code: early })).toMatchObject({ status: 200 });
  await clock.advance(1);
  const expired = { error: { code: 100, error_subcode: 36007 } };
  expect(await exchange({ code: late })).toMatchObject({ status: 400, body: expired });
});

test("refuses a wrong secret, app, code and redirect without using the code up", async () => {
  const { meta, exchange } = await startMeta();
  const redirectUri = "https://app.example/connect";
  const code = meta.issueCode({ redirectUri });
  const other = meta.addApp({ appSecret: "other-secret" });
  const foreign = { client_id: other.appId, client_secret: "other-secret" };
  const refusals: [Record<string, string>, number, number?][] = [
    [{ code, client_secret: "guess" }, 1],
    [{ code, client_id: "4711" }, 101],
    [{ code, ...foreign }, 100],
    [{ code: "made up" }, 100],
    [{}, 100],
    [{ code }, 100, 36008],
    [{ code, redirect_uri: `${redirectUri}/` }, 100, 36008],
  ];
  for (const [params, errorCode, subcode] of refusals) {
    const { status, body } = await exchange(params);
    expect([status, body.error.code, body.error.error_subcode]).toEqual([400, errorCode, subcode]);
  }
  expect(await exchange({ code, redirect_uri: redirectUri })).toMatchObject({ status: 200 });
});
