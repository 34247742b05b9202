import { setTimeout as sleep } from "node:timers/promises";
import { keyvStore } from "@wabakit/core";
import { describe, expect, onTestFinished, test } from "vitest";
import { openThings } from "./index-churn.ts";
import { expectExactly, fill, walkMeanwhile } from "./large-index.ts";
import { type NodeProcess, nodeProcess } from "./node-process.ts";
import {
  type Connect,
  POSTGRES,
  postgresConnects,
  postgresPlace,
  REDIS,
  redisConnects,
  redisPlace,
} from "./places.ts";

/** Short, to see it lapse. */
const LEASE_MS = 500;
const LONG = process.env.WABAKIT_TEST_LONG === "1";
const PAGES = LONG ? 5_000 : 250;
const ENTRIES = LONG ? 100 : 2;
/** Of each process. */
const TOTAL = PAGES * ENTRIES;
const INDEXED = LONG ? 1_000_000 : 10_000;
const CHURN = LONG ? 3_000 : 100;
const TIMEOUT_MS = LONG ? 300_000 : 60_000;

interface Service {
  readonly connect: string;
  readonly address: string;
  readonly variable: string;
}

const services: readonly Service[] = [
  { connect: "Redis, Keyv 6", address: REDIS, variable: "WABAKIT_TEST_REDIS" },
  { connect: "PostgreSQL, Keyv 6", address: POSTGRES, variable: "WABAKIT_TEST_POSTGRES" },
];

/** Two processes on a place of their own, which goes when the test ends, and a store of ours on it. */
async function twoProcesses(connect: string) {
  let name = "";
  const named = (to: Connect | undefined) => (given: string) => {
    name = given;
    return to?.(given) ?? expect.unreachable();
  };
  const redis = redisConnects[connect];
  const place = redis ? redisPlace(named(redis)) : postgresPlace(named(postgresConnects[connect]));
  const keyv = place.connect();
  const store = keyvStore(keyv);
  await store.start();
  const start = () => nodeProcess([connect, name, LEASE_MS]);
  const nodes = await Promise.all([start(), start()]);
  onTestFinished(async () => {
    await Promise.all(nodes.map((node) => node.kill()));
    await store.stop();
    await place.disconnect(keyv);
    await place.discard();
  });
  return { nodes, store };
}

async function until(isSo: () => Promise<boolean>): Promise<void> {
  while (!(await isSo())) await sleep(50);
}

const writersOf = (pages: readonly string[]) => new Set(pages.map((page) => page.split(".")[0]));

const append = { do: "append", count: PAGES, entries: ENTRIES } as const;

/** Takes entries until there are none and `others` are done with what they do. */
async function takeAll(node: NodeProcess, others?: Promise<unknown>): Promise<readonly string[]> {
  const taken: string[] = [];
  let isOver = others === undefined;
  void others?.then(() => {
    isOver = true;
  });
  for (;;) {
    const wasOver = isOver;
    const { list } = await node.ask({ do: "take", count: 100 });
    taken.push(...list);
    if (wasOver && list.length === 0) return taken;
  }
}

for (const { connect, address, variable } of services) {
  describe.skipIf(!address)(`processes on ${connect}`, { timeout: TIMEOUT_MS }, () => {
    test("append and remove at once, and each entry is taken once", async () => {
      const { nodes } = await twoProcesses(connect);
      const appending = Promise.all(nodes.map((node) => node.ask(append)));
      const taken = (await Promise.all(nodes.map((node) => takeAll(node, appending)))).flat();
      expect(taken).toHaveLength(2 * TOTAL);
      expect(new Set(taken).size).toBe(2 * TOTAL);
    });

    test("find what one left behind that was killed", async () => {
      const { nodes } = await twoProcesses(connect);
      const [killed, other] = nodes;
      await killed.ask(append);
      await killed.kill();
      const { list } = await other.ask({ do: "take", count: PAGES + 1 });
      expect(list).toHaveLength(TOTAL);
    });

    test("lose nothing of one that is stopped in the middle, and goes on under another id", async () => {
      const { nodes } = await twoProcesses(connect);
      const [stopped, other] = nodes;
      const before = await stopped.ask({ ...append, count: 16 });
      await other.ask({ ...append, count: 1 });
      const appending = stopped.ask(append);
      stopped.pause();
      await until(async () => (await other.ask({ do: "members" })).list.length === 1);
      const early = await other.ask({ do: "take", count: PAGES });
      stopped.resume();
      const after = await appending;
      const late = await takeAll(other);

      expect(after.list).toHaveLength(PAGES);
      expect(writersOf([...before.list, ...after.list]).size).toBeGreaterThan(1);
      const taken = [...early.list, ...late];
      expect(taken).toHaveLength((16 + 1) * ENTRIES + TOTAL);
      expect(new Set(taken).size).toBe(taken.length);
    });

    test("change a large index at once, and every walk through it sees what was there all the time once", async () => {
      const { nodes, store } = await twoProcesses(connect);
      await fill(store, "things", INDEXED);
      const churning = Promise.all(nodes.map((node) => node.ask({ do: "churn", count: CHURN })));
      await walkMeanwhile(openThings(store), INDEXED, churning);
      const left = (await churning).flatMap(({ list }) => list);
      expect(left).toHaveLength(nodes.length * (CHURN / 2));
      await expectExactly(openThings(store), INDEXED, left);
    });

    test("take over a lease from one that is stopped, whose writes lose when it goes on", async () => {
      const { nodes } = await twoProcesses(connect);
      const [stopped, other] = nodes;
      expect((await stopped.ask({ do: "hold" })).isDone).toBe(true);
      expect((await stopped.ask({ do: "write", value: "first" })).isDone).toBe(true);
      stopped.pause();
      expect((await other.ask({ do: "hold" })).isDone).toBe(true);
      stopped.resume();
      expect((await stopped.ask({ do: "write", value: "zombie" })).isDone).toBe(false);
      expect((await other.ask({ do: "write", value: "second" })).isDone).toBe(true);
    });
  });

  describe.skipIf(address)(connect, () => {
    test.skip(`is skipped: set ${variable} to test with several processes`, () => {});
  });
}
