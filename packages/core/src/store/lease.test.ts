import { type FakeClock, fakeClock } from "@wabakit/testing";
import { Keyv } from "keyv";
import { describe, expect, test } from "vitest";
import { silentLogger } from "../logger.ts";
import { keyvStore } from "./keyv-store.ts";
import { type Lease, type Leases, openLeases } from "./lease.ts";
import type { Store } from "./store.ts";

const LEASE_MS = 30_000;

async function sharedStore(atomicity: Store["atomicity"] = "cluster"): Promise<Store> {
  const store = keyvStore(new Keyv());
  await store.start();
  return { ...store, atomicity };
}

interface Node {
  readonly clock: FakeClock;
  readonly leases: Leases;
}

function node(store: Store): Node {
  const clock = fakeClock();
  return { clock, leases: openLeases({ store, clock, logger: silentLogger }) };
}

/** Holds a lease until it is told to end. */
async function holding(leases: Leases, name = "waba") {
  const began = Promise.withResolvers<Lease>();
  const ending = Promise.withResolvers<void>();
  const ended = leases.hold(name, (lease) => {
    began.resolve(lease);
    return ending.promise;
  });
  ended.catch(began.reject);
  const lease = await began.promise;
  const end = () => {
    ending.resolve();
    return ended;
  };
  return { lease, end };
}

async function pass(ms: number, ...running: readonly Node[]): Promise<void> {
  for (let passed = 0; passed < ms; passed += 500) {
    for (const { clock } of running) await clock.advance(500);
  }
}

const write = (store: Store, { guards }: Lease, value: string) =>
  store.commit({ guards, writes: [{ key: "account", value }] });

describe.each(["process", "cluster"] as const)("a lease on a %s store", (atomicity) => {
  test("is held by one after the other, in the order of their calls", async () => {
    const store = await sharedStore(atomicity);
    const { leases } = node(store);
    const told: string[] = [];
    const use = (name: string) => async () => {
      told.push(`${name} begins`);
      await new Promise(setImmediate);
      told.push(`${name} ends`);
      return name;
    };
    const results = ["a", "b", "c"].map((name) => leases.hold("waba", use(name)));
    expect(await Promise.all(results)).toEqual(["a", "b", "c"]);
    expect(told).toEqual(["a begins", "a ends", "b begins", "b ends", "c begins", "c ends"]);
  });

  test("of another name is free", async () => {
    const { leases } = node(await sharedStore(atomicity));
    const held = await holding(leases, "one");
    expect(await leases.hold("other", async () => "done")).toBe("done");
    await held.end();
  });

  test("is let go of when its use fails", async () => {
    const { leases } = node(await sharedStore(atomicity));
    const failing = leases.hold("waba", () => Promise.reject(new Error("no")));
    await expect(failing).rejects.toThrow("no");
    expect(await leases.hold("waba", async () => "done")).toBe("done");
  });

  test("is not waited for longer than 10 seconds, and those behind are not held up", async () => {
    const here = node(await sharedStore(atomicity));
    const held = await holding(here.leases);
    const impatient = here.leases.hold("waba", async () => "too early");
    const refused = expect(impatient).rejects.toMatchObject({
      code: "connection_busy",
      retryAfterMs: expect.any(Number),
    });
    await pass(5_000, here);
    const patient = here.leases.hold("waba", async () => "in time");
    await pass(5_000, here);
    await refused;
    await held.end();
    expect(await patient).toBe("in time");
    expect(here.clock.pending).toBe(0);
  });
});

describe("a lease among several processes", () => {
  test("passes on as soon as it is released", async () => {
    const store = await sharedStore();
    const [one, other] = [node(store), node(store)];
    const held = await holding(one.leases);
    const next = other.leases.hold("waba", async () => "mine");
    await pass(2_000, one, other);
    await held.end();
    await pass(500, other);
    expect(await next).toBe("mine");
    expect(await store.get("lease:waba")).toBeUndefined();
  });

  test("is kept by a holder that lives, however long it takes", async () => {
    const store = await sharedStore();
    const [one, other] = [node(store), node(store)];
    const held = await holding(one.leases);
    for (let wait = 0; wait < 10; wait += 1) {
      const refused = expect(other.leases.hold("waba", async () => {})).rejects.toMatchObject({
        code: "connection_busy",
      });
      await pass(10_500, one, other);
      await refused;
    }
    expect(await held.lease.isHeld()).toBe(true);
    expect(await write(store, held.lease, "mine")).toBe(true);
    await held.end();
  });

  test("is taken from a holder that stands still for a lease time; its commits lose then", async () => {
    const store = await sharedStore();
    const [paused, other] = [node(store), node(store)];
    const held = await holding(paused.leases);
    let taken: Awaited<ReturnType<typeof holding>> | undefined;
    let tries = 0;
    while (!taken) {
      tries += 1;
      const attempt = holding(other.leases).catch(() => undefined);
      await pass(10_500, other);
      taken = await attempt;
    }
    expect(tries).toBe(Math.ceil(LEASE_MS / 10_500) + 0);
    expect(await write(store, taken.lease, "theirs")).toBe(true);
    expect(await write(store, held.lease, "mine")).toBe(false);
    expect(await held.lease.isHeld()).toBe(false);

    await held.end();
    await pass(20_000, paused);
    expect(await taken.lease.isHeld()).toBe(true);
    await taken.end();
    expect(await store.get("lease:waba:beat")).toBeUndefined();
  });
});
