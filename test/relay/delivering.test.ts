import type { AnyEvent } from "@wabakit/core";
import { describe, expect, it, test } from "vitest";
import type { Delivery as Record } from "../../packages/core/src/delivery/delivery.ts";
import { recording } from "../delivery/scene.ts";
import {
  type Connected,
  expectVerified,
  type RelayScene,
  relayScene,
  SECRET,
  signatureBy,
  tenantsServer,
  textsOf,
} from "./scene.ts";

const FIVE_SECONDS_MS = 5_000;
/** The schedule's time may be a fifth longer. */
const FIRST_PAUSE_MS = FIVE_SECONDS_MS * 1.2;

const message = (
  { meta }: Pick<RelayScene, "meta">,
  number: Connected,
  body: string,
  id = `wamid.${body}`,
) => meta.textMessage({ ...number, body, id });

/** One number that is forwarded, and the server it is forwarded to. */
async function arrange() {
  const records = new Map<string, Record>();
  const here = await relayScene({}, (store) => recording(store, records));
  const server = await here.server();
  const number = await here.connect();
  await here.webhook(number, server);
  return { ...here, server, number, deliveries: () => [...records.values()] };
}

describe("what is forwarded", () => {
  it("is an event for listeners and endpoints as well", async () => {
    const here = await arrange();
    const heard: AnyEvent[] = [];
    here.hub.on("message.received", (event) => void heard.push(event));
    await here.call("POST", "/webhook-endpoints", { url: here.sink.url, events: ["message.*"] });
    await here.send(message(here, here.number, "hi"));
    await Promise.all([here.server.waitFor(1), here.sink.waitFor(1)]);
    expect(JSON.parse(`${here.sink.received[0]?.body}`)).toMatchObject({
      event: "message.received",
      data: { connectionId: here.number.connectionId },
    });
    await expect.poll(() => heard.length).toBe(1);
  });

  it("is forwarded once, however often Meta repeats it", async () => {
    const here = await arrange();
    const first = await here.send(message(here, here.number, "one"));
    for (let n = 0; n < 3; n += 1) await here.send(message(here, here.number, "one"));
    const last = await here.send(message(here, here.number, "two"));
    await here.server.waitFor(2);
    await here.quiet();
    expect(textsOf(here.server.received)).toEqual(textsOf([first, last]));
  });

  it("comes again whole, under another id, when a repeat has something new in it", async () => {
    const here = await arrange();
    const known = message(here, here.number, "one");
    await here.send(known);
    await here.server.waitFor(1);
    const both = await here.send(here.meta.batch([known, message(here, here.number, "two")]));
    const [first, second] = await here.server.waitFor(2);
    expect(`${second?.body}`).toBe(`${both}`);
    expect(second?.headers["webhook-id"]).not.toBe(first?.headers["webhook-id"]);
    expectVerified(here.server.received);
  });
});

describe("a server that does not take it", () => {
  it("gets it again on schedule, as the same, with every attempt on record", async () => {
    const here = await arrange();
    here.server.respond({ status: 500, body: "out of order" });
    const sent = await here.send(message(here, here.number, "hi"));
    await here.server.waitFor(1);
    await expect.poll(() => here.deliveries().length).toBe(1);
    here.server.respond({});
    await here.clock.advance(FIRST_PAUSE_MS);
    const [first, second] = await here.server.waitFor(2);
    expect(second?.headers["webhook-id"]).toBe(first?.headers["webhook-id"]);
    expect(textsOf(here.server.received)).toEqual(textsOf([sent, sent]));
    expectVerified(here.server.received);
    await expect.poll(() => here.deliveries()[0]?.status).toBe("delivered");
    expect(here.deliveries()).toMatchObject([
      {
        eventId: first?.headers["webhook-id"],
        endpointId: `relay-${here.meta.app.appId}-${here.number.wabaId}`,
        attempts: [{ httpStatus: 500, excerpt: "out of order" }, { httpStatus: 200 }],
      },
    ]);
  });

  it("is not given up when it says 410: the account belongs to the tenant", async () => {
    const here = await arrange();
    here.server.respond({ status: 410 });
    await here.send(message(here, here.number, "hi"));
    await here.server.waitFor(1);
    await expect.poll(() => here.deliveries()[0]?.status).toBe("retrying");
    const shown = await here.call("GET", `/connections/${here.number.connectionId}`);
    expect(shown.body).toMatchObject({ delivery: "relay", webhookState: "active" });
    here.server.respond({});
    await here.clock.advance(FIRST_PAUSE_MS);
    await here.server.waitFor(2);
  });

  it("gets what waits at the URL that counts when its time comes", async () => {
    const here = await arrange();
    const next = await tenantsServer();
    here.server.respond({ status: 500 });
    const sent = await here.send(message(here, here.number, "hi"));
    await here.server.waitFor(1);
    await expect.poll(() => here.deliveries().length).toBe(1);
    await here.webhook(here.number, next, { webhookSigningSecret: undefined });
    await here.clock.advance(FIRST_PAUSE_MS);
    expect(textsOf(await next.waitFor(1))).toEqual(textsOf([sent]));
    expectVerified(next.received);
  });

  it("gets nothing that waits once the account makes events only", async () => {
    const here = await arrange();
    here.server.respond({ status: 500 });
    await here.send(message(here, here.number, "hi"));
    await here.server.waitFor(1);
    await expect.poll(() => here.deliveries().length).toBe(1);
    expect(here.records(/^due:deliveries/)).not.toEqual([]);
    const path = `/connections/${here.number.connectionId}`;
    await here.call("PATCH", path, { delivery: "events" });
    await here.clock.advance(FIRST_PAUSE_MS);
    await expect.poll(() => here.records(/^due:deliveries/)).toEqual([]);
    expect(here.server.received).toHaveLength(1);
  });
});

test("nothing of a suspended number is forwarded, neither then nor later", async () => {
  const here = await arrange();
  const sibling = await here.connect({ wabaId: here.number.wabaId });
  const path = `/connections/${here.number.connectionId}`;
  expect(await here.call("POST", `${path}/suspend`, {})).toMatchObject({ status: 200 });
  const unrouted: AnyEvent[] = [];
  here.hub.on("webhook.unrouted", (event) => void unrouted.push(event));
  await here.send(message(here, here.number, "one"));
  const ofSibling = await here.send(message(here, sibling, "two"));
  await here.server.waitFor(1);
  await here.quiet();
  expect(unrouted).toMatchObject([{ data: { reason: "suspended" } }]);

  await here.call("POST", `/connections/${sibling.connectionId}/suspend`, {});
  await here.send(message(here, sibling, "three"));
  await here.quiet();
  expect(unrouted).toHaveLength(2);
  await here.call("POST", `${path}/resume`, {});
  const after = await here.send(message(here, here.number, "four"));
  await here.server.waitFor(2);
  expect(textsOf(here.server.received)).toEqual(textsOf([ofSibling, after]));
});

test("while a secret is replaced, the one before signs in a header of its own", async () => {
  const here = await arrange();
  await here.send(message(here, here.number, "before"));
  await here.server.waitFor(1);
  const { body } = await here.call(
    "POST",
    `/wabas/${here.number.wabaId}/rotate-signing-secret`,
    {},
  );
  await here.send(message(here, here.number, "after"));
  const [before, after] = await here.server.waitFor(2);
  expectVerified([before].flatMap((one) => one ?? []));
  expect(before?.headers).not.toHaveProperty("x-wabakit-previous-signature-256");
  expectVerified(
    [after].flatMap((one) => one ?? []),
    String(body.webhookSigningSecret),
  );
  const previous = signatureBy(SECRET, after?.body ?? Buffer.of());
  expect(after?.headers).toMatchObject({ "x-wabakit-previous-signature-256": previous });
});
