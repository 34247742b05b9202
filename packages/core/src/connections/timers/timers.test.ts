import { fakeClock, faultyStore } from "@wabakit/testing";
import { Keyv } from "keyv";
import { describe, expect, it } from "vitest";
import { Failure } from "../../failure.ts";
import { keyvStore } from "../../store/keyv-store.ts";
import type { Store } from "../../store/store.ts";
import { openTimers, runTimers, setTimers, type Timer, type TimerHandler } from "./timers.ts";

/** Timers of other kinds are of no interest here. */
const letGo: TimerHandler = async () => ({ next: [], apply: async () => {} });

const MINUTE_MS = 60_000;

async function scene() {
  const memory = keyvStore(new Keyv());
  await memory.start();
  let commits = 0;
  let failures = 0;
  const store: Store = {
    ...memory,
    commit(change) {
      commits += 1;
      return memory.commit(change);
    },
  };
  const clock = fakeClock();
  const stopping = new AbortController();
  const run = (mode: TimerHandler, at: Store = store) => {
    const handlers = {
      heartbeat: letGo,
      mode,
      token: letGo,
      intent: letGo,
      verify: letGo,
      erasure: letGo,
      review: letGo,
      session: letGo,
      recovered: letGo,
      replay: letGo,
    };
    const logger = {
      error: () => {
        failures += 1;
      },
    };
    return runTimers({ store: at, clock, logger, handlers, stopping: stopping.signal })("timers");
  };
  const timer = (id: string, afterMs = 0): Timer => ({
    kind: "mode",
    id,
    dueAt: clock.now() + afterMs,
  });
  return { store, clock, stopping, run, timer, commits: () => commits, failures: () => failures };
}

/** Keeps who was fired, and who was applied. */
function noting(next: (fired: Timer) => readonly Timer[] = () => []) {
  const fired: string[] = [];
  const applied: string[] = [];
  const handler: TimerHandler = async (timers) => {
    fired.push(...timers.map(({ id }) => id));
    return {
      next: timers.flatMap(next),
      apply: async () => void applied.push(...timers.map(({ id }) => id)),
    };
  };
  return { handler, fired, applied };
}

describe("setting timers", () => {
  it("takes one commit for those of a turn, and few for many turns", async () => {
    const { store, timer, commits } = await scene();
    const all = Array.from({ length: 100 }, (_, index) => setTimers(store, [timer(`t${index}`)]));
    await Promise.all(all);
    expect(commits()).toBe(1);
    expect((await openTimers(store).due(Number.MAX_SAFE_INTEGER))?.entries).toHaveLength(100);
  });

  it("loses none to a rival who sets one in the same minute", async () => {
    const { store, timer } = await scene();
    const rival = { ...store };
    await Promise.all([setTimers(store, [timer("a")]), setTimers(rival, [timer("b")])]);
    const due = await openTimers(store).due(Number.MAX_SAFE_INTEGER);
    expect(due?.entries.map(({ id }) => id).sort()).toEqual(["a", "b"]);
  });

  it("tells who waits that the store does not answer, and works again afterwards", async () => {
    const { store, timer } = await scene();
    const failing = faultyStore(store, {
      at: ({ name, n }) => name === "commit" && n < 4,
      mode: "before",
    });
    await expect(setTimers(failing, [timer("a")])).rejects.toMatchObject({
      code: "store_unavailable",
    });
    await setTimers(failing, [timer("b")]);
    expect((await openTimers(store).due(Number.MAX_SAFE_INTEGER))?.entries).toHaveLength(1);
  });

  it("of none asks nobody", async () => {
    const { store, commits } = await scene();
    await setTimers(store, []);
    expect(commits()).toBe(0);
  });
});

describe("the job", () => {
  it("fires what is due and says when to come back", async () => {
    const { store, clock, run, timer } = await scene();
    await setTimers(store, [timer("now"), timer("later", MINUTE_MS)]);
    const { handler, fired, applied } = noting();
    expect(await run(handler)).toEqual({ again: clock.now() + MINUTE_MS });
    expect([fired, applied]).toEqual([["now"], ["now"]]);
    await clock.advance(MINUTE_MS);
    expect(await run(handler)).toBeUndefined();
    expect(fired).toEqual(["now", "later"]);
  });

  it("sets the next timers before anything is applied", async () => {
    const { store, run, timer } = await scene();
    await setTimers(store, [timer("a")]);
    const crashing: TimerHandler = async () => ({
      next: [timer("next", MINUTE_MS)],
      apply: async () => {
        throw new Failure("store_unavailable");
      },
    });
    await expect(run(crashing)).rejects.toMatchObject({ code: "store_unavailable" });
    const { handler, fired } = noting();
    expect(await run(handler)).toEqual({ again: timer("", MINUTE_MS).dueAt });
    expect(fired).toEqual(["a"]);
  });

  it("fires again what a crash has left, whatever it was in the middle of", async () => {
    for (const mode of ["before", "after"] as const) {
      let crashed = true;
      for (let step = 1; crashed; step += 1) {
        const { store, run, timer } = await scene();
        await setTimers(store, [timer("a"), timer("b")]);
        const { handler, applied } = noting(() => [timer("next", MINUTE_MS)]);
        crashed = await run(handler, faultyStore(store, { at: step, mode })).then(
          () => false,
          () => true,
        );
        await run(handler);
        expect(new Set(applied), `${mode} ${step}`).toEqual(new Set(["a", "b"]));
        expect(await openTimers(store).earliest()).toBe(timer("", MINUTE_MS).dueAt);
      }
    }
  });

  it("keeps a timer that a handler sets for the very instant it fires", async () => {
    const { store, run, timer, clock } = await scene();
    await setTimers(store, [timer("a")]);
    let isFirst = true;
    const { handler, fired } = noting((same) => {
      const again = isFirst ? [same] : [];
      isFirst = false;
      return again;
    });
    await run(handler);
    expect(fired).toEqual(["a", "a"]);
    expect(clock.pending).toBe(0);
  });

  it("reports what fails for another reason, and goes on behind it", async () => {
    const { store, run, timer, failures } = await scene();
    await setTimers(store, [timer("a"), timer("b", -10 * MINUTE_MS)]);
    const failing: TimerHandler = async () => ({
      next: [timer("next", MINUTE_MS)],
      apply: async () => {
        throw new Error("a bug");
      },
    });
    expect(await run(failing)).toEqual({ again: timer("", MINUTE_MS).dueAt });
    expect(failures()).toBe(2);
  });

  it("begins nothing more when the hub stops, and comes back", async () => {
    const { store, run, timer, stopping, clock } = await scene();
    await setTimers(store, [timer("a")]);
    stopping.abort();
    const { handler, fired } = noting();
    expect(await run(handler)).toEqual({ again: clock.now() });
    expect(fired).toEqual([]);
  });
});
