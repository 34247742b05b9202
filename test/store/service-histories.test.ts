import { keyvStore } from "@wabakit/core";
import { describe, expect, it, onTestFinished } from "vitest";
import { chaosProxy } from "./chaos-proxy.ts";
import { isLinearisable } from "./linearise.ts";
import { observe } from "./observe.ts";
import type { SharedPlace } from "./places.ts";
import { randomOf } from "./random-faults.ts";
import { type Service, services } from "./services.ts";

const LONG = process.env.WABAKIT_TEST_LONG === "1";
const RUNS = LONG ? 1_000 : 40;
/** Of the runs, the share in which connections are cut. */
const CUTS = 0.5;
const TIMEOUT_MS = LONG ? 600_000 : 60_000;

describe("histories of one record that two nodes use are linearisable", {
  timeout: TIMEOUT_MS,
}, () => {
  for (const service of services) {
    it.skipIf(!service.url)(`on ${service.connect}, whose connections are cut`, async () => {
      expect(await violations(service)).toEqual([]);
    });
  }
});

/** @returns The seeds whose history cannot be explained. */
async function violations({ url, place: makePlace }: Service): Promise<number[]> {
  const proxy = await chaosProxy(url);
  const place = makePlace();
  onTestFinished(async () => {
    await proxy.close();
    await place.discard();
  });
  const stores = [await open(place, proxy.url), await open(place, proxy.url)];
  const wrong: number[] = [];
  for (let seed = 1; seed <= RUNS; seed += 1) {
    const random = randomOf(seed);
    const afterBytes = Math.floor(random() * 8_000);
    if (random() < CUTS) await proxy.become({ kind: "cut", afterBytes });
    const cutShort = setTimeout(proxy.become, random() * 30, { kind: "fine" });
    const history = await observe({ stores, key: `register:${seed}` }, random);
    clearTimeout(cutShort);
    await proxy.become({ kind: "fine" });
    if (!isLinearisable(history)) wrong.push(seed);
  }
  return wrong;
}

async function open(place: SharedPlace, url: string) {
  const keyv = place.connect(url);
  const store = keyvStore(keyv);
  await store.start();
  onTestFinished(async () => {
    await store.stop();
    await place.disconnect(keyv).catch(() => {}); // two may share the pool of their adapters
  });
  return store;
}
