import { keyvStore, type Store } from "@wabakit/core";
import type Keyv from "keyv";
import { afterEach, beforeEach, describe, expect, it, onTestFinished } from "vitest";
import { surfacingErrors } from "../../packages/core/src/store/backends/keyv-calls.ts";
import { openBackend } from "../../packages/core/src/store/backends/open-backend.ts";
import { type ChaosProxy, chaosProxy } from "./chaos-proxy.ts";
import type { SharedPlace } from "./places.ts";
import { KEYS, runScenario } from "./scenario.ts";
import { type Service, services } from "./services.ts";

const LONG = process.env.WABAKIT_TEST_LONG === "1";
/** How far the places are apart at which a connection is cut, in bytes of requests. */
const CUT_STEP = LONG ? 41 : 997;
const TIMEOUT_MS = LONG ? 600_000 : 60_000;
const HASTY = { connectMs: 1_000, answerMs: 1_000 };

const unavailable = { code: "store_unavailable", status: 503 };
const ROWS = Array.from({ length: 40 }, (_, index) => `row:${index}`);

for (const service of services) {
  describe.skipIf(!service.url)(`a store on ${service.connect}`, { timeout: TIMEOUT_MS }, () => {
    outages(service);
  });
}

function outages({ url, place: makePlace }: Service): void {
  let proxy: ChaosProxy;
  let place: SharedPlace;
  beforeEach(async () => {
    proxy = await chaosProxy(url);
    place = makePlace();
  });
  afterEach(async () => {
    await proxy.close();
    await place.discard();
  });

  function connect(listens = true) {
    const keyv = place.connect(proxy.url);
    if (listens) keyv.on("error", () => {});
    onTestFinished(() => place.disconnect(keyv).catch(() => {}));
    return keyv;
  }

  async function open(listens = true): Promise<Store> {
    const store = keyvStore(connect(listens));
    await store.start();
    onTestFinished(() => store.stop());
    return store;
  }

  it("does not start while it is down, and does when it is back", async () => {
    await (await open()).stop(); // its table is there
    await proxy.become({ kind: "down" });
    const store = keyvStore(connect());
    const { port } = new URL(proxy.url);
    await expect(store.start()).rejects.toThrow(
      new RegExp(`(Redis|PostgreSQL) cannot be reached: connect ECONNREFUSED 127.0.0.1:${port}`),
    );
    await expect(store.get("a")).rejects.toMatchObject(unavailable);

    await proxy.become({ kind: "fine" });
    await store.start();
    expect(await put(store, ["a"], 1)).toBe(true);
    await store.stop();
  });

  it.each([true, false])("rejects while it is down, and heals (listener: %s)", async (listens) => {
    const store = await open(listens);
    await put(store, ["a"], 1);
    for (const kind of ["down", "answer lost"] as const) {
      await proxy.become({ kind });
      for (let again = 0; again < 2; again += 1) {
        await expect(store.get("a")).rejects.toMatchObject(unavailable);
        await expect(store.getMany(["a", "b"])).rejects.toMatchObject(unavailable);
        await expect(put(store, ["b"], 2)).rejects.toMatchObject(unavailable);
        const guarded = { guards: [{ key: "b", version: undefined }], writes: [] };
        await expect(store.commit(guarded)).rejects.toMatchObject(unavailable);
      }
      await proxy.become({ kind: "fine" });
      expect((await store.get("a"))?.value).toBe(1);
      expect(await put(store, ["a"], 1)).toBe(true);
    }
  });

  it("uses no connection twice that was reset", async () => {
    const store = await open();
    for (let round = 0; round < 5; round += 1) {
      const answers = [put(store, ["a", "b"], round), store.getMany(["a", "b"])];
      await new Promise(setImmediate);
      proxy.reset();
      for (const { status, ...rest } of await Promise.allSettled<unknown>(answers)) {
        if (status === "rejected") expect(rest).toMatchObject({ reason: unavailable });
      }
      expect(await put(store, ["a", "b"], round).catch(() => put(store, ["a", "b"], round))).toBe(
        true,
      );
      const seen = await store.getMany(["a", "b"]);
      expect(seen.map((record) => record?.value)).toEqual([round, round]);
    }
  });

  it("says that nobody knows when the answer is lost, and a guard tells", async () => {
    const store = await open();
    await put(store, ["a"], 1);
    const before = await store.get("a");
    await proxy.become({ kind: "answer lost" });
    const change = {
      guards: [{ key: "a", version: before?.version }],
      writes: [{ key: "a", value: 2 }],
    };
    await expect(store.commit(change)).rejects.toMatchObject(unavailable);

    await proxy.become({ kind: "fine" });
    expect((await store.get("a"))?.value).toBe(2);
    expect(await store.commit(change)).toBe(false);
  });

  it("waits for a slow one", async () => {
    const store = await open();
    await proxy.become({ kind: "slow", delayMs: 30 });
    expect(await put(store, ROWS, 1)).toBe(true);
    expect((await store.getMany(ROWS)).filter(Boolean)).toHaveLength(ROWS.length);
    await proxy.become({ kind: "fine" });
  });

  it("lands all or nothing, wherever a connection is cut", async () => {
    let afterBytes = 1;
    const keyv = connect();
    while (await wasCut(keyv, afterBytes)) afterBytes += CUT_STEP;
    expect(afterBytes).toBeGreaterThan(3_000);
  });

  /** @returns Whether a run of the scenario took so many bytes that it was cut. */
  async function wasCut(keyv: Keyv, afterBytes: number): Promise<boolean> {
    const store = keyvStore(keyv);
    let cuts = 0;
    await store.start();
    await proxy.become({ kind: "cut", afterBytes });
    await runScenario({
      between: "nothing",
      restart: async () => store,
      async onRefusal() {
        cuts += 1;
        await proxy.become({ kind: "fine" });
      },
    });
    await proxy.become({ kind: "fine" });
    await store.commit({ guards: [], writes: KEYS.map((key) => ({ key, value: undefined })) });
    await store.stop();
    return cuts > 0;
  }

  it("gives up on one that does not answer, and leaves nothing behind that waits for it", async () => {
    const keyv = connect();
    const backend = openBackend(keyv, surfacingErrors(keyv), HASTY);
    await backend.start();
    const text = (value: number) => `1.${"0".repeat(15)}${value}.${value}`;
    const land = (value: number) => backend.land([{ guards: [], records: [["a", text(value)]] }]);
    await land(1);
    await proxy.become({ kind: "black hole" });
    for (let again = 0; again < 2; again += 1) {
      await expect(backend.read(["a"])).rejects.toThrow();
      await expect(land(2)).rejects.toThrow();
    }
    await backend.stop();
    await expect(backend.start()).rejects.toThrow("cannot be reached");

    await proxy.become({ kind: "fine" });
    proxy.reset();
    await backend.start();
    expect(await backend.read(["a"])).toEqual([text(1)]);
    expect(await land(3)).toEqual([true]);
    expect(await backend.read(["a"])).toEqual([text(3)]);
    await proxy.become({ kind: "black hole" });
    await backend.stop();
  });
}

function put(store: Store, keys: readonly string[], value: number): Promise<boolean> {
  return store.commit({ guards: [], writes: keys.map((key) => ({ key, value })) });
}
