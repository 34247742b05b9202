import { expect, onTestFinished, test } from "vitest";
import { fakeClock } from "../fake-clock.ts";
import { type SinkOptions, sink } from "../sink.ts";
import { type FakeMetaOptions, fakeMeta } from "./fake-meta.ts";
import { signLikeMeta } from "./sign-like-meta.ts";
import type { WebhookPayload } from "./webhook-payload.ts";

async function startMeta(options?: FakeMetaOptions) {
  const meta = await fakeMeta(options);
  onTestFinished(meta.close);
  const { wabaId } = meta.addWaba();
  const { phoneNumberId } = meta.addNumber({ wabaId });
  const text = (body: string) => meta.textMessage({ phoneNumberId, from: "15550123456", body });
  return { meta, wabaId, phoneNumberId, text };
}

async function openSink(options?: SinkOptions) {
  const target = await sink(options);
  onTestFinished(target.close);
  return target;
}

/** What a sink received, as `field body` or `field event`. */
function summary(payload: WebhookPayload): string[] {
  return payload.entry.flatMap(({ changes }) =>
    changes.map(
      ({ field, value }) =>
        `${field} ${JSON.stringify(value).match(/"(?:body|event)":"([^"]*)/)?.[1]}`,
    ),
  );
}

test("delivers to nobody while no app is subscribed", async () => {
  const { meta, text } = await startMeta();
  meta.setAppCallback({ callbackUrl: "http://127.0.0.1:9/never" });
  expect(await meta.deliver(text("hi"))).toEqual([]);
});

test("prefers the number's override, then the WABA's, then the app's callback", async () => {
  const { meta, wabaId, phoneNumberId, text } = await startMeta();
  const [app, waba, number] = [await openSink(), await openSink(), await openSink()];
  const token = meta.issueToken();
  const urlsOf = async () => (await meta.deliver(text("hi"))).map(({ url }) => url);

  meta.setAppCallback({ callbackUrl: app.url });
  meta.subscribeApp({ wabaId });
  expect(await urlsOf()).toEqual([app.url]);
  meta.subscribeApp({ wabaId, overrideCallbackUri: waba.url });
  expect(await urlsOf()).toEqual([waba.url]);
  await fetch(`${meta.url}/v25.0/${phoneNumberId}`, {
    method: "POST",
    headers: { authorization: `Bearer ${token}`, "content-type": "application/json" },
    body: JSON.stringify({
      webhook_configuration: { override_callback_uri: number.url, verify_token: "x" },
    }),
  });
  expect(await urlsOf()).toEqual([number.url]);
});

test("sends what knows no override to the app, also out of the same batch", async () => {
  const { meta, wabaId, text } = await startMeta();
  const [app, waba] = [await openSink(), await openSink()];
  meta.setAppCallback({ callbackUrl: app.url });
  meta.subscribeApp({ wabaId, overrideCallbackUri: waba.url });
  const restored = { wabaId, field: "account_update", value: { event: "ACCOUNT_RECONNECTED" } };
  const delivered = await meta.deliver(
    meta.batch([text("one"), meta.change(restored), text("two")]),
  );
  expect(delivered.map(({ url, payload }) => [url, summary(payload)])).toEqual([
    [waba.url, ["messages one", "messages two"]],
    [app.url, ["account_update ACCOUNT_RECONNECTED"]],
  ]);
});

test("serves every subscribed app with its own signature, unless one is named", async () => {
  const { meta, wabaId, text } = await startMeta();
  const other = meta.addApp({ appSecret: "other-secret" });
  const [mine, theirs] = [await openSink(), await openSink()];
  meta.setAppCallback({ callbackUrl: mine.url });
  meta.setAppCallback({ appId: other.appId, callbackUrl: theirs.url });
  meta.subscribeApp({ wabaId });
  meta.subscribeApp({ wabaId, appId: other.appId });
  await meta.deliver(text("hi"));
  for (const [target, secret] of [
    [mine, meta.app.appSecret],
    [theirs, "other-secret"],
  ] as const) {
    const [received] = target.received;
    expect(received?.headers).toMatchObject(signLikeMeta(received?.body ?? Buffer.of(), secret));
  }
  await meta.deliver(text("hi"), { appId: other.appId });
  expect([mine.received.length, theirs.received.length]).toEqual([1, 2]);
});

test("skips an app that did not subscribe to the field", async () => {
  const { meta, wabaId, text } = await startMeta();
  const app = await openSink();
  meta.setAppCallback({ callbackUrl: app.url, fields: ["account_update"] });
  meta.subscribeApp({ wabaId });
  expect(await meta.deliver(text("hi"))).toEqual([]);
});

test("tells the partner about a new customer before any subscription exists", async () => {
  const { meta, wabaId } = await startMeta();
  const app = await openSink();
  meta.setAppCallback({ callbackUrl: app.url });
  const value = { event: "PARTNER_ADDED", waba_info: { waba_id: wabaId } };
  const news = meta.change({ wabaId: "506914307650001", field: "account_update", value });
  expect(await meta.deliver(news)).toMatchObject([{ url: app.url, acknowledged: true }]);
});

test("repeats what is not answered with 200, the same bytes, at once and then ever later", async () => {
  const clock = fakeClock();
  const { meta, text } = await startMeta({ clock });
  const statuses = [500, 204, 404, 503, 200];
  const target = await openSink({
    clock,
    respond: (_, index) => ({ status: statuses[index] ?? 200 }),
  });
  const retries = { attempts: 9, delayMs: 100, capMs: 150 };
  const delivering = meta.deliver(text("hi"), { to: target.url, retries });
  for (let count = 2; count <= statuses.length; count++) {
    await target.waitFor(count);
    await expect.poll(() => clock.pending || count === statuses.length).toBeTruthy();
    if (count < statuses.length) await clock.advance(count === 2 ? 100 : 150);
  }
  const [delivered] = await delivering;
  expect(delivered?.attempts.map((attempt) => attempt?.status)).toEqual(statuses);
  expect(delivered?.acknowledged).toBe(true);
  const start = target.received[0]?.at ?? 0;
  expect(target.received.map(({ at }) => at - start)).toEqual([0, 0, 100, 250, 400]);
  expect(new Set(target.received.map(({ body }) => body.toString())).size).toBe(1);
});

test("gives up after the last attempt, and when the horizon is reached", async () => {
  const { meta, text } = await startMeta();
  const target = await openSink({ respond: { delayMs: "reset" } });
  const few = await meta.deliver(text("a"), { to: target.url, retries: { attempts: 2 } });
  expect(few).toMatchObject([{ acknowledged: false, attempts: [undefined, undefined] }]);
  const retries = { attempts: 99, delayMs: 60_000, capMs: 60_000, horizonMs: 59_999 };
  const short = await meta.deliver(text("b"), { to: target.url, retries });
  expect(short[0]?.attempts).toHaveLength(2);
});

test("sends duplicates in an order that the seed decides", async () => {
  const { meta, text } = await startMeta();
  const target = await openSink();
  const payloads = ["a", "b", "c", "d"].map(text);
  const order = async (options: object) => {
    const delivered = await meta.deliver(payloads, { to: target.url, ...options });
    return delivered
      .flatMap(({ payload }) => summary(payload))
      .map((line) => line.at(-1))
      .join("");
  };
  expect(await order({})).toBe("abcd");
  expect(await order({ duplicates: 1 })).toBe("aabbccdd");
  const mixed = await order({ duplicates: 1, shuffle: 7 });
  expect(mixed).not.toBe("aabbccdd");
  expect([...mixed].sort().join("")).toBe("aabbccdd");
  expect(await order({ duplicates: 1, shuffle: 7 })).toBe(mixed);
  expect(await order({ duplicates: 1, shuffle: 8 })).not.toBe(mixed);
});

test("sends thousands, many at a time, and loses none", async () => {
  const { meta, text } = await startMeta();
  const target = await openSink();
  const payloads = Array.from({ length: 3_000 }, (_, n) => text(`message ${n}`));
  const delivered = await meta.deliver(payloads, { to: target.url, concurrency: 64 });
  expect(delivered.every(({ acknowledged }) => acknowledged)).toBe(true);
  expect(new Set(target.received.map(({ body }) => body.toString())).size).toBe(3_000);
});
