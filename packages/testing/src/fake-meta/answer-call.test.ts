import { createHmac } from "node:crypto";
import { expect, onTestFinished, test } from "vitest";
import { fakeClock } from "../fake-clock.ts";
import { type FakeMetaOptions, fakeMeta } from "./fake-meta.ts";

const HOUR_MS = 60 * 60 * 1000;

async function startMeta(options?: FakeMetaOptions) {
  const meta = await fakeMeta(options);
  onTestFinished(meta.close);
  const { wabaId } = meta.addWaba();
  const { phoneNumberId } = meta.addNumber({ wabaId });
  const token = meta.issueToken({ wabaIds: [wabaId] });
  const ask = async (path: string, bearer: string | undefined = token, method = "GET") => {
    const headers = bearer ? { authorization: `Bearer ${bearer}` } : {};
    const answer = await fetch(`${meta.url}${path}`, { method, headers });
    return {
      status: answer.status,
      headers: answer.headers,
      body: JSON.parse(await answer.text()),
    };
  };
  return { meta, wabaId, phoneNumberId, token, ask };
}

test("answers under every version, and only under one", async () => {
  const { wabaId, ask } = await startMeta();
  for (const version of ["v23.0", "v25.0", "v31.0"]) {
    const answer = await ask(`/${version}/${wabaId}?fields=id`);
    expect(answer).toMatchObject({ status: 200, body: { id: wabaId } });
    expect(answer.headers.get("facebook-api-version")).toBe(version);
  }
  expect(await ask(`/${wabaId}`)).toMatchObject({ status: 400, body: { error: { code: 2500 } } });
});

test("refuses a call without a token, and one with a token it never issued", async () => {
  const { meta, wabaId, ask } = await startMeta();
  for (const token of ["", "EAAmadeUp", "1|2", `${meta.app.appId}|guess`]) {
    const answer = await ask(`/v25.0/${wabaId}`, token);
    expect(answer).toMatchObject({
      status: 401,
      body: { error: { code: 190, type: "OAuthException", fbtrace_id: expect.any(String) } },
    });
    expect(answer.headers.get("www-authenticate")).toContain("invalid_token");
  }
});

test("takes the token from the query as well, as Graph does", async () => {
  const { wabaId, token, ask } = await startMeta();
  const { status } = await ask(`/v25.0/${wabaId}?access_token=${token}`, "");
  expect(status).toBe(200);
});

test("tells an expired token from a revoked one by the subcode", async () => {
  const clock = fakeClock();
  const { meta, wabaId, token, ask } = await startMeta({ clock });
  const shortLived = meta.issueToken({ expiresAt: clock.now() + HOUR_MS });
  expect(await ask(`/v25.0/${wabaId}`, shortLived)).toMatchObject({ status: 200 });
  await clock.advance(HOUR_MS);
  const expired = { error: { code: 190, error_subcode: 463 } };
  expect(await ask(`/v25.0/${wabaId}`, shortLived)).toMatchObject({ status: 401, body: expired });
  meta.revokeToken(token);
  const removed = { error: { code: 190, error_subcode: 458 } };
  expect(await ask(`/v25.0/${wabaId}`)).toMatchObject({ status: 401, body: removed });
  meta.revokeToken(token, "password_changed");
  expect(await ask(`/v25.0/${wabaId}`)).toMatchObject({ body: { error: { error_subcode: 460 } } });
});

test("refuses accounts that were not shared, and permissions that were not given", async () => {
  const { meta, wabaId, phoneNumberId, ask } = await startMeta();
  const elsewhere = meta.issueToken({ wabaIds: [meta.addWaba().wabaId] });
  const narrow = meta.issueToken({ wabaIds: [wabaId], scopes: ["whatsapp_business_messaging"] });
  for (const id of [wabaId, phoneNumberId]) {
    const foreign = await ask(`/v25.0/${id}`, elsewhere);
    expect(foreign).toMatchObject({ status: 403, body: { error: { code: 200 } } });
    const unscoped = await ask(`/v25.0/${id}`, narrow);
    expect(unscoped).toMatchObject({ status: 403, body: { error: { code: 10 } } });
    const app = await ask(`/v25.0/${id}`, `${meta.app.appId}|${meta.app.appSecret}`);
    expect(app).toMatchObject({ status: 403, body: { error: { code: 200 } } });
  }
});

test("does not know ids, edges and fields that are not there", async () => {
  const { meta, wabaId, phoneNumberId, ask } = await startMeta();
  const missing = { code: 100, error_subcode: 33, type: "GraphMethodException" };
  expect(await ask("/v25.0/4711")).toMatchObject({ status: 400, body: { error: missing } });
  meta.removeNumber(phoneNumberId);
  expect(await ask(`/v25.0/${phoneNumberId}`)).toMatchObject({ body: { error: missing } });
  const posted = await ask(`/v25.0/${wabaId}/nonsense`, undefined, "POST");
  expect(posted).toMatchObject({ status: 400, body: { error: missing } });
  for (const path of ["nonsense", "?fields=id,nonsense"]) {
    const { status, body } = await ask(`/v25.0/${wabaId}/${path}`.replace("/?", "?"));
    expect([status, body.error.code, body.error.error_subcode]).toEqual([400, 100, undefined]);
  }
});

test("wants a proof of the app secret where the app requires one, and never takes a wrong one", async () => {
  const { meta, wabaId, token, ask } = await startMeta({ requireAppSecretProof: true });
  const proof = createHmac("sha256", meta.app.appSecret).update(token).digest("hex");
  const refused = { status: 400, body: { error: { code: 100 } } };
  expect(await ask(`/v25.0/${wabaId}`)).toMatchObject(refused);
  expect(await ask(`/v25.0/${wabaId}?appsecret_proof=00`)).toMatchObject({
    status: 400,
    body: { error: { code: 100, type: "GraphMethodException" } },
  });
  const proven = await ask(`/v25.0/${wabaId}?appsecret_proof=${proof}`);
  expect(proven.status).toBe(200);
});

test("selects fields, shows defaults without any, and leaves out what has no value", async () => {
  const { meta, wabaId, phoneNumberId, ask } = await startMeta();
  const waba = await ask(
    `/v25.0/${wabaId}?fields=name,owner_business_info{id},purchase_order_number`,
  );
  expect(waba.body).toEqual({
    id: wabaId,
    name: "Lucky Shrub 1",
    owner_business_info: { name: "Lucky Shrub 1", id: "2729063490580001" },
  });
  expect((await ask(`/v25.0/${phoneNumberId}`)).body).toEqual({
    id: phoneNumberId,
    display_phone_number: "+1 555-010-0001",
    verified_name: "Lucky Shrub 1",
    quality_rating: "GREEN",
    code_verification_status: "VERIFIED",
  });
  meta.updateNumber(phoneNumberId, { is_on_biz_app: true, quality_rating: "RED" });
  const fields = "is_on_biz_app,platform_type,quality_rating,health_status";
  expect((await ask(`/v25.0/${phoneNumberId}?fields=${fields}`)).body).toMatchObject({
    is_on_biz_app: true,
    platform_type: "CLOUD_API",
    quality_rating: "RED",
    health_status: { can_send_message: "AVAILABLE" },
  });
});

test("pages through numbers, newest first, with a next link that gives the token away", async () => {
  const { meta, wabaId, phoneNumberId, token, ask } = await startMeta();
  const ids = [phoneNumberId];
  for (let n = 0; n < 4; n++) ids.unshift(meta.addNumber({ wabaId }).phoneNumberId);
  const idsOf = (page: { body: { data: { id: string }[] } }) => page.body.data.map(({ id }) => id);

  const list = `/v25.0/${wabaId}/phone_numbers?fields=id&limit=2`;
  const first = await ask(list);
  expect(idsOf(first)).toEqual(ids.slice(0, 2));
  const next = new URL(first.body.paging.next);
  expect(next.searchParams.get("access_token")).toBe(token);
  expect(first.body.paging.previous).toBeUndefined();

  const followed = await ask(next.pathname + next.search, "");
  const rebuilt = await ask(`${list}&after=${first.body.paging.cursors.after}`);
  expect(idsOf(followed)).toEqual(ids.slice(2, 4));
  expect(idsOf(rebuilt)).toEqual(ids.slice(2, 4));

  const last = await ask(`${list}&after=${rebuilt.body.paging.cursors.after}`);
  expect(idsOf(last)).toEqual(ids.slice(4));
  expect(last.body.paging.next).toBeUndefined();
  const back = await ask(`${list}&before=${last.body.paging.cursors.before}`);
  expect(idsOf(back)).toEqual(ids.slice(2, 4));

  for (const wrong of ["limit=0", "limit=101", "after=nowhere"]) {
    expect(await ask(`/v25.0/${wabaId}/phone_numbers?${wrong}`)).toMatchObject({ status: 400 });
  }
});
