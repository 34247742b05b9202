import { expect, test } from "vitest";
import { type Connected, expectVerified, type RelayScene, relayScene, textsOf } from "./scene.ts";

const DIRECT = { delivery: "direct" };

/** Meta sends these to the app alone. */
const MANAGEMENT = [
  ["message_template_status_update", { event: "APPROVED", message_template_id: 1 }],
  ["account_review_update", { decision: "APPROVED" }],
  ["business_capability_update", { max_phone_numbers_per_business: 2 }],
  ["user_preferences", { user_preferences: [{ category: "marketing_messages" }] }],
  ["a_field_of_tomorrow", { news: "é 😀" }],
] as const;

/** These go past us, and are nobody's twice because one of them has reached us all the same. */
const OVERRIDDEN = ["history", "calls", "account_settings_update", "group_participant_update"];

function change({ meta }: RelayScene, number: Connected, field: string, value: object = {}) {
  const { wabaId, phoneNumberId } = number;
  return meta.change({
    wabaId,
    field,
    value: { ...value, metadata: { phone_number_id: phoneNumberId } },
  });
}

test("what Meta sends to the app alone goes on, signed as Meta signs", async () => {
  const here = await relayScene();
  const server = await here.server();
  const number = await here.connect();
  await here.webhook(number, server, DIRECT);
  for (const field of OVERRIDDEN) await here.send(change(here, number, field));
  await here.send(here.meta.textMessage({ ...number, body: "not for us" }));
  const sent: Buffer[] = [];
  for (const [field, value] of MANAGEMENT) {
    sent.push(await here.send(here.meta.change({ wabaId: number.wabaId, field, value })));
  }
  sent.push(
    await here.send(change(here, number, "phone_number_quality_update", { event: "FLAGGED" })),
  );
  await here.quiet();
  await server.waitFor(sent.length);
  await here.clock.advance(1_000);
  expect(textsOf(server.received)).toEqual(textsOf(sent));
  expectVerified(server.received, here.meta.app.appSecret);
});

test("a batch is cut to what Meta sends to the app alone", async () => {
  const here = await relayScene();
  const server = await here.server();
  const number = await here.connect();
  await here.webhook(number, server, DIRECT);
  const review = here.meta.change({
    wabaId: number.wabaId,
    field: "account_review_update",
    value: { decision: "APPROVED" },
  });
  await here.send(here.meta.batch([here.meta.textMessage({ ...number, body: "hi" }), review]));
  const [delivered] = await server.waitFor(1);
  expect(JSON.parse(`${delivered?.body}`)).toEqual(review);
  expectVerified(server.received, here.meta.app.appSecret);
});

test("nothing goes on where that is not wanted", async () => {
  const here = await relayScene();
  const [unwanted, wanted] = [await here.server(), await here.server()];
  const silent = await here.connect();
  const other = await here.connect();
  await here.webhook(silent, unwanted, { ...DIRECT, forwardManagementEvents: false });
  await here.webhook(other, wanted, DIRECT);
  for (const number of [silent, other]) {
    await here.send(change(here, number, "account_review_update", { decision: "APPROVED" }));
  }
  await wanted.waitFor(1);
  await here.quiet();
  expect(unwanted.received).toEqual([]);
});

test("each number with a webhook of its own gets its own there as well", async () => {
  const here = await relayScene();
  const [first, second] = [await here.server(), await here.server()];
  const one = await here.connect();
  const two = await here.connect({ wabaId: one.wabaId });
  await here.webhook(one, first, { ...DIRECT, overrideScope: "number" });
  await here.webhook(two, second, { ...DIRECT, overrideScope: "number" });
  const toTwo = await here.send(change(here, two, "phone_number_name_update", { decision: "OK" }));
  const toBoth = await here.send(
    here.meta.change({ wabaId: one.wabaId, field: "security", value: { event: "PIN_CHANGED" } }),
  );
  await Promise.all([first.waitFor(1), second.waitFor(2)]);
  expect(textsOf(first.received)).toEqual(textsOf([toBoth]));
  expect(textsOf(second.received)).toEqual(textsOf([toTwo, toBoth]));
  expectVerified([...first.received, ...second.received], here.meta.app.appSecret);
});
