import { fakeClock, faultyStore } from "@wabakit/testing";
import { Keyv } from "keyv";
import { describe, expect, it } from "vitest";
import type { EventDraft } from "../../events.ts";
import { silentLogger } from "../../logger.ts";
import { keyvStore } from "../../store/keyv-store.ts";
import type { Store } from "../../store/store.ts";
import { type ConnectedNumber, type Waba, wabaKey } from "../waba.ts";
import { runTimers, setTimers, type TimerHandler } from "./timers.ts";
import { tokenTimer, tokenTimers } from "./token-notice.ts";

/** Timers of other kinds are of no interest here. */
const letGo: TimerHandler = async () => ({ next: [], apply: async () => {} });

const DAY_MS = 24 * 60 * 60 * 1000;

async function scene() {
  const store = keyvStore(new Keyv());
  await store.start();
  const clock = fakeClock();
  const start = clock.now();
  const told: EventDraft[] = [];

  function run(at: Store = store) {
    const emit = async (change: Parameters<Store["commit"]>[0], drafts: readonly EventDraft[]) => {
      const landed = await at.commit(change);
      if (landed) told.push(...drafts);
      return landed;
    };
    const token = tokenTimers({ store: at, clock, emit });
    const handlers = {
      heartbeat: letGo,
      mode: letGo,
      token,
      intent: letGo,
      verify: letGo,
      erasure: letGo,
      review: letGo,
      session: letGo,
      recovered: letGo,
      replay: letGo,
    };
    const stopping = new AbortController().signal;
    return runTimers({ logger: silentLogger, store: at, clock, handlers, stopping })("timers");
  }

  async function put(
    expiresInDays: number | null,
    ...numbers: readonly Partial<ConnectedNumber>[]
  ) {
    const tokenExpiresAt = expiresInDays === null ? null : start + expiresInDays * DAY_MS;
    // A notice looks at nothing else.
    const waba = {
      organizationId: "org_1",
      appId: "1",
      wabaId: "100",
      tokenExpiresAt,
      numbers: numbers.map((number) => ({ status: "active", tenantId: "acme", ...number })),
    } as unknown as Waba;
    await setTimers(store, tokenTimer(waba, clock.now()));
    await store.commit({ guards: [], writes: [{ key: wabaKey("1", "100"), value: waba }] });
  }

  const reach = async (days: number) => {
    await clock.advanceTo(start + days * DAY_MS);
    return run();
  };
  const toldTo = () => told.map(({ data }) => ("connectionId" in data ? data.connectionId : null));
  return { store, clock, run, put, reach, told, toldTo };
}

const a = { connectionId: "conn_a" };
const b = { connectionId: "conn_b" };

describe("a token that ends", () => {
  it("is told once to each number, seven days before", async () => {
    const { put, reach, told, toldTo } = await scene();
    await put(60, a, b);
    expect(await reach(52.9)).toBeDefined();
    expect(told).toEqual([]);
    await reach(53);
    expect(told[0]).toMatchObject({
      type: "connection.token_expiring",
      organizationId: "org_1",
      data: { connectionId: "conn_a", wabaId: "100", tokenExpiresAt: "2027-01-20T00:00:00Z" },
    });
    await put(60, a, b);
    await reach(59);
    expect(toldTo()).toEqual(["conn_a", "conn_b"]);
  });

  it("is told of again when it was replaced by another that ends", async () => {
    const { put, reach, toldTo } = await scene();
    await put(60, a);
    await reach(50);
    await put(110, a);
    await reach(53);
    expect(toldTo()).toEqual([]);
    await reach(103);
    await put(160, a);
    await reach(153);
    expect(toldTo()).toEqual(["conn_a", "conn_a"]);
  });

  it("is told to a number that joins later, and to no other twice", async () => {
    const { put, reach, toldTo } = await scene();
    await put(60, a);
    await reach(53);
    await put(60, a, b);
    await reach(54);
    expect(toldTo()).toEqual(["conn_a", "conn_b"]);
  });

  it("is told at once when it is brought in its last week", async () => {
    const { put, run, toldTo } = await scene();
    await put(3, a);
    await run();
    expect(toldTo()).toEqual(["conn_a"]);
  });

  it("is not told to a number that is disconnected; after its end that it has ended, once", async () => {
    const { put, reach, told } = await scene();
    await put(60, { ...a, status: "disconnected" }, b);
    await reach(61);
    const ended = { tokenExpiresAt: "2027-01-20T00:00:00Z", connectionId: "conn_b" };
    expect(told).toMatchObject([{ type: "connection.token_expired", data: ended }]);
    await reach(62);
    expect(told).toHaveLength(1);
  });

  it("is not waited for when it does not end", async () => {
    const { put, run } = await scene();
    await put(null, a);
    expect(await run()).toBeUndefined();
  });
});

it("is told whatever step a crash comes before", async () => {
  let crashed = true;
  for (let step = 1; crashed; step += 1) {
    const { store, put, reach, run, toldTo, clock } = await scene();
    await put(60, a, b);
    await clock.advance(53 * DAY_MS);
    crashed = await run(faultyStore(store, { at: step, mode: "before" })).then(
      () => false,
      () => true,
    );
    await reach(53.1);
    expect(toldTo(), `step ${step}`).toEqual(["conn_a", "conn_b"]);
  }
});
