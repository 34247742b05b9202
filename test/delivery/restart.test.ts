import { createHub, type Hub } from "@wabakit/core";
import {
  type FakeClock,
  type FakeMeta,
  fakeClock,
  fakeMeta,
  type Sink,
  sink,
} from "@wabakit/testing";
import { expect, onTestFinished, test } from "vitest";
import { hubOptions } from "../spine/setting.ts";
import { eventually } from "./scene.ts";
import { sqliteFile } from "./sqlite-file.ts";

/** Processes that follow one another on one file, without HTTP of their own. */
async function processes() {
  const [meta, customer, file] = [await fakeMeta(), await sink(), await sqliteFile()];
  onTestFinished(async () => void (await Promise.all([meta.close(), customer.close()])));
  const clock = fakeClock();
  const options = { ...hubOptions(meta), clock };
  return {
    meta,
    clock,
    sink: customer,
    async next(prepare: (hub: Hub) => void = () => {}): Promise<Hub> {
      const hub = createHub({ ...options, store: file.open() });
      onTestFinished(() => hub.stop());
      prepare(hub);
      await hub.start();
      return hub;
    },
  };
}

async function connect(hub: Hub, meta: FakeMeta, { url }: Sink) {
  const { wabaId } = meta.addWaba();
  const { phoneNumberId } = meta.addNumber({ wabaId });
  const accessToken = meta.issueToken({ wabaIds: [wabaId] });
  await hub.connections.connect({ tenantId: "acme", phoneNumberId, accessToken });
  await hub.webhookEndpoints.create({ url });
  return { wabaId, phoneNumberId };
}

type Number = Awaited<ReturnType<typeof connect>>;

/** What Meta sends, handed over without a socket. */
async function receive(hub: Hub, meta: FakeMeta, number: Number, texts: readonly string[]) {
  for (const body of texts) {
    const signed = meta.sign(meta.textMessage({ ...number, from: "15550123456", body }));
    const init = { method: "POST", headers: signed.headers, body: signed.body };
    const answer = await hub.fetch(new Request("https://app.example.com/webhooks/meta", init));
    expect(answer?.status).toBe(200);
  }
}

const textsOf = ({ received }: Sink) =>
  received.map(({ body }) => JSON.parse(`${body}`).data.message.text.body);

const texts = Array.from({ length: 120 }, (_, index) => `text ${index}`);

test("a hub that stops in the middle loses nothing, and the next one repeats nothing", async () => {
  const here = await processes();
  const first = await here.next();
  const number = await connect(first, here.meta, here.sink);
  const received = Promise.withResolvers<void>();
  const stopping = Promise.withResolvers<void>();
  here.sink.respond(async (_, index) => {
    await received.promise;
    if (index === 30) stopping.resolve();
    return {};
  });
  await receive(first, here.meta, number, texts);
  received.resolve();
  await stopping.promise;
  await first.stop();
  const before = here.sink.received.length;
  expect(before).toBeGreaterThan(30);
  expect(before).toBeLessThan(texts.length);

  await here.next();
  await here.sink.waitFor(texts.length);
  expect(textsOf(here.sink).sort()).toEqual([...texts].sort());
});

test("the same hub may stop and start as often as its host likes", async () => {
  const here = await processes();
  const hub = await here.next();
  const number = await connect(hub, here.meta, here.sink);
  for (const text of ["one", "two", "three"]) {
    await receive(hub, here.meta, number, [text]);
    await hub.stop();
    await hub.start();
  }
  await here.sink.waitFor(3);
  expect(textsOf(here.sink)).toEqual(["one", "two", "three"]);
});

test("a retry that waited while no hub ran is made at its time", async () => {
  const here = await processes();
  const first = await here.next();
  const number = await connect(first, here.meta, here.sink);
  here.sink.respond({ status: 500 });
  await receive(first, here.meta, number, ["hi"]);
  await here.sink.waitFor(1);
  await first.stop();

  here.sink.respond({});
  await here.next();
  await passQuietly(here.clock, 3_900, here.sink, 1);
  await here.clock.advance(3_000);
  await here.sink.waitFor(2);
  expect(textsOf(here.sink)).toEqual(["hi", "hi"]);
});

test("a listener that had not ended when the hub stopped hears its event again", async () => {
  const here = await processes();
  const first = await here.next();
  const number = await connect(first, here.meta, here.sink);
  const heard: string[] = [];
  first.on("message.received", () => {
    heard.push("first");
    throw new Error("out of order");
  });
  await receive(first, here.meta, number, ["hi"]);
  await eventually(() => expect(heard).toEqual(["first"]));
  await first.stop();

  await here.next((hub) => void hub.on("*", () => void heard.push("second")));
  await here.clock.advance(1_200);
  await eventually(() => expect(heard).toEqual(["first", "second"]));
});

/** Lets time pass in which nothing more may arrive. */
async function passQuietly(clock: FakeClock, ms: number, { received }: Sink, count: number) {
  await clock.advance(ms);
  expect(received).toHaveLength(count);
}
