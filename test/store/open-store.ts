import { keyvStore } from "@wabakit/core";
import { onTestFinished } from "vitest";
import type { Place } from "./places.ts";

/** A store for one test, which takes the place away at its end. */
export async function openStore(place: Place) {
  const keyv = place.connect();
  const store = keyvStore(keyv);
  await store.start();
  onTestFinished(async () => {
    await store.stop();
    await place.disconnect(keyv);
    await place.discard();
  });
  return { keyv, store };
}
