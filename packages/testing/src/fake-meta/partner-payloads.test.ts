import { readFileSync } from "node:fs";
import { expect, onTestFinished, test } from "vitest";
import { fakeClock } from "../fake-clock.ts";
import { fakeMeta } from "./fake-meta.ts";

const SAMPLES = new URL("../../../../test/fixtures/payloads/", import.meta.url);
const sample = (name: string) => JSON.parse(readFileSync(new URL(`${name}.json`, SAMPLES), "utf8"));

/** The ids and the time of the samples. */
const WABA_ID = "104996122399160";
const AT = 1_795_219_200_000;

async function startMeta() {
  const meta = await fakeMeta({ clock: fakeClock(AT), appId: "5731794616890022" });
  onTestFinished(meta.close);
  meta.addWaba({ wabaId: WABA_ID, businessId: "2729063490580044" });
  return meta;
}

test("builds PARTNER_APP_INSTALLED as in the samples, to the last member", async () => {
  const meta = await startMeta();
  const built = meta.partnerAppInstalled({ wabaId: WABA_ID });
  expect(built).toEqual(sample("account_update.partner_app_installed"));
});

test("builds PARTNER_ADDED as in the samples, with and without a solution", async () => {
  const meta = await startMeta();
  const expected = sample("account_update.partner_added.multi_partner_solution");
  const { waba_info } = expected.entry[0].changes[0].value;
  const solutionId = waba_info.solution_id;
  waba_info.solution_partner_business_ids = [meta.app.businessId];
  expect(meta.partnerAdded({ wabaId: WABA_ID, solutionId })).toEqual(expected);
  const plain = { waba_id: WABA_ID, owner_business_id: "1" };
  const built = meta.partnerAdded({ wabaId: WABA_ID, ownerBusinessId: "1", at: AT + 5_000 });
  expect(built.entry[0]).toMatchObject({ id: meta.app.businessId, time: AT / 1000 + 5 });
  expect(built.entry[0]?.changes[0]?.value).toEqual({ event: "PARTNER_ADDED", waba_info: plain });
});

test("carries the portfolio of the app it is for", async () => {
  const meta = await startMeta();
  const { appId } = meta.addApp({ appSecret: "s", businessId: "520744086200007" });
  expect(meta.partnerAdded({ wabaId: WABA_ID, appId }).entry[0]?.id).toBe("520744086200007");
});
