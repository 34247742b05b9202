import { readFileSync } from "node:fs";
import { expect, onTestFinished, test } from "vitest";
import { fakeClock } from "../fake-clock.ts";
import { fakeMeta } from "./fake-meta.ts";

const SAMPLES = new URL("../../../../test/fixtures/payloads/", import.meta.url);
const sample = (name: string) => JSON.parse(readFileSync(new URL(`${name}.json`, SAMPLES), "utf8"));

/** 2026-11-21T00:00:00Z, the time of the samples. */
const AT = 1_795_219_200_000;
const WABA_ID = "104996122399160";
const PHONE_NUMBER_ID = "110200345501442";
const CUSTOMER = { from: "15550123456", userId: "US.13574209886431200452" };

async function startMeta() {
  const meta = await fakeMeta({ clock: fakeClock(AT) });
  onTestFinished(meta.close);
  meta.addWaba({ wabaId: WABA_ID });
  meta.addNumber({
    wabaId: WABA_ID,
    phoneNumberId: PHONE_NUMBER_ID,
    displayPhoneNumber: "+1 555-010-0142",
  });
  return meta;
}

test("builds the text message of the samples, to the last member", async () => {
  const meta = await startMeta();
  const expected = sample("messages.text");
  const [message] = expected.entry[0].changes[0].value.messages;
  const body = message.text.body;
  const built = meta.textMessage({
    phoneNumberId: PHONE_NUMBER_ID,
    ...CUSTOMER,
    body,
    id: message.id,
  });
  expect(built).toEqual(expected);
});

test("builds a customer who hides the phone number", async () => {
  const meta = await startMeta();
  const { userId } = CUSTOMER;
  const built = meta.textMessage({ phoneNumberId: PHONE_NUMBER_ID, userId, body: "hi" });
  expect(built.entry[0]?.changes[0]?.value).toMatchObject({
    contacts: [{ user_id: userId }],
    messages: [{ from_user_id: userId }],
  });
  expect(JSON.stringify(built)).not.toMatch(/"(?:from|wa_id)":/);
});

test("builds statuses: contacts and user id except on failure, a price when sent", async () => {
  const meta = await startMeta();
  const { from: recipient, userId } = CUSTOMER;
  const about = { phoneNumberId: PHONE_NUMBER_ID, id: "wamid.X", recipient, userId };
  const sent = meta.status({ ...about, status: "sent", bizOpaqueCallbackData: "order-7" });
  expect(sent.entry[0]?.changes[0]).toMatchObject({
    field: "messages",
    value: {
      contacts: [{ wa_id: recipient, user_id: userId }],
      statuses: [
        {
          id: "wamid.X",
          status: "sent",
          timestamp: "1795219200",
          recipient_id: recipient,
          recipient_user_id: userId,
          pricing: { pricing_model: "PMP" },
          biz_opaque_callback_data: "order-7",
        },
      ],
    },
  });
  const expected = sample("statuses.failed");
  const [failure] = expected.entry[0].changes[0].value.statuses;
  const { id, errors, timestamp } = failure;
  const at = Number(timestamp) * 1000;
  expect(meta.status({ ...about, id, at, status: "failed", errors })).toEqual(expected);
});

test("builds echoes from the business number, and news about an account", async () => {
  const meta = await startMeta();
  const echo = meta.echo({
    phoneNumberId: PHONE_NUMBER_ID,
    to: CUSTOMER.from,
    body: "from the app",
  });
  expect(echo.entry[0]?.changes[0]).toMatchObject({
    field: "smb_message_echoes",
    value: { message_echoes: [{ from: "15550100142", to: CUSTOMER.from }] },
  });
  const value = { decision: "APPROVED" };
  const news = meta.change({ wabaId: WABA_ID, field: "account_review_update", value });
  expect(news.entry).toEqual([
    { id: WABA_ID, time: AT / 1000, changes: [{ field: "account_review_update", value }] },
  ]);
});

test("gives every message its own id of Meta's make-up, the same in every run", async () => {
  const build = async () => {
    const meta = await startMeta();
    const one = { phoneNumberId: PHONE_NUMBER_ID, ...CUSTOMER, body: "hi" };
    return [meta.textMessage(one), meta.textMessage(one)].map(
      ({ entry }) => JSON.stringify(entry).match(/"id":"(wamid\.[^"]+)/)?.[1],
    );
  };
  const [first, second] = await build();
  expect(first).not.toBe(second);
  expect(first).toMatch(/^wamid\.HBgL[A-Za-z0-9+/]+=*$/);
  expect(await build()).toEqual([first, second]);
});

test("joins neighbours of one account in a batch, and keeps the order", async () => {
  const meta = await startMeta();
  const other = meta.addNumber({ wabaId: meta.addWaba().wabaId });
  const text = (phoneNumberId: string) =>
    meta.textMessage({ phoneNumberId, ...CUSTOMER, body: "hi" });
  const { phoneNumberId } = other;
  const batch = meta.batch([
    text(PHONE_NUMBER_ID),
    text(PHONE_NUMBER_ID),
    text(phoneNumberId),
    text(PHONE_NUMBER_ID),
  ]);
  expect(batch.entry.map(({ id, changes }) => [id, changes.length])).toEqual([
    [WABA_ID, 2],
    [other.wabaId, 1],
    [WABA_ID, 1],
  ]);
});

test("asks for the WABA of a number it does not know", async () => {
  const meta = await startMeta();
  const unknown = { phoneNumberId: "1", ...CUSTOMER, body: "hi" };
  expect(() => meta.textMessage(unknown)).toThrow("Name the wabaId");
  expect(meta.textMessage({ ...unknown, wabaId: "2" }).entry[0]?.id).toBe("2");
});
