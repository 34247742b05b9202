import type { WebhookPayload } from "@wabakit/testing";
import { expect, test } from "vitest";
import { type Connected, expectVerified, type RelayScene, relayScene } from "./scene.ts";

type Parsed = { readonly entry: readonly { readonly changes: readonly unknown[] }[] };

/** A message whose text reads differently once anybody writes it anew. */
function message({ meta }: RelayScene, number: Connected, words: string): WebhookPayload {
  const { wabaId, phoneNumberId } = number;
  return meta.textMessage({ wabaId, phoneNumberId, from: "15550123456", body: `é 😀 </${words}>` });
}

const review = ({ meta }: RelayScene, { wabaId }: Connected) =>
  meta.change({ wabaId, field: "account_review_update", value: { decision: "APPROVED" } });

/** The changes of bodies, each as it reads. */
function changesOf(bodies: readonly { readonly body: Buffer }[]): readonly unknown[] {
  const parsed = bodies.map(({ body }): Parsed => JSON.parse(`${body}`));
  return parsed.flatMap(({ entry }) => entry.flatMap(({ changes }) => changes));
}

const changesIn = (...payloads: readonly WebhookPayload[]) =>
  payloads.flatMap(({ entry }) => entry.flatMap(({ changes }) => changes));

/** Everything between the brackets of `changes` stands so in the original. */
function expectSlices(bodies: readonly { readonly body: Buffer }[], original: Buffer): void {
  for (const { body } of bodies) {
    const slices = `${body}`.matchAll(/\{"field":.*?\}(?=\]\}|,\{"field")/gs);
    const texts = [...slices].map(([text]) => text);
    expect(texts).toHaveLength(changesOf([{ body }]).length);
    for (const text of texts) expect(original.includes(text)).toBe(true);
  }
}

test("a batch of two tenants' accounts reaches each with its own changes alone", async () => {
  const here = await relayScene();
  const [acme, globex] = [await here.server(), await here.server()];
  const own = await here.connect({ tenantId: "acme" });
  const other = await here.connect({ tenantId: "globex" });
  const events = await here.connect({ tenantId: "initech" });
  await here.webhook(own, acme);
  await here.webhook(other, globex, { webhookSigningSecret: "another secret, of globex" });
  const ofAcme = [message(here, own, "one"), review(here, own), message(here, own, "two")];
  const ofGlobex = [message(here, other, "three"), review(here, other)];
  const [first, second, third] = ofAcme.map((payload) => payload);
  const ofNobody = message(here, { ...own, phoneNumberId: "404", wabaId: "405" }, "nobody's");
  const batch = here.meta.batch(
    [
      first,
      ofGlobex[0],
      second,
      message(here, events, "four"),
      ofNobody,
      third,
      ofGlobex[1],
    ].flatMap((payload) => payload ?? []),
  );
  const original = await here.send(batch);

  const [toAcme, toGlobex] = [await acme.waitFor(1), await globex.waitFor(1)];
  expect(changesOf(toAcme)).toEqual(changesIn(...ofAcme));
  expect(changesOf(toGlobex)).toEqual(changesIn(...ofGlobex));
  for (const delivered of [toAcme, toGlobex]) {
    expect(delivered).toHaveLength(1);
    expectSlices(delivered, original);
    expect(JSON.parse(`${delivered[0]?.body}`)).toMatchObject({ object: batch.object });
  }
  expectVerified(toAcme);
  expectVerified(toGlobex, "another secret, of globex");
});

test("an account with one webhook gets what concerns all its numbers in one piece", async () => {
  const here = await relayScene();
  const server = await here.server();
  const one = await here.connect({ tenantId: "acme" });
  const two = await here.connect({ tenantId: "globex", wabaId: one.wabaId });
  await here.webhook(one, server);
  const original = await here.send(
    here.meta.batch([message(here, one, "1"), message(here, two, "2"), review(here, one)]),
  );
  const received = await server.waitFor(1);
  expect(received.map(({ body }) => `${body}`)).toEqual([`${original}`]);
  expectVerified(received);
});

test("where each number has a webhook of its own, each gets its own, and all what is about the account", async () => {
  const here = await relayScene();
  const [first, second] = [await here.server(), await here.server()];
  const one = await here.connect({ tenantId: "acme" });
  const two = await here.connect({ tenantId: "globex", wabaId: one.wabaId });
  await here.webhook(one, first, { overrideScope: "number" });
  await here.webhook(two, second, { overrideScope: "number" });
  const [toOne, toTwo] = [message(here, one, "1"), message(here, two, "2")];
  const original = await here.send(here.meta.batch([toOne, toTwo, review(here, one)]));
  const [left, right] = [await first.waitFor(1), await second.waitFor(1)];
  expect(changesOf(left)).toEqual(changesIn(toOne, review(here, one)));
  expect(changesOf(right)).toEqual(changesIn(toTwo, review(here, one)));
  for (const received of [left, right]) {
    expectSlices(received, original);
    expectVerified(received);
  }
});

test("an account whose numbers share a URL is told what is about it once", async () => {
  const here = await relayScene();
  const server = await here.server();
  const one = await here.connect();
  const two = await here.connect({ wabaId: one.wabaId });
  for (const number of [one, two]) await here.webhook(number, server, { overrideScope: "number" });
  await here.send(review(here, one));
  await here.send(message(here, two, "after it"));
  expect(changesOf(await server.waitFor(2))).toHaveLength(2);
});

test("a number that nobody has connected is cut out, also of a connected account", async () => {
  const here = await relayScene();
  const server = await here.server();
  const number = await here.connect();
  await here.webhook(number, server);
  const own = message(here, number, "own");
  const foreign = message(here, { ...number, phoneNumberId: "404" }, "foreign");
  const original = await here.send(here.meta.batch([foreign, own]));
  const received = await server.waitFor(1);
  expect(changesOf(received)).toEqual(changesIn(own));
  expectSlices(received, original);
});

test("a batch of more updates than one commit takes is forwarded once, in one piece", async () => {
  const here = await relayScene();
  const server = await here.server();
  const number = await here.connect();
  await here.webhook(number, server);
  const many = Array.from({ length: 300 }, (_, index) => message(here, number, `${index}`));
  const original = await here.send(here.meta.batch(many));
  const last = await here.send(message(here, number, "the end"));
  const received = await server.waitFor(2);
  await here.quiet();
  expect(received.map(({ body }) => `${body}`)).toEqual([`${original}`, `${last}`]);
});
