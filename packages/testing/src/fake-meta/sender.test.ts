import { expect, onTestFinished, test } from "vitest";
import { sink } from "../sink.ts";
import { fakeMeta } from "./fake-meta.ts";
import { signLikeMeta } from "./sign-like-meta.ts";

async function startMeta() {
  const meta = await fakeMeta({ appSecret: "app-secret" });
  const target = await sink({
    respond: { status: 202, headers: { "x-seen": "1" }, body: "noted" },
  });
  onTestFinished(meta.close);
  onTestFinished(target.close);
  return { meta, target };
}

test("posts the exact bytes it signed, and returns the answer", async () => {
  const { meta, target } = await startMeta();
  const payload = { object: "whatsapp_business_account", text: "café 😀 a/b" };
  const answer = await meta.send(`${target.url}/hook?x=1`, payload);
  expect(answer).toMatchObject({ status: 202, headers: { "x-seen": "1" }, body: "noted" });
  const [received] = target.received;
  expect(received?.path).toBe("/hook?x=1");
  expect(received?.body.toString("latin1")).toBe(
    '{"object":"whatsapp_business_account","text":"caf\\u00e9 \\ud83d\\ude00 a\\/b"}',
  );
  expect(received?.headers).toMatchObject({
    "content-type": "application/json",
    "user-agent": "facebookexternalua",
    "content-length": String(received?.body.length),
    ...signLikeMeta(received?.body ?? Buffer.of(), "app-secret"),
  });
});

test("leaves bytes alone, and lets a test forge what it likes", async () => {
  const { meta } = await startMeta();
  const bytes = Buffer.from('{ "é": 1 }');
  const forged = meta.sign(bytes, {
    appSecret: "stolen",
    headers: { "x-hub-signature": "sha1=0" },
  });
  expect(forged.body).toEqual(bytes);
  const { "x-hub-signature-256": sha256 } = signLikeMeta(bytes, "stolen");
  expect(forged.headers).toMatchObject({
    "x-hub-signature-256": sha256,
    "x-hub-signature": "sha1=0",
  });
});

test("pads a body to the byte, up to Meta's three megabytes and beyond", async () => {
  const { meta, target } = await startMeta();
  const padToBytes = 3 * 1024 * 1024 + 1;
  await meta.send(target.url, { object: "é" }, { padToBytes });
  expect(target.received[0]?.body).toHaveLength(padToBytes);
  expect(JSON.parse(String(target.received[0]?.body))).toMatchObject({ object: "é" });
  expect(() => meta.sign({ object: "é" }, { padToBytes: 20 })).toThrow(RangeError);
});

test("rejects when nobody answers", async () => {
  const { meta, target } = await startMeta();
  target.respond({ delayMs: "reset" });
  await expect(meta.send(target.url, {})).rejects.toThrow();
});
