import { randomBytes } from "node:crypto";
import { createHub, keyvStore } from "@wabakit/core";
import { fakeClock } from "@wabakit/testing";
import { Keyv } from "keyv";
import { expect, onTestFinished, test } from "vitest";
import { hubOptions } from "../spine/setting.ts";
import { NEW_NUMBER, scene } from "./scene.ts";

const HOUR_MS = 60 * 60 * 1_000;

test("a sign-up goes on after the keys that its token and PIN were sealed with are gone", async () => {
  const { meta, customer, signUp } = await scene();
  const entries = new Map();
  const [oldKey, newKey] = [randomBytes(32), randomBytes(32)];
  const hubWith = async (...secretKeys: Buffer[]) => {
    const store = keyvStore(new Keyv({ store: entries }));
    const hub = createHub({ ...hubOptions(meta), store, secretKeys });
    onTestFinished(() => hub.stop());
    await hub.start();
    return hub;
  };
  const before = await hubWith(oldKey);
  const input = { tenantId: "acme", tenantName: "Acme" };
  const { sessionId } = await before.onboarding.create(input);
  const code = signUp(customer({ ...NEW_NUMBER, pin: "123456" }));
  await expect(before.onboarding.complete(sessionId, { code })).rejects.toMatchObject({
    context: { errorCategory: "pin_required" },
  });
  await before.stop();

  const between = await hubWith(newKey, oldKey);
  await between.rotateSecrets();
  await between.stop();
  const after = await hubWith(newKey);
  const done = await after.onboarding.resume(sessionId, { pin: "123456" });
  expect(done.status).toBe("completed");
});

test("a number that Meta reviews is asked about until it can be used, and then no more", async () => {
  const clock = fakeClock();
  const here = await scene({ clock });
  const customer = here.customer({ platformType: "CLOUD_API", fields: { status: "PENDING" } });
  const { sessionId } = await here.begin();
  const { body } = await here.complete(sessionId, { code: here.signUp(customer) });
  const status = async () =>
    (await here.api("GET", `/connections/${body.connectionId}`)).body.status;
  const asked = () =>
    here.meta.requests.filter(({ path }) => path === `/${customer.phoneNumberId}`).length;

  const before = asked();
  await clock.advance(HOUR_MS);
  await expect.poll(asked).toBeGreaterThan(before);
  expect(await status()).toBe("pending");

  here.meta.updateNumber(customer.phoneNumberId, { status: "CONNECTED" });
  await clock.advance(2 * HOUR_MS);
  await expect.poll(status).toBe("active");
  const settled = asked();
  await clock.advance(2 * HOUR_MS);
  expect(asked()).toBe(settled);
  expect((await here.event("connection.status_changed")).data).toMatchObject({
    from: "pending",
    to: "active",
  });
});
