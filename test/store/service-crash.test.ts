import { setTimeout as sleep } from "node:timers/promises";
import { keyvStore } from "@wabakit/core";
import { describe, expect, it, onTestFinished, vi } from "vitest";
import {
  type Acknowledged,
  assertWhole,
  SIZES_IN_SERVICE,
  SIZES_OF_FLUSHES,
  type Sizes,
} from "./crash-changes.ts";
import { crashProcess } from "./crash-process.ts";
import { type Service, services } from "./services.ts";

const LONG = process.env.WABAKIT_TEST_LONG === "1";
const KILLS = LONG ? 40 : 2;
/** A child is killed this long after its first acknowledgement, at most. */
const LONGEST_LIFE_MS = 150;
const TIMEOUT_MS = LONG ? 1_200_000 : 60_000;

const crashing = LONG
  ? services
  : services.filter(({ connect }) => /^(Redis|PostgreSQL), Keyv 6$/.test(connect));

describe.each(crashing)("a store on $connect", { timeout: TIMEOUT_MS }, (service) => {
  it.skipIf(!service.url).each([
    ["small and large", SIZES_IN_SERVICE],
    ["of 5,000 rows", SIZES_OF_FLUSHES],
  ])("keeps every acknowledged change whole over kill -9 (%s)", async (_, sizes) => {
    await crashOn(service, sizes);
  });
});

async function crashOn({ connect, place: makePlace }: Service, sizes: Sizes): Promise<void> {
  const place = makePlace();
  const keyv = place.connect();
  const store = keyvStore(keyv);
  await store.start();
  onTestFinished(async () => {
    await store.stop();
    await place.disconnect(keyv);
    await place.discard();
  });

  let acknowledged: Acknowledged = { alpha: 0, beta: 0 };
  for (let kill = 0; kill < KILLS; kill += 1) {
    const child = crashProcess(connect, place.name, JSON.stringify(sizes));
    await child.firstAcknowledgement;
    await sleep(Math.random() * LONGEST_LIFE_MS);
    child.kill();
    const end = await child.end;
    expect(end.signal).toBe("SIGKILL");
    acknowledged = { ...acknowledged, ...end.acknowledged };
    // The service may still be at work on the last change it was given.
    acknowledged = await vi.waitFor(() => assertWhole(store, sizes, acknowledged), 5_000);
  }
  expect(Math.max(...Object.values(acknowledged))).toBeGreaterThanOrEqual(KILLS);
}
