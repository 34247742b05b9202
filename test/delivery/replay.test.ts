import { createHub, type HubOptions, keyvStore, type Store } from "@wabakit/core";
import { type FakeClock, fakeClock, fakeMeta, faultyStore, sink } from "@wabakit/testing";
import { Keyv } from "keyv";
import { describe, expect, it, onTestFinished } from "vitest";
import { API_KEY, hubOptions } from "../spine/setting.ts";
import { attempts, eventually, passTimeUntil, scene } from "./scene.ts";

const NO_LIMITS = { limits: { reads: false, writes: false } } as const;
const MINUTE_MS = 60_000;
/** Of an endpoint that says nothing else. */
const CONCURRENCY = 4;
const DAY_MS = 24 * 60 * MINUTE_MS;

/** Lets time go by until something has come about. */
async function passingTime(clock: FakeClock, check: () => void | Promise<void>): Promise<void> {
  await eventually(async () => {
    await clock.advance(1_000);
    await check();
  });
}

const idsOf = (received: readonly { readonly headers: object }[]) =>
  received.map(({ headers }) => (headers as Record<string, string>)["webhook-id"]);

async function arrange(options: Partial<HubOptions> = {}) {
  const here = await scene({ ...NO_LIMITS, ...options });
  const { body } = await here.addEndpoint({ url: here.sink.url });
  const path = `/webhook-endpoints/${body.id}`;
  const since = new Date(here.clock.now()).toISOString();
  const replay = (range: object = { since }) => here.call("POST", `${path}/replay`, range);
  return { ...here, path, since, replay, endpointId: String(body.id) };
}

describe("a replay", () => {
  it("sends what happened in the range once more, in order, with the same ids and bytes", async () => {
    const here = await arrange();
    await here.write("one", "two", "three");
    await here.sink.waitFor(3);
    const { status, body } = await here.replay();
    expect(status).toBe(202);
    const until = new Date(here.clock.now()).toISOString();
    expect(body).toEqual({ endpointId: here.endpointId, since: here.since, until, status: null });
    await passingTime(here.clock, () => expect(here.sink.received).toHaveLength(6));
    const [first, again] = [here.sink.received.slice(0, 3), here.sink.received.slice(3)];
    expect(idsOf(again).sort()).toEqual(idsOf(first).sort());
    for (const delivery of again) {
      const same = first.find(
        ({ headers }) => headers["webhook-id"] === delivery.headers["webhook-id"],
      );
      expect(delivery.body.equals(same?.body ?? Buffer.of())).toBe(true);
    }
    const { data } = await here.hub.webhookEndpoints.deliveries(here.endpointId);
    expect(data.map(({ status }) => status)).toEqual(Array(6).fill("delivered"));
    await here.clock.advance(5 * MINUTE_MS);
    expect(here.sink.received).toHaveLength(6);
  });

  it("brings what was missed while the endpoint was off, or not there yet", async () => {
    const here = await arrange();
    await here.call("PATCH", here.path, { enabled: false });
    await here.write("missed");
    await eventually(async () => expect((await here.hub.events.list()).data).not.toEqual([]));
    await here.call("PATCH", here.path, { enabled: true });
    await here.clock.advance(MINUTE_MS);
    expect(here.sink.received).toEqual([]);
    await here.replay();
    await passingTime(here.clock, () => expect(here.sink.received).toHaveLength(1));

    const late = await here.addSink();
    const { body } = await here.addEndpoint({ url: late.url });
    await here.call("POST", `/webhook-endpoints/${body.id}/replay`, { since: here.since });
    await passingTime(here.clock, () => expect(late.received).toHaveLength(1));
    expect(here.sink.received).toHaveLength(1);
  });

  it("holds to range, types and filter", async () => {
    const here = await arrange();
    await here.write("before");
    await here.sink.waitFor(1);
    await here.clock.advance(MINUTE_MS);
    const since = new Date(here.clock.now()).toISOString();
    await here.write("within");
    await here.sink.waitFor(2);
    const until = new Date(here.clock.now()).toISOString();
    await here.clock.advance(MINUTE_MS);
    await here.write("after");
    await here.sink.waitFor(3);
    await here.replay({ since, until });
    await passingTime(here.clock, () => expect(here.sink.received).toHaveLength(4));
    expect(`${here.sink.received[3]?.body}`).toContain("within");

    await here.call("PATCH", here.path, { filter: { tenantIds: ["other"] } });
    await here.replay();
    await here.replay({ since: here.since, status: "delivered" });
    for (let minute = 0; minute < 3; minute += 1) await here.clock.advance(MINUTE_MS);
    expect(here.sink.received).toHaveLength(4);
  });

  it("of what failed leaves the rest alone, and goes on with the same deliveries", async () => {
    const here = await arrange({ deliveryScheduleMs: [0] });
    here.sink.respond(({ body }) => ({ status: `${body}`.includes("bad") ? 500 : 200 }));
    await here.write("good", "bad 1", "bad 2");
    await eventually(() =>
      expect(
        here
          .deliveries()
          .map(({ status }) => status)
          .sort(),
      ).toEqual(["delivered", "failed", "failed"]),
    );
    here.sink.respond({});
    const { body } = await here.replay({ since: here.since, status: "failed" });
    expect(body).toMatchObject({ status: "failed" });
    await passingTime(here.clock, () =>
      expect(here.deliveries().map(({ status }) => status)).toEqual(Array(3).fill("delivered")),
    );
    await here.clock.advance(MINUTE_MS);
    expect(here.sink.received).toHaveLength(5);
    const texts = here.sink.received.slice(3).map((one) => `${one.body}`);
    expect(texts.every((text) => text.includes("bad"))).toBe(true);
    expect(
      here
        .deliveries()
        .map((one) => one.attempts.length)
        .sort(),
    ).toEqual([1, 2, 2]);
  });

  it("that is asked for again with the same Idempotency-Key is the same one", async () => {
    const here = await arrange();
    await here.write("hi");
    await attempts(here, 1);
    const ask = () =>
      fetch(`${here.url}/api/v1${here.path}/replay`, {
        method: "POST",
        headers: {
          authorization: `Bearer ${API_KEY}`,
          "content-type": "application/json",
          "idempotency-key": "once",
        },
        body: JSON.stringify({ since: here.since }),
      });
    const answers = [await ask(), await ask()];
    expect(answers.map(({ status }) => status)).toEqual([202, 202]);
    await passingTime(here.clock, () => expect(here.sink.received).toHaveLength(2));
    for (let minute = 0; minute < 3; minute += 1) await here.clock.advance(MINUTE_MS);
    expect(here.sink.received).toHaveLength(2);
  });

  it("waits while its endpoint is off", async () => {
    const here = await arrange();
    await here.write("hi");
    await attempts(here, 1);
    await here.call("PATCH", here.path, { enabled: false });
    await here.replay();
    for (let minute = 0; minute < 3; minute += 1) await here.clock.advance(MINUTE_MS);
    expect(here.sink.received).toHaveLength(1);
    await here.call("PATCH", here.path, { enabled: true });
    await passingTime(here.clock, () => expect(here.sink.received).toHaveLength(2));
  });

  it("begins no earlier than what is kept", async () => {
    const here = await arrange();
    const { body } = await here.replay({ since: "1970-01-01T00:00:00Z" });
    expect(Date.parse(String(body.since))).toBe(here.clock.now() - 14 * DAY_MS);
  });

  it.each([
    [{}, "since"],
    [{ since: "yesterday" }, "since"],
    [{ since: "2100-01-01T00:00:00Z" }, "since"],
    [{ since: "2026-01-02T00:00:00Z", until: "2026-01-01T00:00:00Z" }, "until"],
    [{ since: "2026-01-02T00:00:00Z", status: "pending" }, "status"],
    [{ since: "2026-01-02T00:00:00Z", from: "x" }, "from"],
  ])("of %j is refused by name", async (range, path) => {
    const here = await arrange();
    const { status, body } = await here.replay(range);
    expect(status).toBe(400);
    expect(body.error).toMatchObject({ code: "invalid_request", fields: [{ path }] });
  });
});

/** A hub that is killed at some commit of a replay, and the one that comes after it. */
async function killed(at: number, mode: "before" | "after", status?: "delivered") {
  const [meta, customer, memory] = [await fakeMeta(), await sink(), keyvStore(new Keyv())];
  onTestFinished(async () => void (await Promise.all([meta.close(), customer.close()])));
  await memory.start();
  const shared: Store = { ...memory, start: async () => {}, stop: async () => {} };
  let [commits, isDead, isArmed] = [0, false, false];
  const last = faultyStore(shared, {
    at: ({ name, keys }) => {
      const isStep = isArmed && name === "commit" && keys.some((key) => key.startsWith("replay:"));
      if (isStep) commits += 1;
      isDead ||= isStep && commits === at;
      return isDead;
    },
    mode,
  });
  const dying = faultyStore(last, { at: () => isDead, mode: "before" });
  const common = { ...hubOptions(meta), durable: false, secretKeys: [new Uint8Array(32)] };

  async function process(store: Store) {
    const clock = fakeClock();
    const hub = createHub({ ...common, clock, store });
    onTestFinished(() => passTimeUntil(clock, hub.stop()).catch(() => {}));
    await hub.start();
    return { hub, clock };
  }

  const first = await process(dying);
  const endpoint = await first.hub.webhookEndpoints.create({ url: customer.url });
  const { wabaId } = meta.addWaba();
  const { phoneNumberId } = meta.addNumber({ wabaId });
  const accessToken = meta.issueToken({ wabaIds: [wabaId] });
  await first.hub.connections.connect({ tenantId: "acme", phoneNumberId, accessToken });
  const texts = Array.from({ length: 300 }, (_, index) => `text ${index}`);
  for (const text of texts) {
    const message = meta.textMessage({ wabaId, phoneNumberId, from: "15550123456", body: text });
    const { body, headers } = meta.sign(message);
    const init = { method: "POST", headers, body };
    await first.hub.fetch(new Request("https://app.example.com/webhooks/meta", init));
  }
  await customer.waitFor(texts.length, 20_000);
  const all = async () => (await first.hub.events.list({ limit: 1 })).data.length;
  expect(await all()).toBe(1);
  isArmed = true;
  const range = {
    since: new Date(first.clock.now() - DAY_MS).toISOString(),
    ...(status && { status }),
  };
  const begun = first.hub.webhookEndpoints.replay(endpoint.id, range);
  await begun.catch(() => {});
  await passingTime(first.clock, () => expect(isDead).toBe(true));
  // Commits land one after the other: what was under way is over with this one.
  await memory.commit({ guards: [], writes: [{ key: "end", value: true }] });
  const second = await process(shared);
  return { ...second, customer, sent: texts.length, begun };
}

describe("a process that dies in the middle of a replay", () => {
  it.each([
    ["everything", 2, "before", undefined],
    ["everything", 2, "after", undefined],
    ["everything", 3, "before", undefined],
    ["what was delivered", 2, "after", "delivered"],
    ["what was delivered", 3, "before", "delivered"],
  ] as const)(
    "of %s, at commit %i (%s it), leaves the rest to the next: nothing is lost, and what was not under way is not doubled",
    async (_, at, mode, status) => {
      const here = await killed(at, mode, status);
      const counts = () => {
        const byId = Map.groupBy(idsOf(here.customer.received), (id) => id);
        return [...byId.values()].map((all) => all.length);
      };
      await passingTime(here.clock, () => expect(Math.min(...counts())).toBe(2));
      await here.clock.advance(2 * MINUTE_MS);
      expect(counts()).toHaveLength(here.sent);
      const doubled = counts().filter((count) => count > 2);
      expect(doubled.length).toBeLessThanOrEqual(CONCURRENCY);
      expect(doubled.every((count) => count === 3)).toBe(true);
    },
  );
});
