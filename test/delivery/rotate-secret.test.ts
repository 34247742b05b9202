import { createHmac } from "node:crypto";
import type { Delivery } from "@wabakit/testing";
import { Webhook } from "standardwebhooks";
import { Webhook as SvixWebhook } from "svix";
import { expect, onTestFinished, test, vi } from "vitest";
import { scene } from "./scene.ts";

const HOUR_MS = 60 * 60 * 1000;
const DAY_MS = 24 * HOUR_MS;
const LIBRARIES = { standardwebhooks: Webhook, svix: SvixWebhook };

/** The libraries hold a delivery against the time of the machine. */
function verifies(secret: string, delivery: Delivery | undefined): readonly boolean[] {
  const headers = (delivery?.headers ?? {}) as Record<string, string>;
  const named = { ...headers, "svix-id": headers["webhook-id"] ?? "" };
  vi.setSystemTime(Number(headers["webhook-timestamp"]) * 1000);
  return Object.values(LIBRARIES).map((Library) => {
    try {
      new Library(secret).verify(delivery?.body ?? "", named);
      return true;
    } catch {
      return false;
    }
  });
}

const hex = (secret: string, delivery: Delivery | undefined) =>
  `sha256=${createHmac("sha256", secret)
    .update(delivery?.body ?? "")
    .digest("hex")}`;

test("after a rotation both secrets sign for 24 hours, and then the new one alone", async () => {
  const here = await scene();
  vi.useFakeTimers({ toFake: ["Date"] });
  onTestFinished(() => void vi.useRealTimers());
  const signature = { format: "sha256-hex", prefix: "X-Acme" };
  const { body: made } = await here.addEndpoint({ url: here.sink.url, signature });
  const rotate = () => here.call("POST", `/webhook-endpoints/${made.id}/rotate-secret`, {});
  const { status, body } = await rotate();
  expect(status).toBe(200);
  expect(body).toEqual({
    id: made.id,
    secret: expect.stringMatching(/^whsec_[\w+/]{43}=$/),
    previousValidUntil: new Date(here.clock.now() + DAY_MS).toISOString(),
  });
  const [old, fresh] = [String(made.secret), String(body.secret)];
  expect(fresh).not.toBe(old);
  expect(JSON.stringify((await here.call("GET", "/webhook-endpoints")).body)).not.toContain(
    "whsec",
  );

  const deliver = async (count: number) => {
    await here.write(`text ${count}`);
    return (await here.sink.waitFor(count))[count - 1];
  };
  await here.clock.advance(DAY_MS - 1_000);
  const during = await deliver(1);
  expect([verifies(old, during), verifies(fresh, during)]).toEqual([
    [true, true],
    [true, true],
  ]);
  expect(during?.headers["x-acme-signature"]).toBe(hex(fresh, during));
  expect(during?.headers["x-acme-previous-signature"]).toBe(hex(old, during));

  await here.clock.advance(1_000);
  const after = await deliver(2);
  expect([verifies(old, after), verifies(fresh, after)]).toEqual([
    [false, false],
    [true, true],
  ]);
  expect(after?.headers["x-acme-signature"]).toBe(hex(fresh, after));
  expect(after?.headers["x-acme-previous-signature"]).toBeUndefined();
});

test("a rotation soon after another leaves each former secret its own 24 hours", async () => {
  const here = await scene();
  vi.useFakeTimers({ toFake: ["Date"] });
  onTestFinished(() => void vi.useRealTimers());
  const { body: made } = await here.addEndpoint({ url: here.sink.url });
  const rotate = () => here.hub.webhookEndpoints.rotateSecret(String(made.id));
  const second = await rotate();
  await here.clock.advance(HOUR_MS);
  const third = await rotate();
  const secrets = [String(made.secret), second.secret, third.secret];
  const signing = (delivery: Delivery | undefined) =>
    secrets.map((secret) => verifies(secret, delivery)[0]);
  await here.write("one");
  expect(signing((await here.sink.waitFor(1))[0])).toEqual([true, true, true]);
  await here.clock.advance(DAY_MS - HOUR_MS);
  await here.write("two");
  expect(signing((await here.sink.waitFor(2))[1])).toEqual([false, true, true]);
  await here.clock.advance(HOUR_MS);
  await here.write("three");
  expect(signing((await here.sink.waitFor(3))[2])).toEqual([false, false, true]);
});
