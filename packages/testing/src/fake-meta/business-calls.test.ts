import { createHmac } from "node:crypto";
import { expect, onTestFinished, test } from "vitest";
import { fakeMeta } from "./fake-meta.ts";
import type { TokenInput } from "./grants.ts";

const CUSTOMER = "2729063490580044";

async function startMeta() {
  const meta = await fakeMeta({ appSecret: "app-secret" });
  onTestFinished(meta.close);
  const add = () => meta.addWaba({ name: "Lucky Shrub", businessId: CUSTOMER }).wabaId;
  const [first, second] = [add(), add()];
  const call = async (token: string, path: string, init?: RequestInit) => {
    const headers = { authorization: `Bearer ${token}` };
    const answer = await fetch(`${meta.url}/v25.0${path}`, { headers, ...init });
    const { error, ...rest } = JSON.parse(await answer.text());
    return error ? error.code : rest;
  };
  const ids = async (token: string, path: string) => {
    const answer = await call(token, path);
    return answer.data?.map(({ id }: { id: string }) => id) ?? answer;
  };
  const fetchToken = (token: string, form: Readonly<Record<string, string>> = {}) => {
    const appsecret_proof = createHmac("sha256", "app-secret").update(token).digest("hex");
    const body = new URLSearchParams({ appsecret_proof, fetch_only: "true", ...form });
    return call(token, `/${CUSTOMER}/system_user_access_tokens`, { method: "POST", body });
  };
  return { meta, first, second, call, ids, fetchToken };
}

test("lists of a business's own accounts those the token reaches, with fields and in pages", async () => {
  const { meta, first, second, call, ids } = await startMeta();
  meta.addWaba();
  const path = `/${CUSTOMER}/owned_whatsapp_business_accounts`;
  expect(await ids(meta.issueToken(), path)).toEqual([first, second]);
  expect(await ids(meta.issueToken({ wabaIds: [second] }), path)).toEqual([second]);
  const page = await call(meta.issueToken(), `${path}?limit=1&fields=owner_business_info,name`);
  const owner = { id: CUSTOMER, name: "Lucky Shrub" };
  expect(page.data).toEqual([{ owner_business_info: owner, name: "Lucky Shrub", id: first }]);
  const { after } = page.paging.cursors;
  expect(page.paging.next).toContain("access_token=EAA");
  expect(await ids(meta.issueToken(), `${path}?limit=1&after=${after}`)).toEqual([second]);
});

test("lists what customers shared with the partner, the most recent first", async () => {
  const { meta, first, second, ids } = await startMeta();
  const path = `/${meta.app.businessId}/client_whatsapp_business_accounts`;
  const token = meta.issueSystemToken();
  expect(await ids(token, path)).toEqual([]);
  for (const wabaId of [first, second, first]) meta.finishSignup({ wabaId });
  expect(await ids(token, path)).toEqual([first, second]);
  expect(await ids(token, `/${CUSTOMER}/client_whatsapp_business_accounts`)).toEqual([]);
});

test("shows businesses to nobody without the permission, or without an account of theirs", async () => {
  const { meta, first, call } = await startMeta();
  const path = `/${CUSTOMER}/owned_whatsapp_business_accounts`;
  const stranger = meta.issueToken({ wabaIds: [meta.addWaba().wabaId] });
  expect(await call(stranger, path)).toBe(200);
  const business = meta.issueToken({ wabaIds: [first] });
  expect(await call(business, `/${meta.app.businessId}/client_whatsapp_business_accounts`)).toBe(
    200,
  );
  expect(await call(meta.issueToken({ scopes: ["business_management"] }), path)).toBe(10);
  expect(await call(`${meta.app.appId}|app-secret`, path)).toBe(200);
  expect(await call(business, "/2729063490589999/owned_whatsapp_business_accounts")).toBe(100);
  expect(await call(business, `/${CUSTOMER}/pages`)).toBe(100);
});

test("names the businesses a token reaches, if it may know of businesses at all", async () => {
  const { meta, first, second, call, ids } = await startMeta();
  const scopes = ["whatsapp_business_management", "business_management"];
  const limited: TokenInput = { scopes, wabaIds: [first, second], listTargets: false };
  const answer = await call(meta.issueToken(limited), "/me/businesses");
  expect(answer.data).toEqual([{ name: "Lucky Shrub", id: CUSTOMER }]);
  expect(await ids(meta.issueSystemToken(), "/me/businesses")).toEqual([meta.app.businessId]);
  expect(await call(meta.issueToken({ wabaIds: [first] }), "/me/businesses")).toBe(10);
  expect(await call(`${meta.app.appId}|app-secret`, "/me/businesses")).toBe(2500);
});

test("lets the partner fetch the token of a customer, the same one as long as it lives", async () => {
  const { meta, first, second, call, fetchToken } = await startMeta();
  const system = meta.issueSystemToken();
  meta.finishSignup({ wabaId: first });
  const { access_token: token } = await fetchToken(system);
  expect(await fetchToken(system)).toEqual({ access_token: token });
  expect((await call(token, `/${first}`)).id).toBe(first);
  expect(await call(token, `/${second}`)).toBe(200);

  meta.finishSignup({ wabaId: second });
  const { access_token: both } = await fetchToken(system);
  expect((await call(both, `/${second}`)).id).toBe(second);
  meta.revokeToken(both);
  expect((await fetchToken(system)).access_token).not.toBe(both);
});

test("gives no token to others, without a proof, to make, or for what was never shared", async () => {
  const { meta, first, call, fetchToken } = await startMeta();
  const system = meta.issueSystemToken();
  expect(await fetchToken(system)).toBe(200);
  meta.finishSignup({ wabaId: first });
  expect(await fetchToken(meta.issueToken())).toBe(200);
  expect(await fetchToken(`${meta.app.appId}|app-secret`)).toBe(200);
  expect(await fetchToken(meta.issueSystemToken({ scopes: [] }))).toBe(10);
  expect(await fetchToken(system, { appsecret_proof: "0".repeat(64) })).toBe(100);
  for (const fetch_only of ["", "false"])
    expect(await fetchToken(system, { fetch_only })).toBe(100);
  const bare = { method: "POST", body: new URLSearchParams({ fetch_only: "true" }) };
  expect(await call(system, `/${CUSTOMER}/system_user_access_tokens`, bare)).toBe(100);
});
