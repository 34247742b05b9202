import { setImmediate as nextTurn } from "node:timers/promises";
import { faultyStore } from "@wabakit/testing";
import { describe, expect, it } from "vitest";
import { drainScene, status } from "./drain-scene.ts";

const FIVE_SECONDS_MS = 5_000;

describe("an endpoint that answers 410", () => {
  it("is disabled, and gets nothing more", async () => {
    const here = await drainScene({ concurrency: 1 });
    await here.add("evt_1", "evt_2");
    await here.add("evt_3");
    here.respond(() => status(410));
    expect(await here.run()).toBeUndefined();
    expect(await here.stored("endpoint:org_1:whe_1")).toMatchObject({
      enabled: false,
      disabledReason: "gone",
    });
    expect(await here.record("evt_1")).toMatchObject({ status: "failed" });

    await here.run();
    expect(here.sent).toHaveLength(1);
  });

  it("gets nothing that had not been begun when it said so", async () => {
    const here = await drainScene({ concurrency: 2 });
    await here.add("evt_1", "evt_2", "evt_3", "evt_4");
    here.respond(async ({ eventId }) => {
      if (eventId === "evt_1") return status(410);
      await nextTurn();
      return status(200);
    });
    await here.run();
    expect(here.sent.map(({ eventId }) => eventId)).toEqual(["evt_1", "evt_2"]);
    expect(await here.record("evt_2")).toMatchObject({ status: "delivered" });
  });

  it("gets no retry of what failed before either", async () => {
    const here = await drainScene();
    await here.add("evt_1");
    here.respond(() => status(500));
    await here.run();
    await here.add("evt_2");
    here.respond(() => status(410));
    await here.run();
    await here.clock.advance(FIVE_SECONDS_MS);
    expect(await here.run()).toBeUndefined();
    expect(here.sent).toHaveLength(2);
  });
});

describe("a hub that stops", () => {
  it("sends nothing new, keeps the job, and the next one delivers the rest once", async () => {
    const here = await drainScene({ concurrency: 1 });
    await here.add("evt_1", "evt_2", "evt_3");
    here.respond(() => {
      here.stopping.abort();
      return status(200);
    });
    expect(await here.run()).toEqual({ again: here.clock.now() });
    expect(here.sent).toHaveLength(1);

    await here.run(new AbortController().signal);
    expect(here.sent.map(({ eventId }) => eventId)).toEqual(["evt_1", "evt_2", "evt_3"]);
  });

  it("does not count an attempt that it cut off itself", async () => {
    const here = await drainScene();
    await here.add("evt_1");
    here.respond(() => {
      here.stopping.abort();
      return { outcome: "failed", errorClass: "aborted", message: "", durationMs: 1 };
    });
    await here.run();
    expect(await here.record("evt_1")).toBeUndefined();
    here.respond(() => status(200));
    await here.run(new AbortController().signal);
    expect((await here.record("evt_1"))?.attempts).toHaveLength(1);
  });
});

describe("a store that fails", () => {
  it("after the attempt was recorded leads to no second one", async () => {
    const here = await drainScene();
    await here.add("evt_1");
    here.breakStore((store) =>
      faultyStore(store, {
        at: ({ name, keys }) => name === "commit" && keys.some((key) => key.startsWith("log:")),
        mode: "before",
      }),
    );
    await expect(here.run()).rejects.toMatchObject({ code: "store_unavailable" });
    expect(here.sent).toHaveLength(1);

    here.breakStore((store) => store);
    await here.run();
    expect(here.sent).toHaveLength(1);
    expect((await here.record("evt_1"))?.attempts).toHaveLength(1);
  });

  it("before it could be recorded leads to another one, with the same id and body", async () => {
    const here = await drainScene();
    await here.add("evt_1");
    here.breakStore((store) =>
      faultyStore(store, { at: ({ name }) => name === "commit", mode: "before" }),
    );
    await expect(here.run()).rejects.toMatchObject({ code: "store_unavailable" });
    here.breakStore((store) => store);
    await here.run();
    expect(here.sent).toHaveLength(2);
    expect(here.sent[1]?.body).toBe(here.sent[0]?.body);
    expect(here.sent[1]?.eventId).toBe(here.sent[0]?.eventId);
  });

  it("ends the run only when nothing is under way any more, and nothing new was begun", async () => {
    const here = await drainScene({ concurrency: 2 });
    await here.add("evt_1", "evt_2", "evt_3", "evt_4");
    here.breakStore((store) =>
      faultyStore(store, {
        at: ({ name, keys }) => name === "commit" && keys.includes("delivery:org_1:dlv_1"),
        mode: "before",
      }),
    );
    let slowEnded = false;
    here.respond(async ({ eventId }) => {
      if (eventId !== "evt_2") return status(200);
      for (let turn = 0; turn < 10; turn += 1) await nextTurn();
      slowEnded = true;
      return status(200);
    });
    await expect(here.run()).rejects.toMatchObject({ code: "store_unavailable" });
    expect(slowEnded).toBe(true);
    expect(here.sent.map(({ eventId }) => eventId)).toEqual(["evt_1", "evt_2"]);
  });
});
