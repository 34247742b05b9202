import { randomBytes } from "node:crypto";
import { setTimeout as pause } from "node:timers/promises";
import {
  type AnyEvent,
  createHub,
  Failure,
  type Hub,
  type HubOptions,
  keyvStore,
  type Store,
} from "@wabakit/core";
import { type FakeMeta, fakeClock, fakeMeta, type Sink, sink } from "@wabakit/testing";
import { Keyv } from "keyv";
import { callsUnderWay } from "./calls-under-way.ts";
import { type GraphGate, graphGate } from "./graph-gate.ts";
import { type StoreGate, storeGate } from "./store-gate.ts";

const ALL_ROLES = ["api", "receiver", "worker"] as const;
const TURN_MS = 2;
const STEP_MS = 500;
const MAX_TURNS = 2_000;
const PASSING_STEP_MS = 15_000;
const MOST_PATIENCE_MS = 10_000;

/** What outlives every scenario: Meta, and two endpoints of a tenant. */
export interface Ground {
  readonly meta: FakeMeta;
  readonly first: Sink;
  readonly second: Sink;
  readonly close: () => Promise<void>;
}

export async function ground(): Promise<Ground> {
  const [meta, first, second] = await Promise.all([
    fakeMeta(),
    sink({ verifyToken: "first" }),
    sink({ verifyToken: "second" }),
  ]);
  const close = async () => void (await Promise.all([meta.close(), first.close(), second.close()]));
  return { meta, first, second, close };
}

/** One node on a store and a clock of its own, with a gate before everything it talks to. */
export interface World {
  readonly ground: Ground;
  readonly hub: Hub;
  readonly store: StoreGate;
  readonly graph: GraphGate;
  /** Everything that was told of what was done since the last `mark`, each event once. */
  readonly events: () => readonly AnyEvent[];
  readonly mark: () => void;
  /** Waits for something while the clock goes on. */
  readonly drive: <Result>(promise: Promise<Result>) => Promise<Result>;
  /** The node ends as it is, and another one starts on what it has left. */
  readonly restart: () => Promise<Hub>;
  /** Lets `ms` go by for whoever runs. */
  readonly passTime: (ms: number) => Promise<void>;
  /** What is stored, past every gate. */
  readonly stored: Store;
  readonly close: () => Promise<void>;
}

/** Of one process, or of a node among others: then a killed one leaves its leases behind. */
export async function world(on: Ground, atomicity: Store["atomicity"]): Promise<World> {
  const clock = fakeClock();
  const backend = keyvStore(new Keyv());
  await backend.start();
  const stored: Store = { ...backend, atomicity };
  const cut = () => {
    store.cut();
    graph.cut();
  };
  const store = storeGate(stored, cut);
  const graph = await graphGate(on.meta.url, cut);
  const calls = callsUnderWay([graph.url, on.meta.url]);
  const heard = new Map<string, AnyEvent>();
  let markedAt = 0;
  const { appId, appSecret, verifyToken } = on.meta.app;
  const secretKeys = [randomBytes(32)];

  function openHub(through: Store, graphUrl: string, roles: HubOptions["roles"]): Hub {
    const hub = createHub({
      roles,
      store: through,
      secretKeys,
      clock,
      publicUrl: "https://app.example.com",
      meta: { appId, appSecret, verifyToken, graphUrl },
      allowPrivateNetwork: true,
    });
    hub.on("*", (event) => void heard.set(event.id, event));
    return hub;
  }

  /** Meta's answers take as long as they take, however fast the clock goes: none is given up for it. */
  async function letGoBy(ms: number): Promise<void> {
    const givenUp = performance.now() + MOST_PATIENCE_MS;
    while (calls.count() > graph.withheld() && performance.now() < givenUp) await pause(1);
    await clock.advance(ms);
  }

  async function drive<Result>(promise: Promise<Result>): Promise<Result> {
    let isDone = false;
    const done = promise.finally(() => {
      isDone = true;
    });
    done.catch(() => {});
    for (let turn = 0; !isDone && turn < MAX_TURNS; turn += 1) {
      await pause(TURN_MS);
      if (turn > 10) await letGoBy(STEP_MS);
    }
    return done;
  }

  async function passTime(ms: number): Promise<void> {
    for (let passed = 0; passed < ms; passed += PASSING_STEP_MS) {
      await letGoBy(PASSING_STEP_MS);
      await pause(TURN_MS);
    }
  }

  // Among several nodes one is at work; it is the one that lives on.
  const firstRoles = atomicity === "process" ? ALL_ROLES : (["api"] as const);
  let current = openHub(store.store, graph.url, firstRoles);
  const first = current;
  await drive(first.start());
  return {
    ground: on,
    hub: first,
    store,
    graph,
    events: () => [...heard.values()].filter((event) => Date.parse(event.createdAt) >= markedAt),
    mark() {
      markedAt = clock.now();
    },
    drive,
    passTime,
    stored,
    async restart() {
      const former = current;
      const open = { ...stored, start: async () => {}, stop: async () => {} };
      current = openHub(open, on.meta.url, ALL_ROLES);
      cut();
      await drive(Promise.race([former.stop(), store.hung])).catch(ignoreGone);
      await drive(current.start());
      return current;
    },
    async close() {
      await drive(current.stop()).catch(ignoreGone);
      await graph.close();
      calls.close();
    },
  };
}

/** A node that was killed cannot say goodbye. */
function ignoreGone(error: unknown): void {
  if (!(error instanceof Failure)) throw error;
}
