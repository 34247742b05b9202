import { setImmediate as nextTurn } from "node:timers/promises";
import { describe, expect, it } from "vitest";
import { type DrainScene, drainScene, runUntil, status } from "./drain-scene.ts";

const MINUTE_MS = 60_000;
const HOUR_MS = 60 * MINUTE_MS;

const sentIds = ({ sent }: DrainScene) => sent.map(({ eventId }) => eventId);

/** `count` deliveries whose keys come round: evt_0 has the first, evt_1 the second … */
function inTurns(count: number, ...keys: readonly (readonly string[])[]) {
  const ids = Array.from({ length: count }, (_, index) => index);
  return Object.fromEntries(ids.map((id) => [`evt_${id}`, keys[id % keys.length] ?? []]));
}

describe("deliveries that share a key", () => {
  it("go one after the other, others beside them", async () => {
    const here = await drainScene({ concurrency: 4 });
    const keys = inTurns(40, ["a"], ["b"], ["a", "c"], []);
    await here.addOrdered(keys);
    const underWay = new Set<string>();
    let most = 0;
    here.respond(async ({ eventId }) => {
      for (const key of keys[eventId] ?? []) expect(underWay).not.toContain(key);
      for (const key of keys[eventId] ?? []) underWay.add(key);
      most = Math.max(most, underWay.size);
      await nextTurn();
      for (const key of keys[eventId] ?? []) underWay.delete(key);
      return status(200);
    });
    await here.run();
    expect(most).toBe(3);
    for (const key of ["a", "b", "c"]) {
      const own = Object.keys(keys).filter((id) => keys[id]?.includes(key));
      expect(sentIds(here).filter((id) => own.includes(id))).toEqual(own);
    }
  });

  it("wait for a retry of the first of them, and others go on", async () => {
    const here = await drainScene({ concurrency: 2 });
    await here.addOrdered(inTurns(8, ["a"], ["b"]));
    here.respond(({ eventId }) => status(eventId === "evt_0" ? 500 : 200));
    await here.run();
    await here.addOrdered({ evt_8: ["a"], evt_9: ["b"] });
    await here.run();
    expect(sentIds(here)).toEqual(["evt_0", "evt_1", "evt_3", "evt_5", "evt_7", "evt_9"]);
    expect(await here.record("evt_2")).toBeUndefined();

    here.respond(() => status(200));
    await runUntil(here, here.clock.now() + MINUTE_MS);
    expect(sentIds(here).slice(6)).toEqual(["evt_0", "evt_2", "evt_4", "evt_6", "evt_8"]);
  });

  it("wait for one that shares only some of their keys, and are waited for under the others", async () => {
    const here = await drainScene({ concurrency: 4 });
    await here.addOrdered({ evt_0: ["a"], evt_1: ["a", "b"], evt_2: ["b", "c"], evt_3: ["c"] });
    here.respond(({ eventId }) => status(eventId === "evt_0" ? 500 : 200));
    await here.run();
    expect(sentIds(here)).toEqual(["evt_0"]);
    here.respond(() => status(200));
    await runUntil(here, here.clock.now() + MINUTE_MS);
    expect(sentIds(here)).toEqual(["evt_0", "evt_0", "evt_1", "evt_2", "evt_3"]);
  });

  it("never wait for each other", async () => {
    const here = await drainScene({ concurrency: 4 });
    await here.addOrdered({ evt_0: ["a"], evt_1: ["b"], evt_2: ["a", "b"], evt_3: ["b", "a"] });
    here.respond(() => status(500));
    await here.run();
    here.respond(() => status(200));
    await runUntil(here, here.clock.now() + MINUTE_MS);
    expect(sentIds(here).slice(-2)).toEqual(["evt_2", "evt_3"]);
  });

  it("go on when the first of them is given up", async () => {
    const here = await drainScene({ concurrency: 4 });
    await here.addOrdered(inTurns(3, ["a"]));
    here.respond(({ eventId }) => status(eventId === "evt_0" ? 500 : 200));
    await runUntil(here, here.clock.now() + 80 * HOUR_MS);
    expect(await here.record("evt_0")).toMatchObject({ status: "failed" });
    expect(sentIds(here).slice(-2)).toEqual(["evt_1", "evt_2"]);
  });

  it("go on by hand: the first is tried at once, or given up", async () => {
    const here = await drainScene();
    await here.addOrdered(inTurns(4, ["a"]));
    here.respond(({ eventId }) => status(eventId < "evt_2" ? 500 : 200));
    await here.run();
    expect(await here.skip("evt_0")).toBe(true);
    expect(await here.record("evt_0")).toMatchObject({ status: "failed", nextAttemptAt: null });
    await here.run();
    expect(sentIds(here)).toEqual(["evt_0", "evt_1"]);

    here.respond(() => status(200));
    expect(await here.retryNow("evt_1")).toBe(true);
    await here.run();
    expect(sentIds(here)).toEqual(["evt_0", "evt_1", "evt_1", "evt_2", "evt_3"]);
    await runUntil(here, here.clock.now() + 80 * HOUR_MS);
    expect(here.sent).toHaveLength(5);
  });

  it("wait in the store, however many, and the lines are gone with the last of them", async () => {
    const here = await drainScene({ concurrency: 4 });
    for (let page = 0; page < 8; page += 1) {
      const ids = Array.from({ length: 100 }, (_, index) => `evt_${page * 100 + index}`);
      await here.addOrdered(Object.fromEntries(ids.map((id) => [id, ["a"]])));
    }
    here.respond(({ eventId }) => status(eventId === "evt_0" ? 500 : 200));
    await here.run();
    expect(here.sent).toHaveLength(1);
    here.respond(() => status(200));
    await runUntil(here, here.clock.now() + MINUTE_MS);
    const expected = Array.from({ length: 800 }, (_, index) => `evt_${index}`);
    expect(sentIds(here).slice(1)).toEqual(expected);
    expect((await here.keys()).filter((key) => key.startsWith("line:"))).toEqual([]);
  });

  it("leave nothing behind when their endpoint is deleted", async () => {
    const here = await drainScene();
    await here.addOrdered(inTurns(100, ["a"]));
    here.respond(() => status(500));
    await here.run();
    await here.put(undefined);
    await here.run();
    expect((await here.keys()).filter((key) => /^(line|due):/.test(key))).toEqual([]);
  });
});

describe("a process that is killed at any commit", () => {
  const keys = inTurns(12, ["a"], ["b"], ["a", "b"], ["c"], []);
  const own = (key: string) => Object.keys(keys).filter((id) => keys[id]?.includes(key));

  /** Runs until all is delivered; each run dies at one commit, before or after it has landed. */
  async function deliverDying(dieAt: number, mode: "before" | "after") {
    const here = await drainScene({ concurrency: 3 });
    await here.addOrdered(keys);
    const failedOnce = new Set<string>();
    here.respond(({ eventId }) => {
      const fails = Number(eventId.slice(4)) % 3 === 0 && !failedOnce.has(eventId);
      failedOnce.add(eventId);
      return status(fails ? 500 : 200);
    });
    let commits = 0;
    here.breakStore((store) => ({
      ...store,
      async commit(change) {
        commits += 1;
        const dies = commits === dieAt;
        if (dies && mode === "before") throw new Error("killed");
        const landed = await store.commit(change);
        if (dies) throw new Error("killed");
        return landed;
      },
    }));
    for (let round = 0; round < 60; round += 1) {
      await here.run().catch(() => {});
      await here.clock.advance(10_000);
    }
    return { here, commits };
  }

  it("keeps the order, loses nothing, and leaves no line", async () => {
    const { commits } = await deliverDying(0, "before");
    expect(commits).toBeGreaterThan(20);
    for (let dieAt = 1; dieAt <= commits; dieAt += 1) {
      for (const mode of ["before", "after"] as const) {
        const { here } = await deliverDying(dieAt, mode);
        const records = await Promise.all(Object.keys(keys).map((id) => here.record(id)));
        expect(records.map((record) => record?.status)).toEqual(records.map(() => "delivered"));
        expect((await here.keys()).filter((key) => key.startsWith("line:"))).toEqual([]);
        for (const key of ["a", "b", "c"]) {
          const order = sentIds(here).filter((id) => own(key).includes(id));
          // Repeats stand beside each other: nothing later was sent in between.
          expect(order.filter((id, at) => id !== order[at - 1])).toEqual(own(key));
        }
      }
    }
  });
});
