import { expect, onTestFinished, test } from "vitest";
import { fakeClock } from "../fake-clock.ts";
import type { NumberInput } from "./assets.ts";
import { fakeMeta } from "./fake-meta.ts";

const HOUR_MS = 60 * 60 * 1000;

async function startMeta(fields: Omit<NumberInput, "wabaId"> = {}) {
  const clock = fakeClock();
  const meta = await fakeMeta({ clock });
  onTestFinished(meta.close);
  const { wabaId } = meta.addWaba();
  const { phoneNumberId } = meta.addNumber({ wabaId, platformType: "NOT_APPLICABLE", ...fields });
  const headers = {
    authorization: `Bearer ${meta.issueToken({ wabaIds: [wabaId] })}`,
    "content-type": "application/json",
  };
  const ask = async (path: string, init: RequestInit = {}) => {
    const url = `${meta.url}/v25.0/${phoneNumberId}${path}`;
    const answer = await fetch(url, { headers, ...init });
    const { error, ...rest } = JSON.parse(await answer.text());
    return error ? error.code : rest;
  };
  const post = (edge: string, body: object) =>
    ask(`/${edge}`, { method: "POST", body: JSON.stringify(body) });
  return {
    clock,
    meta,
    wabaId,
    phoneNumberId,
    register: (pin?: string) => post("register", { messaging_product: "whatsapp", pin }),
    deregister: () => post("deregister", {}),
    post,
    read: () => ask("?fields=platform_type,status,is_pin_enabled"),
  };
}

const SUCCESS = { success: true };

test("the first PIN becomes the number's, and from then on no other will do", async () => {
  const { register, read } = await startMeta();
  expect(await read()).toMatchObject({ platform_type: "NOT_APPLICABLE", is_pin_enabled: false });
  expect(await register("123456")).toEqual(SUCCESS);
  expect(await read()).toMatchObject({
    platform_type: "CLOUD_API",
    status: "CONNECTED",
    is_pin_enabled: true,
  });
  expect(await register("654321")).toBe(133005);
  expect(await register("123456")).toEqual(SUCCESS);
});

test("a PIN set elsewhere has to match, also after the number was deregistered", async () => {
  const { register, deregister, read } = await startMeta({ pin: "111111" });
  expect(await register("123456")).toBe(133005);
  expect(await register("111111")).toEqual(SUCCESS);
  expect(await deregister()).toEqual(SUCCESS);
  expect(await read()).toMatchObject({ platform_type: "NOT_APPLICABLE" });
  expect(await deregister()).toBe(133010);
  expect(await register("123456")).toBe(133005);
});

test("six digits and the product have to be named", async () => {
  const { register, post } = await startMeta();
  for (const pin of [undefined, "", "12345", "abcdef"]) expect(await register(pin)).toBe(100);
  expect(await post("register", { pin: "123456" })).toBe(100);
  expect(await post("register", { messaging_product: "sms", pin: "123456" })).toBe(100);
});

test("a number that nobody has verified is refused", async () => {
  const { register } = await startMeta({ fields: { code_verification_status: "EXPIRED" } });
  expect(await register("123456")).toBe(133006);
});

test("a number of the WhatsApp Business app is refused", async () => {
  const { register, deregister } = await startMeta({ isOnBizApp: true, platformType: "CLOUD_API" });
  expect(await register("123456")).toBe(100);
  expect(await deregister()).toBe(100);
});

test("a signup leaves the registration to the partner, unless the number stays in the app", async () => {
  const { meta, wabaId, phoneNumberId, register, read } = await startMeta();
  meta.finishSignup({ wabaId, phoneNumberId });
  expect(await read()).toMatchObject({ platform_type: "NOT_APPLICABLE" });
  expect(await register("123456")).toEqual(SUCCESS);
  meta.finishSignup({ wabaId, phoneNumberId, coexistence: true });
  expect(await read()).toMatchObject({ platform_type: "CLOUD_API" });
  expect(await register("123456")).toBe(100);
});

test("ten tries in 72 hours are allowed, right or wrong; one more locks for 72 hours", async () => {
  const { clock, register, deregister } = await startMeta({ pin: "123456" });
  for (let tries = 0; tries < 5; tries += 1) {
    expect(await register("000000")).toBe(133005);
    expect(await register("123456")).toEqual(SUCCESS);
  }
  await clock.advance(71 * HOUR_MS);
  expect(await register("123456")).toBe(133016);
  await clock.advance(2 * HOUR_MS);
  expect(await deregister()).toBe(133016);
  await clock.advance(70 * HOUR_MS);
  expect(await register("123456")).toEqual(SUCCESS);
});

test("tries that are older than 72 hours no longer count", async () => {
  const { clock, register } = await startMeta();
  for (let tries = 0; tries < 10; tries += 1) await register("123456");
  await clock.advance(72 * HOUR_MS);
  expect(await register("123456")).toEqual(SUCCESS);
});
