import { fakeClock } from "@wabakit/testing";
import { expect, test } from "vitest";
import type { Counted } from "../../http/allowance.ts";
import { LimitsOption } from "./limits.ts";
import { memoryCounters } from "./memory-counters.ts";
import { createRateLimit } from "./rate-limit.ts";

const limits = LimitsOption.parse({
  reads: { max: 2, perMs: 60_000 },
  writes: false,
  sends: { max: 1, perMs: 1_000 },
});

function open() {
  const clock = fakeClock();
  const own = { writes: { max: 7, perMs: 60_000 }, reads: false } as const;
  const ownLimits = async (organizationId: string) => (organizationId === "org_own" ? own : null);
  const counters = memoryCounters(clock);
  const limit = createRateLimit({ limits, ownLimits, counters, clock });
  const ask = (fields: Partial<Counted> = {}, actor = "key_1", organizationId = "org_1") =>
    limit({
      caller: { organizationId, actor, scopes: [] },
      budget: "reads",
      params: {},
      isRefused: false,
      ...fields,
    });
  return { clock, ask };
}

test("tells what is left, and when it begins anew", async () => {
  const { clock, ask } = open();
  const resetAt = clock.now() + 60_000;
  const first = { isGranted: true, limit: 2, remaining: 1, resetAt, resetInMs: 60_000 };
  expect(await ask()).toEqual(first);
  await clock.advance(1_000);
  expect(await ask()).toEqual({ ...first, remaining: 0, resetInMs: 59_000 });
  expect(await ask()).toMatchObject({ isGranted: false, remaining: 0, resetAt });
  await clock.advance(59_000);
  expect(await ask()).toMatchObject({ isGranted: true, remaining: 1 });
});

test("counts each key of each organization, and each budget, alone", async () => {
  const { ask } = open();
  await ask();
  expect(await ask({}, "key_2")).toMatchObject({ remaining: 1 });
  expect(await ask({}, "key_1", "org_2")).toMatchObject({ remaining: 1 });
  expect(await ask({ budget: "reveal" })).toMatchObject({ limit: 60, remaining: 59 });
  expect(await ask()).toMatchObject({ remaining: 0 });
});

test("counts sends for each number, whichever key sends", async () => {
  const { ask } = open();
  const to = (id: string) => ({ budget: "sends", params: { id } }) as const;
  expect(await ask(to("conn_1"))).toMatchObject({ isGranted: true });
  expect(await ask(to("conn_1"), "key_2")).toMatchObject({ isGranted: false });
  expect(await ask(to("conn_2"))).toMatchObject({ isGranted: true });
  expect(await ask(to("conn_1"), "key_1", "org_2")).toMatchObject({ isGranted: true });
});

test("counts no request that is refused anyway", async () => {
  const { ask } = open();
  for (let times = 0; times < 3; times++) {
    expect(await ask({ isRefused: true })).toMatchObject({ isGranted: true, remaining: 2 });
  }
});

test("a budget that is turned off has no limit to tell of", async () => {
  const { ask } = open();
  expect(await ask({ budget: "writes" })).toBeUndefined();
});

test("an organization's own limits go before the hub's, those it has", async () => {
  const { ask } = open();
  const own = (fields: Partial<Counted>) => ask(fields, "key_1", "org_own");
  expect(await own({ budget: "writes" })).toMatchObject({ limit: 7, remaining: 6 });
  expect(await own({ budget: "reads" })).toBeUndefined();
  expect(await own({ budget: "reveal" })).toMatchObject({ limit: 60 });
});
