import { createHub, type Hub, type HubOptions } from "@wabakit/core";
import { fakeClock, fakeMeta, sink } from "@wabakit/testing";
import { Keyv } from "keyv";
import { expect, onTestFinished, test } from "vitest";
import { hubOptions } from "../spine/setting.ts";
import { eventually } from "./scene.ts";

const START_AT = Date.UTC(2026, 10, 21);
const DAY_MS = 24 * 60 * 60 * 1000;
const SWEEP_MS = 30_000;

/** Processes that follow one another on one store, days apart. */
async function days(options: Partial<HubOptions> = {}) {
  const [meta, customer, entries] = [await fakeMeta(), await sink(), new Map<string, unknown>()];
  onTestFinished(async () => void (await Promise.all([meta.close(), customer.close()])));
  const common = { ...hubOptions(meta), ...options };

  async function hubOn(day: number) {
    const clock = fakeClock(START_AT + day * DAY_MS);
    const hub = createHub({ ...common, clock, store: new Keyv({ store: entries }) });
    await hub.start();
    return { hub, sweep: () => clock.advance(SWEEP_MS) };
  }

  /** One message, told to the customer. */
  async function tell({ hub }: { readonly hub: Hub }, text = "hello"): Promise<void> {
    const { wabaId } = meta.addWaba();
    const { phoneNumberId } = meta.addNumber({ wabaId });
    const accessToken = meta.issueToken({ wabaIds: [wabaId] });
    await hub.connections.connect({ tenantId: "acme", phoneNumberId, accessToken });
    const from = "15550123456";
    const signed = meta.sign(meta.textMessage({ wabaId, phoneNumberId, from, body: text }));
    const init = { method: "POST", headers: signed.headers, body: signed.body };
    const answer = await hub.fetch(new Request("https://app.example.com/webhooks/meta", init));
    expect(answer?.status).toBe(200);
  }

  /** How many records there are of a kind, once the store is closed and tidy. */
  const count = (kind: string) =>
    [...entries.keys()].filter((key) => key.startsWith(`${kind}:`)).length;

  return { customer, hubOn, tell, count };
}

test("what is told is kept for its time, and then goes with its deliveries", async () => {
  const here = await days();
  const first = await here.hubOn(0);
  await first.hub.webhookEndpoints.create({ url: here.customer.url });
  await here.tell(first);
  await here.customer.waitFor(1);
  await first.hub.stop();
  const kinds = ["item", "event", "delivery"] as const;
  const counts = () => kinds.map(here.count);
  expect(counts()).toEqual([1, 1, 1]);
  expect(here.count("journal")).toBeGreaterThan(0);

  for (const [day, expected] of [
    [7, [1, 1, 1]],
    [9, [0, 1, 1]],
    [13, [0, 1, 1]],
    [15, [0, 0, 0]],
  ] as const) {
    const later = await here.hubOn(day);
    await later.sweep();
    await eventually(() => expect(counts()).toEqual(expected));
    await later.hub.stop();
  }
  expect(here.count("log:emitted")).toBe(0);
  expect(here.count("journal")).toBe(0);
});

test("for how long is an option", async () => {
  const here = await days({ retention: { events: 2 } });
  const first = await here.hubOn(0);
  await here.tell(first);
  await eventually(() => expect(here.count("event")).toBe(1));
  await first.hub.stop();
  const later = await here.hubOn(3);
  await later.sweep();
  await eventually(() => expect(here.count("event")).toBe(0));
  expect(here.count("item")).toBe(1);
  await later.hub.stop();
});

test("a delivery whose event has gone is let go of, and those behind it are not held up", async () => {
  const here = await days({ retention: { events: 2 } });
  const first = await here.hubOn(0);
  here.customer.respond(() => ({ status: 503 }));
  await first.hub.webhookEndpoints.create({ url: here.customer.url });
  await here.tell(first, "old");
  await here.customer.waitFor(1);
  await first.hub.stop();

  const purging = await here.hubOn(3);
  await purging.sweep();
  await eventually(() => expect(here.count("event")).toBe(0));
  await purging.hub.stop();
  expect(here.count("due:deliveries")).toBeGreaterThan(0);

  here.customer.respond(() => ({}));
  const before = here.customer.received.length;
  const last = await here.hubOn(4);
  await here.tell(last, "new");
  await here.customer.waitFor(before + 1);
  expect(`${here.customer.received.at(-1)?.body}`).toContain("new");
  await last.hub.stop();
  expect(here.customer.received).toHaveLength(before + 1);
  expect(here.count("due:deliveries")).toBe(0);
});
