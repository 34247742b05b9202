import { fakeClock, faultyStore } from "@wabakit/testing";
import { Keyv } from "keyv";
import { expect, test } from "vitest";
import { keyvStore } from "../../store/keyv-store.ts";
import { type OwnLimits, organizationKey } from "../organizations/organization.ts";
import { createOwnLimits } from "./own-limits.ts";

async function open() {
  const clock = fakeClock();
  const alone = keyvStore(new Keyv());
  await alone.start();
  let [works, reads] = [true, 0];
  const at = () => {
    reads += 1;
    return !works;
  };
  const find = createOwnLimits({ store: faultyStore(alone, { at, mode: "before" }), clock });
  return {
    clock,
    find,
    reads: () => reads,
    switchStore: (next: boolean) => {
      works = next;
    },
    async set(limits: OwnLimits | null) {
      const writes = [{ key: organizationKey("org_1"), value: { limits } }];
      await alone.commit({ guards: [], writes });
    },
  };
}

test("an organization has none until some are set, which is known within a second", async () => {
  const { clock, find, reads, set } = await open();
  expect(await find("org_1")).toBeNull();
  const limits = { reads: false } as const;
  await set(limits);
  expect(await find("org_1")).toBeNull();
  expect(reads()).toBe(1);
  await clock.advance(1_000);
  expect(await find("org_1")).toEqual(limits);
  expect(await find("org_2")).toBeNull();
});

test("a store that fails is not taken for an organization without limits", async () => {
  const { find, switchStore } = await open();
  switchStore(false);
  await expect(find("org_1")).rejects.toMatchObject({ code: "store_unavailable" });
  switchStore(true);
  expect(await find("org_1")).toBeNull();
});
