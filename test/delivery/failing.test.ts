import { describe, expect, it } from "vitest";
import { type DrainScene, drainScene, runUntil, status } from "./drain-scene.ts";

const MINUTE_MS = 60_000;
const HOUR_MS = 60 * MINUTE_MS;
const PAUSE_MS = 30_000;
const FAILING = "failing:org_1:whe_1";

const ids = (count: number, from = 1) =>
  Array.from({ length: count }, (_, index) => `evt_${from + index}`);
const toldTypes = ({ told }: DrainScene) => told.map(({ type }) => type);

describe("an endpoint whose breaker is open", () => {
  it("gets no attempt for 30 seconds, then one, and its backlog is kept", async () => {
    const here = await drainScene({ concurrency: 4 });
    await here.add(...ids(40));
    here.respond(() => status(500));
    const first = await here.run();
    expect(first).toEqual({ again: here.clock.now() + PAUSE_MS });
    const before = here.sent.length;
    expect(before).toBeGreaterThanOrEqual(10);
    expect(before).toBeLessThan(14);

    await here.clock.advance(PAUSE_MS - 1);
    await here.run();
    expect(here.sent).toHaveLength(before);
    await here.clock.advance(1);
    expect(await here.run()).toEqual({ again: here.clock.now() + PAUSE_MS });
    expect(here.sent).toHaveLength(before + 1);
  });

  it("gets all that waits, with no attempt burnt, once that one succeeds", async () => {
    const here = await drainScene({ concurrency: 4 });
    await here.add(...ids(40));
    here.respond(() => status(500));
    await here.run();
    here.respond(() => status(200));
    await runUntil(here, here.clock.now() + MINUTE_MS);
    const records = await Promise.all(ids(40).map((id) => here.record(id)));
    expect(records.every((record) => record?.status === "delivered")).toBe(true);
    const attempts = records.map((record) => record?.attempts.length ?? 0);
    expect(attempts.reduce((sum, one) => sum + one)).toBe(here.sent.length);
  });

  it("costs nothing to be woken for", async () => {
    const here = await drainScene();
    await here.add(...ids(10));
    here.respond(() => status(500));
    await here.run();
    let reads = 0;
    here.breakStore((store) => ({
      ...store,
      get: (key) => {
        reads += 1;
        return store.get(key);
      },
    }));
    await here.run();
    expect(reads).toBe(0);
  });
});

describe("an endpoint that fails", () => {
  it("is told of once, when its breaker opens, and again when it has recovered", async () => {
    const here = await drainScene();
    await here.add(...ids(12));
    here.respond(() => status(503));
    const since = new Date(here.clock.now()).toISOString();
    await runUntil(here, here.clock.now() + 5 * MINUTE_MS);
    expect(here.told).toMatchObject([
      {
        type: "endpoint.failing",
        organizationId: "org_1",
        data: { endpointId: "whe_1", url: here.endpoint.url, since, lastError: "http_503" },
      },
    ]);
    here.respond(() => status(200));
    await runUntil(here, here.clock.now() + HOUR_MS);
    expect(here.told.slice(1)).toMatchObject([{ type: "endpoint.recovered", data: { since } }]);
    expect(await here.stored(FAILING)).toBeUndefined();
  });

  it("is told of at the fourth attempt of a delivery, where there is little to deliver", async () => {
    const here = await drainScene();
    await here.add("evt_1");
    here.respond(() => status(500));
    await runUntil(here, here.clock.now() + 10 * MINUTE_MS);
    expect(toldTypes(here)).toEqual([]);
    await runUntil(here, here.clock.now() + 40 * MINUTE_MS);
    expect(toldTypes(here)).toEqual(["endpoint.failing"]);
  });

  it("is written down once, and not with each attempt", async () => {
    const here = await drainScene();
    await here.add(...ids(8));
    const writes: unknown[] = [];
    here.breakStore((store) => ({
      ...store,
      commit: (change) => {
        writes.push(...change.writes.filter(({ key }) => key === FAILING));
        return store.commit(change);
      },
    }));
    here.respond(() => status(500));
    await here.run();
    expect(writes).toHaveLength(1);
  });

  it("is not told of for a failure that the next attempt makes up for", async () => {
    const here = await drainScene();
    await here.add("evt_1");
    here.respond(() => status(500));
    await here.run();
    here.respond(() => status(200));
    await runUntil(here, here.clock.now() + MINUTE_MS);
    expect(here.told).toEqual([]);
  });
});

describe("an endpoint whose every attempt fails", () => {
  /** An event a day, so that there is always something to deliver. */
  async function days(here: DrainScene, count: number) {
    for (let day = 1; day <= count; day += 1) {
      await here.add(`evt_${day}`);
      await runUntil(here, here.clock.now() + 24 * HOUR_MS);
    }
  }

  it("is disabled after 120 hours, and told of", async () => {
    const here = await drainScene();
    here.respond(() => status(500));
    await days(here, 5);
    expect(await here.stored("endpoint:org_1:whe_1")).toMatchObject({ enabled: true });
    await here.add("evt_6");
    await here.run();
    expect(await here.stored("endpoint:org_1:whe_1")).toMatchObject({
      enabled: false,
      disabledReason: "failing",
    });
    expect(here.told.at(-1)).toMatchObject({
      type: "endpoint.disabled",
      data: { endpointId: "whe_1", reason: "failing", eventId: "evt_6" },
    });
    expect(await here.stored(FAILING)).toBeUndefined();

    await here.put(here.endpoint);
    here.respond(() => status(200));
    await here.run();
    expect(here.sent.at(-1)).toBeDefined();
    expect(await here.record("evt_6")).toMatchObject({ status: "retrying" });
    await runUntil(here, here.clock.now() + 30 * HOUR_MS);
    expect(await here.record("evt_6")).toMatchObject({ status: "delivered" });
  });

  it("is not disabled when one succeeded in between", async () => {
    const here = await drainScene();
    here.respond(({ eventId }) => status(eventId === "evt_4" ? 200 : 500));
    await days(here, 6);
    expect(await here.stored("endpoint:org_1:whe_1")).toMatchObject({ enabled: true });
  });

  it("is disabled at once when it says that it is gone", async () => {
    const here = await drainScene();
    await here.add("evt_1");
    here.respond(() => status(410));
    await here.run();
    expect(here.told).toMatchObject([
      { type: "endpoint.disabled", data: { reason: "gone", deliveryId: "dlv_1" } },
    ]);
  });
});

describe("a delivery that is given up", () => {
  it("is told of", async () => {
    const here = await drainScene();
    await here.add("evt_1");
    here.respond(() => status(500));
    await runUntil(here, here.clock.now() + 80 * HOUR_MS);
    expect(toldTypes(here)).toEqual(["endpoint.failing", "delivery.exhausted"]);
    expect(here.told[1]).toMatchObject({
      data: { endpointId: "whe_1", deliveryId: "dlv_1", eventId: "evt_1", attempts: 10 },
    });
  });

  it("is not told of where it told of deliveries itself, or that would never end", async () => {
    const here = await drainScene();
    await here.add("evt_1");
    await here.rename("evt_1", "delivery.exhausted");
    here.respond(() => status(500));
    await runUntil(here, here.clock.now() + 80 * HOUR_MS);
    expect(await here.record("evt_1")).toMatchObject({ status: "failed" });
    expect(toldTypes(here)).toEqual(["endpoint.failing"]);
  });
});

describe("what is told of an endpoint", () => {
  it("is committed with the attempt, or not at all", async () => {
    const here = await drainScene();
    await here.add("evt_1");
    here.respond(() => status(410));
    here.breakStore((store) => ({
      ...store,
      commit: async () => {
        throw new Error("killed");
      },
    }));
    await expect(here.run()).rejects.toThrow("killed");
    expect(here.told).toEqual([]);
    here.breakStore((store) => store);
    await here.run();
    await here.run();
    expect(toldTypes(here)).toEqual(["endpoint.disabled"]);
  });
});

describe("a page of which nothing is stored any more", () => {
  it("is passed over, also by an endpoint that fails", async () => {
    const here = await drainScene();
    await here.add("evt_1");
    here.respond(() => status(500));
    const retryAt = (await here.run())?.again;
    await here.add(...ids(20, 2));
    await here.erase(...ids(20, 2));
    expect(await here.run()).toEqual({ again: retryAt });
    expect(here.sent).toHaveLength(1);
  });
});

describe("an endpoint that allows so many deliveries a second", () => {
  it("gets no more, and all of them", async () => {
    const here = await drainScene({ concurrency: 8, rateLimit: 10 });
    await here.add(...ids(100));
    const at: number[] = [];
    here.respond(() => {
      at.push(here.clock.now());
      return status(200);
    });
    let ended = false;
    const begun = here.clock.now();
    const running = here.run().finally(() => {
      ended = true;
    });
    while (!ended) await here.clock.advance(10);
    await running;
    expect(at).toHaveLength(100);
    const most = Math.max(
      ...at.map((from) => at.filter((one) => one >= from && one < from + 1_000).length),
    );
    expect(most).toBeLessThanOrEqual(10);
    expect((at.at(-1) ?? 0) - begun).toBeLessThanOrEqual(10_000);
  });

  it("has its worker given back while its next turn is far off", async () => {
    const here = await drainScene({ concurrency: 2, rateLimit: 0.5 });
    await here.add(...ids(3));
    expect(await here.run()).toEqual({ again: here.clock.now() + 2_000 });
    expect(here.sent).toHaveLength(1);
  });

  it("holds up no stop", async () => {
    const here = await drainScene({ concurrency: 1, rateLimit: 1 });
    await here.add(...ids(3));
    const running = here.run();
    while (here.sent.length === 0) await new Promise(setImmediate);
    here.stopping.abort();
    expect(await running).toEqual({ again: here.clock.now() });
    expect(here.sent).toHaveLength(1);
  });
});
