import { expect, test } from "vitest";
import { connect } from "./connect.ts";
import { expectedOf, readSamples, type Sample, toldBy } from "./expected-events.ts";
import { type Receiver, receiver } from "./receiver.ts";

const samples = readSamples();
const expected = samples.flatMap(expectedOf).sort();

async function sendAll({ meta, callbackUrl }: Receiver): Promise<void> {
  for (const { name, body } of samples) {
    const { status } = await meta.send(callbackUrl, body);
    expect(`${name} ${status}`).toBe(`${name} 200`);
  }
}

/** The accounts and numbers that the samples are about. */
const NUMBERS = [
  { wabaId: "104996122399160", phoneNumberId: "110200345501442", display: "+1 555-010-0142" },
  { wabaId: "104996122399160", phoneNumberId: "110200345501443", display: "+1 555-010-0143" },
  { wabaId: "104996122399999", phoneNumberId: "110200345509999", display: "+1 555-010-9999" },
];

/** Speaks of Meta's partner alone, so it belongs to nobody's account. */
const isOfPartner = ({ name }: Sample) => name.startsWith("partner_solutions");

test("every sample reaches the tenant it is about, once, as what it is", async () => {
  const here = await receiver();
  for (const wabaId of new Set(NUMBERS.map((number) => number.wabaId)))
    here.meta.addWaba({ wabaId });
  for (const { display, ...number } of NUMBERS) {
    await connect(here, { ...number, displayPhoneNumber: display });
  }
  await sendAll(here);
  await here.quiet();

  expect(here.heard.map(toldBy).sort()).toEqual(expected);
  const unrouted = here.heard.filter(({ event }) => event === "webhook.unrouted");
  expect(unrouted.map(toldBy)).toEqual(samples.filter(isOfPartner).flatMap(expectedOf));
  expect(await here.counts()).toEqual({ items: expected.length, repeats: 0, unrouted: 1 });
});

test("where nobody is connected the host is told every sample, once, as what it is", async () => {
  const here = await receiver();
  await sendAll(here);
  await here.quiet();

  expect(new Set(here.heard.map(({ event }) => event))).toEqual(new Set(["webhook.unrouted"]));
  expect(here.heard.map(toldBy).sort()).toEqual(expected);
  expect(await here.counts()).toMatchObject({ unrouted: expected.length });
});
