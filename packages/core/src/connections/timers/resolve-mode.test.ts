import { fakeClock } from "@wabakit/testing";
import { Keyv } from "keyv";
import { describe, expect, it } from "vitest";
import type { App } from "../../app.ts";
import { createVault } from "../../crypto/vault.ts";
import type { EventDraft } from "../../events.ts";
import { Failure } from "../../failure.ts";
import { silentLogger } from "../../logger.ts";
import type { Job } from "../../queue/queue.ts";
import { keyvStore } from "../../store/keyv-store.ts";
import {
  type ConnectedNumber,
  connectionKey,
  readWaba,
  tokenPlace,
  type Waba,
  wabaKey,
} from "../waba.ts";
import { modeTimer, modeTimers, resolveMode } from "./resolve-mode.ts";
import { openTimers, runTimers, setTimers, type TimerHandler } from "./timers.ts";

/** Timers of other kinds are of no interest here. */
const letGo: TimerHandler = async () => ({ next: [], apply: async () => {} });

const MINUTE_MS = 60_000;
const HOUR_MS = 60 * MINUTE_MS;

async function scene(fields: Partial<ConnectedNumber> = {}) {
  const store = keyvStore(new Keyv());
  await store.start();
  const clock = fakeClock();
  const vault = createVault([Buffer.alloc(32, 1)]);
  const told: EventDraft[] = [];
  const asked: unknown[] = [];
  const answers: (boolean | null | Failure)[] = [];
  const graph = {
    async getPhoneNumber(access: unknown) {
      asked.push(access);
      const answer = answers.shift() ?? null;
      if (answer instanceof Failure) throw answer;
      return { id: "7", isOnBizApp: answer };
    },
  };
  const jobs: Job[] = [];
  const ref = { organizationId: "org_1", appId: "1", wabaId: "100" };
  const parts = {
    store,
    clock,
    vault,
    logger: silentLogger,
    // Of Graph and queue nothing else is used.
    metaApps: { find: async () => ({ appId: "1", graph }) } as unknown as App["metaApps"],
    queue: { add: async (added: readonly Job[]) => void jobs.push(...added) } as App["queue"],
    emit: async (change: Parameters<App["emit"]>[0], drafts: readonly EventDraft[]) => {
      const landed = await store.commit(change);
      if (landed) told.push(...drafts);
      return landed;
    },
  };
  const number = {
    connectionId: "conn_1",
    tenantId: "acme",
    phoneNumberId: "7",
    status: "active",
    connectionMode: "unknown",
    heartbeatLastConfirmedAt: clock.now(),
    heartbeatTimerAt: clock.now(),
    ...fields,
  } as ConnectedNumber;
  const accessToken = vault.seal("the-token", tokenPlace(ref));
  const waba = { ...ref, accessToken, tokenExpiresAt: null, numbers: [number] } as unknown as Waba;
  await store.commit({
    guards: [],
    writes: [
      { key: wabaKey("1", "100"), value: waba },
      { key: connectionKey("conn_1"), value: { ...ref, tenantId: "acme" } },
    ],
  });
  await setTimers(store, modeTimer(number, clock.now()));

  /** Runs timers, and the jobs they add. */
  async function run() {
    const handlers = {
      heartbeat: letGo,
      mode: modeTimers(parts),
      token: letGo,
      intent: letGo,
      verify: letGo,
      erasure: letGo,
      review: letGo,
      session: letGo,
      recovered: letGo,
      replay: letGo,
    };
    const stopping = new AbortController().signal;
    await runTimers({ logger: silentLogger, store, clock, handlers, stopping })("timers");
    for (const { id } of jobs.splice(0)) await resolveMode(parts)(id);
  }
  const mode = async () => (await readWaba(store, "1", "100"))?.value.numbers[0];
  return { ...parts, told, asked, answers, run, mode };
}

describe("an unknown mode", () => {
  it("is asked for at growing distances, then every day, until Meta tells", async () => {
    const { clock, asked, answers, run, mode, told } = await scene();
    const waits = [5 * MINUTE_MS, 15 * MINUTE_MS, HOUR_MS, 6 * HOUR_MS, 24 * HOUR_MS, 24 * HOUR_MS];
    for (const [index, waitMs] of waits.entries()) {
      await clock.advance(waitMs - 1);
      await run();
      expect(asked).toHaveLength(index);
      await clock.advance(1);
      await run();
      expect(asked).toHaveLength(index + 1);
    }
    expect(told).toEqual([]);
    answers.push(false);
    await clock.advance(24 * HOUR_MS);
    await run();
    expect(asked[0]).toEqual({ phoneNumberId: "7", token: "the-token" });
    expect(told).toMatchObject([
      { type: "connection.mode_resolved", data: { from: "unknown", to: "cloud_api" } },
    ]);
    expect(await mode()).toMatchObject({
      connectionMode: "cloud_api",
      heartbeatLastConfirmedAt: null,
      heartbeatTimerAt: null,
    });
  });

  it.each(["meta_token_expired", "meta_unavailable", "meta_throttled", "meta_rejected"] as const)(
    "is asked for again after %s",
    async (code) => {
      const { clock, answers, run, mode, told } = await scene();
      answers.push(new Failure(code), true);
      await clock.advance(5 * MINUTE_MS);
      await run();
      expect(await mode()).toMatchObject({ connectionMode: "unknown" });
      await clock.advance(15 * MINUTE_MS);
      await run();
      expect(await mode()).toMatchObject({ connectionMode: "coexistence" });
      expect(told.filter(({ type }) => type === "connection.mode_resolved")).toHaveLength(1);
    },
  );

  it("is not asked for once it is known: the timer goes", async () => {
    const { clock, answers, run, store, asked } = await scene();
    answers.push(true);
    await clock.advance(5 * MINUTE_MS);
    await run();
    await clock.advance(24 * HOUR_MS);
    await run();
    expect(asked).toHaveLength(1);
    expect(await openTimers(store).earliest()).toBeUndefined();
  });

  it("is asked for by one timer, also after a crash has doubled it", async () => {
    const { clock, run, store, asked } = await scene();
    const [first] = (await openTimers(store).due(Number.MAX_SAFE_INTEGER))?.entries ?? [];
    await clock.advance(5 * MINUTE_MS);
    await run();
    await clock.advance(1_000);
    await setTimers(store, first ? [first] : []);
    await run();
    await clock.advance(15 * MINUTE_MS);
    await run();
    expect(asked).toHaveLength(3);
    expect((await openTimers(store).due(Number.MAX_SAFE_INTEGER))?.entries).toHaveLength(1);
  });

  it("is told once when two ask at the same time", async () => {
    const { answers, told, ...parts } = await scene();
    answers.push(true, true);
    await Promise.all([resolveMode(parts)("conn_1"), resolveMode(parts)("conn_1")]);
    expect(told).toHaveLength(1);
  });
});

describe("nobody is asked", () => {
  it.each(["suspended", "disconnected", "pending"] as const)(
    "about a number that is %s",
    async (status) => {
      const { clock, run, asked, store } = await scene({ status });
      await clock.advance(24 * HOUR_MS);
      await run();
      expect(asked).toEqual([]);
      expect(await openTimers(store).earliest()).toBeUndefined();
    },
  );

  it("about a connection that is gone", async () => {
    const { store, asked, ...parts } = await scene();
    await store.commit({
      guards: [],
      writes: [{ key: connectionKey("conn_1"), value: undefined }],
    });
    expect(await resolveMode({ ...parts, store })("conn_1")).toBeUndefined();
    expect(asked).toEqual([]);
  });
});
