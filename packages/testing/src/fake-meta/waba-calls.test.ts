import { expect, onTestFinished, test } from "vitest";
import { fakeClock } from "../fake-clock.ts";
import { type Delivery, type SinkOptions, sink } from "../sink.ts";
import { type FakeMetaOptions, fakeMeta } from "./fake-meta.ts";

async function startMeta(options?: FakeMetaOptions) {
  const meta = await fakeMeta(options);
  onTestFinished(meta.close);
  const { wabaId } = meta.addWaba();
  const token = meta.issueToken({ wabaIds: [wabaId] });
  const subscribedApps = async (method = "GET", body?: object) => {
    const answer = await fetch(`${meta.url}/v25.0/${wabaId}/subscribed_apps`, {
      method,
      headers: { authorization: `Bearer ${token}`, "content-type": "application/json" },
      ...(body && { body: JSON.stringify(body) }),
    });
    return { status: answer.status, body: JSON.parse(await answer.text()) };
  };
  const override = (url: string, verify_token = "tenant-token") =>
    subscribedApps("POST", { override_callback_uri: url, verify_token });
  return { meta, wabaId, subscribedApps, override };
}

async function openSink(options?: SinkOptions) {
  const target = await sink(options);
  onTestFinished(target.close);
  return target;
}

test("subscribes with a bare call, lists every app, and unsubscribes only the caller", async () => {
  const { meta, wabaId, subscribedApps } = await startMeta();
  const other = meta.addApp({ appSecret: "s", name: "Neighbour" });
  meta.subscribeApp({ wabaId, appId: other.appId });
  expect(await subscribedApps("POST")).toEqual({ status: 200, body: { success: true } });
  const { body } = await subscribedApps();
  expect(body.data).toEqual([
    {
      whatsapp_business_api_data: { id: other.appId, name: "Neighbour", link: expect.any(String) },
    },
    {
      whatsapp_business_api_data: {
        id: meta.app.appId,
        name: "Lucky Platform",
        link: expect.stringContaining(meta.app.appId),
      },
    },
  ]);
  await subscribedApps("DELETE");
  expect(meta.subscriptionOf(wabaId)).toBeUndefined();
  expect(meta.subscriptionOf(wabaId, other.appId)).toEqual({});
});

test("sets an override after a real handshake with it", async () => {
  const clock = fakeClock();
  const { meta, wabaId, subscribedApps, override } = await startMeta({ clock });
  const tenant = await openSink({ verifyToken: "tenant-token" });
  const url = `${tenant.url}/hook?tenant=7`;
  expect(await override(url)).toMatchObject({ status: 200 });
  expect(clock.pending).toBe(0);
  expect(meta.subscriptionOf(wabaId)).toEqual({ overrideCallbackUri: url });
  expect((await subscribedApps()).body.data).toMatchObject([{ override_callback_uri: url }]);
  const query = new URL(tenant.handshakes[0]?.path ?? "", tenant.url).searchParams;
  expect(Object.fromEntries(query)).toEqual({
    tenant: "7",
    "hub.mode": "subscribe",
    "hub.challenge": expect.stringMatching(/^\d+$/),
    "hub.verify_token": "tenant-token",
  });
});

test("drops the override on a bare call", async () => {
  const { meta, wabaId, subscribedApps, override } = await startMeta();
  const tenant = await openSink();
  await override(tenant.url);
  await subscribedApps("POST");
  expect(meta.subscriptionOf(wabaId)).toEqual({});
});

test.each([
  ["a refusal", { status: 403 }, "HTTP Status Code = 403; HTTP Message = Forbidden"],
  [
    "another status",
    ({ path }: Delivery) => ({ status: 201, body: /challenge=(\d+)/.exec(path)?.[1] ?? "" }),
    "HTTP Status Code = 201",
  ],
  ["a redirect", { status: 302, headers: { location: "/" } }, "HTTP Status Code = 302"],
  ["another body", { body: "ok" }, "does not match challenge"],
  ["a cut connection", { delayMs: "reset" }, "curl_errno = 7"],
] as const)("answers %s with 2200 and leaves the old override", async (_, answer, message) => {
  const { meta, wabaId, override } = await startMeta();
  const [old, next] = [await openSink(), await openSink()];
  await override(old.url);
  next.respondToHandshake(answer);
  const refused = await override(next.url);
  expect(refused).toMatchObject({ status: 400, body: { error: { code: 2200 } } });
  expect(refused.body.error.message).toContain(message);
  expect(refused.body.error.error_subcode).toBeUndefined();
  expect(meta.subscriptionOf(wabaId)).toEqual({ overrideCallbackUri: old.url });
});

test("gives a callback six seconds", async () => {
  const clock = fakeClock();
  const { override } = await startMeta({ clock });
  const arrived = Promise.withResolvers<void>();
  const tenant = await openSink();
  tenant.respondToHandshake(() => {
    arrived.resolve();
    return { delayMs: "hang" };
  });
  const refused = override(tenant.url);
  await arrived.promise;
  await clock.advance(5_999);
  expect(clock.pending).toBe(1);
  await clock.advance(1);
  const { status, body } = await refused;
  expect([status, body.error.code]).toEqual([400, 2200]);
  expect(body.error.message).toContain("curl_errno = 28");
});

test("can lose the old override with a refused one, should Meta do that", async () => {
  const { meta, wabaId, override } = await startMeta({ refusedOverrideClears: true });
  const tenant = await openSink();
  await override(tenant.url);
  tenant.respondToHandshake({ status: 500 });
  await override(`${tenant.url}/new`);
  expect(meta.subscriptionOf(wabaId)).toEqual({});
});

test("takes no callback without a verify token, no longer one than 200 characters, no other scheme", async () => {
  const { override } = await startMeta();
  const tenant = await openSink();
  const wrong = [
    [tenant.url, ""],
    [`${tenant.url}/${"x".repeat(200)}`],
    ["ftp://tenant.example/"],
    ["tenant.example"],
  ] as const;
  for (const [url, token] of wrong) {
    const refused = await override(url, token);
    expect(refused).toMatchObject({ status: 400, body: { error: { code: 100 } } });
  }
  expect(tenant.handshakes).toEqual([]);
});
