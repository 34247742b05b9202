import { expect, onTestFinished, test } from "vitest";
import { fakeMeta } from "./fake-meta.ts";

async function startMeta() {
  const meta = await fakeMeta();
  onTestFinished(meta.close);
  const { wabaId } = meta.addWaba();
  const authorization = `Bearer ${meta.issueToken()}`;
  const ask = async (path = `/${wabaId}`, method = "GET") => {
    const url = `${meta.url}/v25.0${path}`;
    const answer = await fetch(url, { method, headers: { authorization } });
    return { status: answer.status, headers: answer.headers, text: await answer.text() };
  };
  return { meta, wabaId, ask };
}

test("fails the next matching call once, and no other", async () => {
  const { meta, wabaId, ask } = await startMeta();
  const error = { code: 190, subcode: 467, message: "gone", details: "more" };
  meta.fail({ method: "GET", path: `/${wabaId}`, error });
  expect((await ask(`/${wabaId}/subscribed_apps`)).status).toBe(200);
  expect((await ask(`/${wabaId}`, "POST")).status).toBe(400);
  const refused = await ask();
  expect(refused.status).toBe(401);
  expect(JSON.parse(refused.text)).toEqual({
    error: {
      message: "gone",
      type: "OAuthException",
      code: 190,
      error_subcode: 467,
      error_data: { messaging_product: "whatsapp", details: "more" },
      fbtrace_id: refused.headers.get("x-fb-trace-id"),
    },
  });
  expect((await ask()).status).toBe(200);
});

test.each([
  [4, 400],
  [131016, 500],
  [200, 403],
  [2, 503],
])("answers code %i with the status Meta documents for it", async (code, status) => {
  const { meta, ask } = await startMeta();
  meta.fail({ path: /./, error: { code } });
  expect((await ask()).status).toBe(status);
});

test("fails as often as told, by pattern, until lifted", async () => {
  const { meta, wabaId, ask } = await startMeta();
  meta.fail({ path: /subscribed_apps$/, times: 2, status: 500 });
  const path = `/${wabaId}/subscribed_apps`;
  const statuses = [await ask(path), await ask(path), await ask(path)].map(({ status }) => status);
  expect(statuses).toEqual([500, 500, 200]);
  const lift = meta.fail({ path: /./g, times: Number.POSITIVE_INFINITY });
  for (let n = 0; n < 3; n++) expect((await ask()).status).toBe(503);
  lift();
  expect((await ask()).status).toBe(200);
});

test("answers a page instead of JSON, and cuts the connection", async () => {
  const { meta, ask } = await startMeta();
  meta.fail({ path: /./, error: "html" });
  const page = await ask();
  expect(page).toMatchObject({ status: 502, text: expect.stringContaining("<!DOCTYPE html>") });
  meta.fail({ path: /./, error: "reset" });
  await expect(ask()).rejects.toMatchObject({ cause: { code: "ECONNRESET" } });
});

test("lets the outcome be unknown: the call is carried out, the answer is lost", async () => {
  const { meta, wabaId, ask } = await startMeta();
  meta.fail({ method: "POST", path: /./, error: "reset" });
  await expect(ask(`/${wabaId}/subscribed_apps`, "POST")).rejects.toThrow();
  expect(meta.subscriptionOf(wabaId)).toBeUndefined();
  meta.fail({ method: "POST", path: /./, error: "reset", afterEffect: true });
  await expect(ask(`/${wabaId}/subscribed_apps`, "POST")).rejects.toThrow();
  expect(meta.subscriptionOf(wabaId)).toEqual({});
});

test("closes under a call that hangs", async () => {
  const { meta, ask } = await startMeta();
  meta.fail({ path: /./, error: "hang" });
  const hanging = expect(ask()).rejects.toThrow();
  await expect.poll(() => meta.requests.length).toBe(1);
  await meta.close();
  await hanging;
});

test("holds a call before its effect until it is released", async () => {
  const { meta, wabaId, ask } = await startMeta();
  const hold = meta.hold({ method: "POST", path: /subscribed_apps$/ });
  const held = ask(`/${wabaId}/subscribed_apps`, "POST");
  await hold.reached;
  expect((await ask()).status).toBe(200);
  expect(meta.subscriptionOf(wabaId)).toBeUndefined();
  hold.release();
  expect((await held).status).toBe(200);
  expect(meta.subscriptionOf(wabaId)).toEqual({});
});

test("records every call as it came, and reports the quotas it was given", async () => {
  const { meta, wabaId, ask } = await startMeta();
  meta.setUsage({
    app: { call_count: 99, total_time: 25, total_cputime: 25 },
    business: {
      [wabaId]: [
        {
          type: "whatsapp",
          call_count: 98,
          total_time: 1,
          total_cputime: 1,
          estimated_time_to_regain_access: 7,
        },
      ],
    },
  });
  const { headers } = await ask(`/${wabaId}?fields=id`);
  expect(JSON.parse(headers.get("x-app-usage") ?? "")).toMatchObject({ call_count: 99 });
  const business = JSON.parse(headers.get("x-business-use-case-usage") ?? "");
  expect(business[wabaId]).toMatchObject([{ estimated_time_to_regain_access: 7 }]);
  meta.setUsage({});
  meta.fail({ path: /./, status: 500 });
  expect((await ask("/4711", "POST")).headers.get("x-app-usage")).toBeNull();
  expect(meta.requests).toMatchObject([
    {
      method: "GET",
      version: "v25.0",
      path: `/${wabaId}`,
      url: `/v25.0/${wabaId}?fields=id`,
      body: "",
    },
    {
      method: "POST",
      path: "/4711",
      headers: { authorization: expect.stringMatching(/^Bearer /) },
    },
  ]);
  expect(meta.requests[0]?.query.get("fields")).toBe("id");
});
