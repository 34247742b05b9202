import { fakeClock, faultyStore } from "@wabakit/testing";
import { Keyv } from "keyv";
import { expect, test } from "vitest";
import { silentLogger } from "../../logger.ts";
import { openExpiring } from "../../store/expiring.ts";
import { keyvStore } from "../../store/keyv-store.ts";
import { openWriter } from "../../store/membership.ts";
import type { Store } from "../../store/store.ts";
import { storeCounters } from "./store-counters.ts";

const limit = { max: 50, perMs: 60_000 };

/** As many nodes on one store as asked for. */
async function nodes(count: number) {
  const clock = fakeClock();
  const alone = keyvStore(new Keyv());
  await alone.start();
  let commits = 0;
  let works = true;
  const counting: Store = {
    ...alone,
    atomicity: "cluster",
    commit(change) {
      commits += 1;
      return alone.commit(change);
    },
  };
  const store = faultyStore(counting, { at: () => !works, mode: "before" });
  const counters = Array.from({ length: count }, () => {
    const writer = openWriter({ store, clock, logger: silentLogger });
    return storeCounters({ store, clock, expiring: openExpiring({ store, writer }) });
  });
  return {
    clock,
    counters,
    commits: () => commits,
    switchStore: (next: boolean) => {
      works = next;
    },
  };
}

const sum = (numbers: readonly number[]) => numbers.reduce((all, one) => all + one, 0);

test("nodes together grant what one would, however they race", async () => {
  const { counters } = await nodes(3);
  const standings = await Promise.all(
    Array.from({ length: 200 }, (_, index) => counters[index % 3]?.add("a", limit, 1)),
  );
  expect(sum(standings.map((standing) => standing?.grantedNow ?? 0))).toBe(50);
  const granted = standings.flatMap((one) => (one?.grantedNow ? [one.granted] : []));
  expect(granted.sort((a, b) => a - b)).toEqual(
    Array.from({ length: 50 }, (_, index) => index + 1),
  );
});

test("a hundred requests of a process at once take a few commits", async () => {
  const { counters, commits } = await nodes(1);
  const [own] = counters;
  await own?.add("a", limit, 1);
  const before = commits();
  await Promise.all(Array.from({ length: 100 }, () => own?.add("a", limit, 1)));
  expect(commits() - before).toBeLessThanOrEqual(2);
  await Promise.all(Array.from({ length: 100 }, () => own?.add("a", limit, 1)));
  expect(commits() - before).toBeLessThanOrEqual(2); // a refusal writes nothing
});

test("a count ends for all nodes", async () => {
  const { clock, counters } = await nodes(2);
  const one = { max: 1, perMs: 60_000 };
  const granted = async (node: number) => (await counters[node]?.add("a", one, 1))?.grantedNow;
  expect([await granted(0), await granted(1)]).toEqual([1, 0]);
  await clock.advance(60_000);
  expect([await granted(1), await granted(0)]).toEqual([1, 0]);
});

test("a store that fails grants nothing, and counts on afterwards", async () => {
  const { counters, switchStore } = await nodes(1);
  const [own] = counters;
  await own?.add("a", limit, 1);
  switchStore(false);
  const attempts = await Promise.allSettled([own?.add("a", limit, 1), own?.add("a", limit, 1)]);
  for (const attempt of attempts) {
    expect(attempt).toMatchObject({ status: "rejected", reason: { code: "store_unavailable" } });
  }
  switchStore(true);
  expect(await own?.add("a", limit, 1)).toMatchObject({ granted: 2 });
});
