import { keyvUnderTest, storeContract } from "@wabakit/testing/contracts";
import { describe, it } from "vitest";
import { type Place, POSTGRES, processPlaces, REDIS, sharedPlaces } from "./store/places.ts";

function openOn(place: Place, listens: boolean) {
  const connect = () => {
    const keyv = place.connect();
    if (listens) keyv.on("error", () => {});
    return keyv;
  };
  return keyvUnderTest({ ...place, connect })();
}

for (const [name, make] of Object.entries({ ...processPlaces, ...sharedPlaces() })) {
  for (const listens of [false, true]) {
    storeContract({
      name: listens ? `${name}, with an error listener,` : name,
      open: async () => openOn(await make(), listens),
    });
  }
}

describe.skipIf(REDIS)("Redis", () => {
  it.skip("stores are skipped: set WABAKIT_TEST_REDIS to test them", () => {});
});
describe.skipIf(POSTGRES)("PostgreSQL", () => {
  it.skip("stores are skipped: set WABAKIT_TEST_POSTGRES to test them", () => {});
});
