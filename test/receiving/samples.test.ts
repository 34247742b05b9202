import { expect, test } from "vitest";
import { connect } from "./connect.ts";
import { expectTold, readSamples, type Sample } from "./expected-events.ts";
import { type Receiver, receiver } from "./receiver.ts";

const samples = readSamples();
const total = samples.flatMap(({ expected }) => expected).length;

/** 130 samples, one after the other. */
const SLOW = { timeout: 60_000 };

/** Each on its own, so that what is heard is of this sample. */
async function send({ meta, callbackUrl, heard, quiet }: Receiver, { name, body }: Sample) {
  const before = heard.length;
  const { status } = await meta.send(callbackUrl, body);
  expect(`${name} ${status}`).toBe(`${name} 200`);
  await quiet();
  return heard.slice(before);
}

/** The accounts and numbers that the samples are about. */
const NUMBERS = [
  { wabaId: "104996122399160", phoneNumberId: "110200345501442", display: "+1 555-010-0142" },
  { wabaId: "104996122399160", phoneNumberId: "110200345501443", display: "+1 555-010-0143" },
  { wabaId: "104996122399999", phoneNumberId: "110200345509999", display: "+1 555-010-9999" },
];

/** Speaks of Meta's partner alone, so it belongs to nobody's account. */
const isOfPartner = ({ name }: Sample) => name.startsWith("partner_solutions");

/** After these nothing would reach the connection any more. */
const ENDING = /^account_update\.(account_offboarded|partner_(app_un|removed))/;
const isEnding = ({ name }: Sample) => ENDING.test(name);

async function connectAgain({ meta, hub }: Receiver): Promise<void> {
  for (const { wabaId, phoneNumberId } of NUMBERS) {
    const accessToken = meta.issueToken({ wabaIds: [wabaId] });
    await hub.connections.connect({ tenantId: "acme", wabaId, phoneNumberId, accessToken });
  }
}

test("every sample reaches the tenant it is about, once, as what it is", SLOW, async () => {
  const here = await receiver();
  for (const wabaId of new Set(NUMBERS.map((number) => number.wabaId)))
    here.meta.addWaba({ wabaId });
  for (const { display, ...number } of NUMBERS) {
    await connect(here, { ...number, displayPhoneNumber: display });
  }
  for (const sample of samples) {
    const heard = await send(here, sample);
    if (isEnding(sample)) await connectAgain(here);
    expectTold(heard, sample);
    const isUnrouted = heard.some(({ type }) => type === "webhook.unrouted");
    expect(isUnrouted, sample.name).toBe(isOfPartner(sample));
  }
  expect(await here.counts()).toEqual({ items: total, repeats: 0, unrouted: 1 });
});

test(
  "where nobody is connected the host is told every sample, once, as what it is",
  SLOW,
  async () => {
    const here = await receiver();
    for (const sample of samples) {
      const heard = await send(here, sample);
      expectTold(heard, sample);
      expect(new Set(heard.map(({ type }) => type))).toEqual(new Set(["webhook.unrouted"]));
    }
    expect(await here.counts()).toMatchObject({ unrouted: total });
  },
);
