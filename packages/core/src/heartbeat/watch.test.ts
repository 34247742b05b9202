import { type FakeClock, fakeClock, faultyStore } from "@wabakit/testing";
import { Keyv } from "keyv";
import { describe, expect, it } from "vitest";
import { heartbeatTimer } from "../connections/timers/heartbeat-timer.ts";
import {
  openTimers,
  runTimers,
  setTimers,
  type TimerHandler,
} from "../connections/timers/timers.ts";
import {
  type ConnectedNumber,
  connectionKey,
  readWaba,
  type Waba,
  wabaKey,
} from "../connections/waba.ts";
import type { EventDraft } from "../events.ts";
import { silentLogger } from "../logger.ts";
import { keyvStore } from "../store/keyv-store.ts";
import type { Store } from "../store/store.ts";
import { confirmHeartbeat } from "./confirm.ts";
import { heartbeatTimers } from "./watch.ts";

/** Timers of other kinds are of no interest here. */
const letGo: TimerHandler = async () => ({ next: [], apply: async () => {} });

const HOUR_MS = 60 * 60 * 1000;
const DAY_MS = 24 * HOUR_MS;
const owner = { organizationId: "org_1" };

/** A hub's share in timers, on a store of its own or one that fails. */
function node(clock: Pick<FakeClock, "now">, store: Store) {
  const parts = {
    store,
    clock: { now: clock.now, schedule: () => () => {} },
    // Events are records of the commit, so that they are there if and only if it is.
    emit: async (
      { guards, writes }: Parameters<Store["commit"]>[0],
      drafts: readonly EventDraft[],
    ) =>
      store.commit({
        guards,
        writes: [
          ...writes,
          ...drafts.map((draft) => ({ key: `told:${crypto.randomUUID()}`, value: draft })),
        ],
      }),
    rootSecret: { derive: () => Buffer.alloc(32), isCurrent: true },
    pagesUrl: "https://app.example.com/connect",
    heartbeat: { dueSoonLeadMs: 3 * DAY_MS },
  };
  const handlers = {
    heartbeat: heartbeatTimers(parts),
    mode: letGo,
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
  return {
    ...parts,
    run: () => runTimers({ logger: silentLogger, store, clock, handlers, stopping })("timers"),
  };
}

async function scene() {
  const rows = new Map<string, unknown>();
  const store = keyvStore(new Keyv({ store: rows }));
  await store.start();
  const clock = fakeClock();
  const here = node(clock, store);
  const start = clock.now();

  async function add(fields: Partial<ConnectedNumber> = {}, wabaId = "100") {
    const known = (await readWaba(store, "1", wabaId))?.value;
    const connectionId = `conn_${rows.size}`;
    const armed = heartbeatTimer(numberOf({ connectionId, ...fields }, clock.now()), clock.now());
    await setTimers(store, armed.timers);
    await put({ ...wabaOf(wabaId), numbers: [...(known?.numbers ?? []), armed.number] });
    const pointer = { ...owner, appId: "1", wabaId, tenantId: "acme" };
    await store.commit({
      guards: [],
      writes: [{ key: connectionKey(connectionId), value: pointer }],
    });
    await here.run();
    return connectionId;
  }

  async function put(waba: Waba) {
    await store.commit({ guards: [], writes: [{ key: wabaKey("1", waba.wabaId), value: waba }] });
  }

  async function number(connectionId: string, wabaId = "100") {
    const found = (await readWaba(store, "1", wabaId))?.value.numbers.find(
      (candidate) => candidate.connectionId === connectionId,
    );
    if (!found) throw new Error("The number is gone.");
    return found;
  }

  async function change(connectionId: string, fields: Partial<ConnectedNumber>) {
    const waba = (await readWaba(store, "1", "100"))?.value;
    if (!waba) throw new Error("The account is gone.");
    const numbers = waba.numbers.map((one) =>
      one.connectionId === connectionId ? { ...one, ...fields } : one,
    );
    await put({ ...waba, numbers });
  }

  async function told(from: Store = store) {
    const keys = [...rows.keys()].map((key) => key.slice(key.indexOf("told:")));
    const found = await from.getMany<EventDraft>(keys.filter((key) => key.startsWith("told:")));
    return found.flatMap((record) => (record ? [record.value] : []));
  }

  /** Days since the start, by the clock. */
  const reach = (days: number) => clock.advanceTo(start + days * DAY_MS);
  return { ...here, clock, add, number, change, told, reach, start };
}

type Scene = Awaited<ReturnType<typeof scene>>;

function wabaOf(wabaId: string): Waba {
  // Timers look at nothing else of an account.
  return { ...owner, appId: "1", wabaId, tokenExpiresAt: null, numbers: [] } as unknown as Waba;
}

function numberOf(fields: Partial<ConnectedNumber>, now: number): ConnectedNumber {
  return {
    tenantId: "acme",
    phoneNumberId: "7",
    metadata: null,
    status: "active",
    connectionMode: "coexistence",
    heartbeatLastConfirmedAt: now,
    heartbeatAnnounced: null,
    heartbeatReminderSentAt: null,
    heartbeatTimerAt: null,
    ...fields,
  } as ConnectedNumber;
}

/** Like `due_soon`; in no particular order. */
async function toldBy(here: Scene): Promise<readonly string[]> {
  return (await here.told())
    .map(({ type: event }) => event.replace("connection.heartbeat.", ""))
    .sort();
}

describe("a heartbeat that nobody confirms", () => {
  it("is told to be due soon, to be overdue, and reminded of every day, each at its time", async () => {
    const here = await scene();
    await here.add();
    await here.reach(10 - 1 / 24);
    await here.run();
    expect(await toldBy(here)).toEqual([]);

    await here.reach(10);
    await here.run();
    expect(await toldBy(here)).toEqual(["due_soon", "reminder"]);

    for (const day of [10.5, 11, 11.5, 12, 12.5]) {
      await here.reach(day);
      await here.run();
    }
    expect(await toldBy(here)).toEqual(["due_soon", "reminder", "reminder", "reminder"]);

    await here.reach(13);
    await here.run();
    await here.reach(14);
    await here.run();
    const all = ["due_soon", "overdue", ...Array.from({ length: 5 }, () => "reminder")];
    expect(await toldBy(here)).toEqual(all);
  });

  it("carries the page's fields, whose it is, and a link", async () => {
    const here = await scene();
    const connectionId = await here.add();
    await here.reach(10);
    await here.run();
    const [first] = await here.told();
    expect(first).toMatchObject({
      organizationId: "org_1",
      data: {
        tenantId: "acme",
        connectionId,
        wabaId: "100",
        phoneNumberId: "7",
        heartbeatStatus: "DUE_SOON",
        heartbeatNextDueAt: "2026-12-04T00:00:00Z",
        heartbeatReminderSentAt: "2026-12-01T00:00:00Z",
        confirmUrl: expect.stringMatching(
          /^https:\/\/app\.example\.com\/connect\/heartbeat\/conn_/,
        ),
      },
    });
  });

  it("sleeps until then: the job comes back when something is due", async () => {
    const here = await scene();
    await here.add();
    expect(await here.run()).toEqual({ again: here.start + 10 * DAY_MS });
  });
});

describe("a confirmation", () => {
  it("is found by the timer that was set before it, which sets the next", async () => {
    const here = await scene();
    const connectionId = await here.add();
    await here.reach(9);
    const confirmed = await confirmHeartbeat(here, { owner, connectionId }, "partner_api");
    expect(confirmed.heartbeatNextDueAt).toBe("2026-12-13T00:00:00Z");
    await here.reach(10);
    await here.run();
    expect(await toldBy(here)).toEqual(["confirmed"]);
    await here.reach(19);
    await here.run();
    expect(await toldBy(here)).toEqual(["confirmed", "due_soon", "reminder"]);
  });

  it("begins a period in which everything is told again", async () => {
    const here = await scene();
    const connectionId = await here.add();
    await here.reach(14);
    await here.run();
    await confirmHeartbeat(here, { owner, connectionId }, "link");
    for (const day of [15, 24, 27]) {
      await here.reach(day);
      await here.run();
    }
    const names = (await toldBy(here)).filter((name) => name !== "reminder");
    expect(names).toEqual(["confirmed", "due_soon", "overdue", "overdue"]);
  });
});

describe("the timers of a number", () => {
  /** All that are set, however far away. */
  async function timersOf({ store }: Scene) {
    return (await openTimers(store).due(Number.MAX_SAFE_INTEGER))?.entries ?? [];
  }

  it("come to one again after two nodes, crashes and a resume have set more", async () => {
    const here = await scene();
    const connectionId = await here.add();
    const other = node(here.clock, here.store);
    const crashing = node(
      here.clock,
      faultyStore(here.store, {
        at: ({ name, keys }) => name === "commit" && keys.includes(wabaKey("1", "100")),
        mode: "before",
      }),
    );
    for (const day of [10, 11, 12, 13, 14]) {
      await here.reach(day);
      await expect(crashing.run()).rejects.toMatchObject({ code: "store_unavailable" });
      const { number, timers } = heartbeatTimer(await here.number(connectionId), here.clock.now());
      await setTimers(here.store, timers);
      await here.change(connectionId, number);
      await Promise.all([here.run(), other.run()]);
    }
    await here.reach(15);
    await here.run();
    const live = (await here.number(connectionId)).heartbeatTimerAt;
    expect(await timersOf(here)).toEqual([{ kind: "heartbeat", id: connectionId, dueAt: live }]);
  });

  it("include the one that the number names, whoever confirms while one is firing", async () => {
    const here = await scene();
    const connectionId = await here.add();
    await here.reach(10);
    let isNext = true;
    const interrupted: Store = {
      ...here.store,
      async commit(change) {
        const landed = await here.store.commit(change);
        if (isNext) {
          isNext = false;
          await confirmHeartbeat(here, { owner, connectionId }, "link");
        }
        return landed;
      },
    };
    await node(here.clock, interrupted).run();
    expect(await toldBy(here)).toEqual(["confirmed"]);
    const live = (await here.number(connectionId)).heartbeatTimerAt;
    expect((await timersOf(here)).map(({ dueAt }) => dueAt)).toContain(live);
    await here.reach(11);
    await here.run();
    await here.reach(20);
    await here.run();
    expect(await toldBy(here)).toEqual(["confirmed", "due_soon", "reminder"]);
  });
});

describe("nothing is written", () => {
  const versionIn = async ({ store }: Scene) => (await readWaba(store, "1", "100"))?.version;

  it("for a timer that the number does not name", async () => {
    const here = await scene();
    const id = await here.add();
    const before = await versionIn(here);
    await setTimers(here.store, [{ kind: "heartbeat", id, dueAt: here.clock.now() - 1 }]);
    expect(await here.run()).toEqual({ again: here.start + 10 * DAY_MS });
    expect(await versionIn(here)).toBe(before);
    const left = await openTimers(here.store).due(Number.MAX_SAFE_INTEGER);
    expect(left?.entries).toHaveLength(1);
  });

  it("by a node that another one has overtaken", async () => {
    const here = await scene();
    await here.add();
    await here.reach(10);
    let overtaken: string | undefined;
    const slow: Store = {
      ...here.store,
      async commit(change) {
        const landed = await here.store.commit(change);
        if (overtaken === undefined) {
          overtaken = "begun";
          await here.run();
          overtaken = await versionIn(here);
        }
        return landed;
      },
    };
    await node(here.clock, slow).run();
    expect(await versionIn(here)).toBe(overtaken);
    expect(await toldBy(here)).toEqual(["due_soon", "reminder"]);
  });
});

describe("a number that is not active", () => {
  it.each(["suspended", "disconnected", "pending"] as const)(
    "is told nothing while %s",
    async (status) => {
      const here = await scene();
      const connectionId = await here.add();
      await here.change(connectionId, { status });
      await here.reach(10);
      expect(await here.run()).toBeUndefined();
      expect(await toldBy(here)).toEqual([]);
      expect(await here.number(connectionId)).toMatchObject({ heartbeatTimerAt: null });
    },
  );

  it("is watched again once it is resumed", async () => {
    const here = await scene();
    const connectionId = await here.add();
    await here.change(connectionId, { status: "suspended" });
    await here.reach(11);
    await here.run();
    const suspended = await here.number(connectionId);
    const { number, timers } = heartbeatTimer({ ...suspended, status: "active" }, here.clock.now());
    await setTimers(here.store, timers);
    await here.change(connectionId, number);
    await here.run();
    expect(await toldBy(here)).toEqual(["due_soon", "reminder"]);
  });

  it("leaves a timer behind that does no harm, once it is gone", async () => {
    const here = await scene();
    await here.add();
    await here.store.commit({
      guards: [],
      writes: [{ key: wabaKey("1", "100"), value: undefined }],
    });
    await here.reach(10);
    expect(await here.run()).toBeUndefined();
  });
});

describe("two nodes", () => {
  it("that fire the same timers tell each transition once", async () => {
    const here = await scene();
    const ids = [await here.add(), await here.add(), await here.add({}, "200")];
    const other = node(here.clock, here.store);
    for (const day of [10, 13]) {
      await here.reach(day);
      await Promise.all([here.run(), other.run()]);
    }
    const names = await toldBy(here);
    expect(names.filter((name) => name === "due_soon")).toHaveLength(ids.length);
    expect(names.filter((name) => name === "overdue")).toHaveLength(ids.length);
  });
});

describe("a crash", () => {
  it.each(["before", "after"] as const)(
    "%s any step loses no transition, and tells none twice",
    async (mode) => {
      let crashed = true;
      for (let step = 1; crashed; step += 1) {
        const here = await scene();
        const connectionId = await here.add();
        await here.reach(10);
        crashed = await node(here.clock, faultyStore(here.store, { at: step, mode }))
          .run()
          .then(
            () => false,
            () => true,
          );
        await here.reach(10.01);
        await here.run();
        expect(await toldBy(here), `step ${step}`).toEqual(["due_soon", "reminder"]);

        await here.reach(13.02);
        await here.run();
        const names = (await toldBy(here)).filter((name) => name !== "reminder");
        expect(names, `step ${step}`).toEqual(["due_soon", "overdue"]);
        const live = (await here.number(connectionId)).heartbeatTimerAt;
        expect(await openTimers(here.store).earliest(), `step ${step}`).toBeLessThanOrEqual(
          live ?? 0,
        );
      }
    },
  );
});

describe("a clock that is set", () => {
  it("an hour back after a transition tells it once", async () => {
    const here = await scene();
    await here.add();
    await here.reach(10);
    await here.run();
    const behind = { now: () => here.clock.now() - HOUR_MS };
    await node(behind, here.store).run();
    await here.reach(13 + 1 / 24);
    await node(behind, here.store).run();
    const names = (await toldBy(here)).filter((name) => name !== "reminder");
    expect(names).toEqual(["due_soon", "overdue"]);
  });

  it("an hour forth tells a transition that hour early, and once", async () => {
    const here = await scene();
    await here.add();
    await here.reach(10 - 1 / 24);
    const ahead = { now: () => here.clock.now() + HOUR_MS };
    await node(ahead, here.store).run();
    await here.reach(10);
    await here.run();
    expect(await toldBy(here)).toEqual(["due_soon", "reminder"]);
  });
});
