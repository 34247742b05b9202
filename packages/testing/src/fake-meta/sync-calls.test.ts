import { expect, onTestFinished, test } from "vitest";
import { fakeClock } from "../fake-clock.ts";
import { fakeMeta } from "./fake-meta.ts";

const DAY_MS = 24 * 60 * 60 * 1000;

async function startMeta(isOnBizApp = true) {
  const clock = fakeClock();
  const meta = await fakeMeta({ clock });
  onTestFinished(meta.close);
  const { wabaId } = meta.addWaba();
  const { phoneNumberId } = meta.addNumber({ wabaId, isOnBizApp });
  const headers = {
    authorization: `Bearer ${meta.issueToken({ wabaIds: [wabaId] })}`,
    "content-type": "application/json",
  };
  const request = async (sync_type: string, messaging_product = "whatsapp") => {
    const answer = await fetch(`${meta.url}/v25.0/${phoneNumberId}/smb_app_data`, {
      method: "POST",
      headers,
      body: JSON.stringify({ messaging_product, sync_type }),
    });
    const { error, ...rest } = JSON.parse(await answer.text());
    return error ? error.code : rest;
  };
  return { clock, meta, wabaId, phoneNumberId, request };
}

const TAKEN = { messaging_product: "whatsapp", request_id: expect.stringMatching(/^smbreq_/) };

test("each type can be asked for once", async () => {
  const { request } = await startMeta();
  expect(await request("smb_app_state_sync")).toEqual(TAKEN);
  expect(await request("history")).toEqual(TAKEN);
  expect(await request("history")).toBe(2593107);
  expect(await request("smb_app_state_sync")).toBe(2593107);
});

test("a day after onboarding it is too late, until the number is onboarded again", async () => {
  const { clock, meta, phoneNumberId, request } = await startMeta();
  expect(await request("history")).toEqual(TAKEN);
  await clock.advance(DAY_MS + 1_000);
  expect(await request("history")).toBe(2593108);
  const again = `${new Date(clock.now()).toISOString().slice(0, 19)}+0000`;
  meta.updateNumber(phoneNumberId, { last_onboarded_time: again });
  expect(await request("history")).toEqual(TAKEN);
  expect(await request("history")).toBe(2593107);
});

test("a signup that leaves the number in the app allows each type once more", async () => {
  const { clock, meta, wabaId, phoneNumberId, request } = await startMeta();
  expect(await request("history")).toEqual(TAKEN);
  await clock.advance(2 * DAY_MS);
  meta.finishSignup({ wabaId, phoneNumberId, coexistence: true });
  expect(await request("history")).toEqual(TAKEN);
  expect(await request("history")).toBe(2593107);
});

test("other types and products, and numbers that are in no app, are refused", async () => {
  const { request } = await startMeta();
  expect(await request("contacts")).toBe(100);
  expect(await request("history", "sms")).toBe(100);
  const plain = await startMeta(false);
  expect(await plain.request("history")).toBe(100);
});
