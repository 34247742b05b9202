import { setImmediate as nextTurn } from "node:timers/promises";
import { Webhook } from "standardwebhooks";
import { describe, expect, it } from "vitest";
import { drainScene, secretOf, status } from "./drain-scene.ts";

const FIVE_SECONDS_MS = 5_000;

describe("a drain", () => {
  it("delivers a page in order, one at a time where the endpoint wants that", async () => {
    const here = await drainScene({ concurrency: 1 });
    await here.add("evt_1", "evt_2", "evt_3");
    await here.add("evt_4");
    expect(await here.run()).toBeUndefined();
    expect(here.sent.map(({ eventId }) => eventId)).toEqual(["evt_1", "evt_2", "evt_3", "evt_4"]);
    expect(await here.record("evt_4")).toMatchObject({ status: "delivered", nextAttemptAt: null });
  });

  it("has as many deliveries under way as the endpoint allows, and starts them in order", async () => {
    const here = await drainScene({ concurrency: 3 });
    const ids = Array.from({ length: 10 }, (_, index) => `evt_${index}`);
    await here.add(...ids);
    let underWay = 0;
    const most: number[] = [];
    here.respond(async () => {
      underWay += 1;
      most.push(underWay);
      await nextTurn();
      underWay -= 1;
      return status(200);
    });
    await here.run();
    expect(Math.max(...most)).toBe(3);
    expect(here.sent.map(({ eventId }) => eventId)).toEqual(ids);
  });

  it("signs with every live secret of the endpoint, so that receivers can change over", async () => {
    const here = await drainScene({ secrets: [secretOf(1), secretOf(2)] });
    await here.add("evt_1");
    await here.run();
    const { headers = {}, body = "" } = here.sent[0] ?? {};
    for (const secret of [secretOf(1), secretOf(2)]) {
      const at = new Date(Number(headers["webhook-timestamp"]) * 1_000);
      const signature = new Webhook(secret).sign("evt_1", at, body);
      expect(headers["webhook-signature"]?.split(" ")).toContain(signature);
    }
  });

  it("does nothing twice", async () => {
    const here = await drainScene();
    await here.add("evt_1");
    await here.run();
    await here.run();
    expect(here.sent).toHaveLength(1);
  });

  it("lets others have the worker after a while, and comes back for the rest", async () => {
    const here = await drainScene();
    await here.add("evt_1");
    await here.add("evt_2");
    here.respond(async () => {
      await here.clock.advance(20_000);
      return status(200);
    });
    expect(await here.run()).toEqual({ again: here.clock.now() });
    expect(here.sent).toHaveLength(1);
    await here.run();
    expect(here.sent).toHaveLength(2);
  });

  it("drops what waits for an endpoint that was deleted, retries included", async () => {
    const here = await drainScene();
    await here.add("evt_1");
    here.respond(() => status(500));
    await here.run();
    await here.add("evt_2");
    await here.put(undefined);
    expect(await here.run()).toBeUndefined();

    await here.put(here.endpoint);
    await here.clock.advance(FIVE_SECONDS_MS);
    expect(await here.run()).toBeUndefined();
    expect(here.sent).toHaveLength(1);
  });

  it("sends nothing while the endpoint is disabled, and all of it afterwards", async () => {
    const here = await drainScene({ enabled: false });
    await here.add("evt_1");
    expect(await here.run()).toBeUndefined();
    expect(here.sent).toEqual([]);
    await here.put({ ...here.endpoint, enabled: true });
    await here.run();
    expect(here.sent).toHaveLength(1);
  });

  it("passes over an event that is not stored any more", async () => {
    const here = await drainScene();
    await here.add("evt_1", "evt_2");
    here.breakStore((store) => ({
      ...store,
      async getMany<Value>(keys: readonly string[]) {
        const found = await store.getMany<Value>(keys);
        return found.map((one, index) => (keys[index]?.includes("evt_1") ? undefined : one));
      },
    }));
    await here.run();
    expect(here.sent.map(({ eventId }) => eventId)).toEqual(["evt_2"]);
  });
});

describe("a failed delivery", () => {
  it("is tried again when its time has come and not before", async () => {
    const here = await drainScene();
    await here.add("evt_1");
    here.respond(() => status(500));
    const due = here.clock.now() + FIVE_SECONDS_MS;
    expect(await here.run()).toEqual({ again: due });

    await here.clock.advance(FIVE_SECONDS_MS - 1);
    expect(await here.run()).toEqual({ again: due });
    expect(here.sent).toHaveLength(1);
    await here.clock.advance(1);
    await here.run();
    expect(here.sent).toHaveLength(2);
  });

  it("keeps its id and body, and gets a fresh timestamp and signature", async () => {
    const here = await drainScene();
    await here.add("evt_1");
    here.respond(() => status(500));
    await here.run();
    await here.clock.advance(FIVE_SECONDS_MS);
    await here.run();
    const [first, second] = here.sent;
    expect(second?.eventId).toBe(first?.eventId);
    expect(second?.body).toBe(first?.body);
    const seconds = (sent = first) => Number(sent?.headers["webhook-timestamp"]);
    expect(seconds(second) - seconds(first)).toBe(5);
    expect(second?.headers["webhook-signature"]).not.toBe(first?.headers["webhook-signature"]);
  });

  it("does not hold up the ones behind it", async () => {
    const here = await drainScene({ concurrency: 1 });
    await here.add("evt_1", "evt_2");
    here.respond(({ eventId }) => status(eventId === "evt_1" ? 500 : 200));
    await here.run();
    expect(await here.record("evt_2")).toMatchObject({ status: "delivered" });
  });

  it("is given up after ten attempts, every one of them on record", async () => {
    const here = await drainScene();
    await here.add("evt_1");
    here.respond(() => status(503));
    let next = await here.run();
    for (let round = 0; next && round < 20; round += 1) {
      await here.clock.advanceTo(next.again);
      next = await here.run();
    }
    expect(here.sent).toHaveLength(10);
    const record = await here.record("evt_1");
    expect(record).toMatchObject({ status: "failed", nextAttemptAt: null });
    expect(record?.attempts).toHaveLength(10);

    const [first, ...rest] = record?.attempts.map(({ at }) => Date.parse(at)) ?? [];
    const hours = ((rest.at(-1) ?? 0) - (first ?? 0)) / 3_600_000;
    expect(hours).toBeCloseTo(75 + 35 / 60 + 5 / 3_600, 3);
  });
});
