import fc from "fast-check";
import { Keyv } from "keyv";
import { describe, expect, it } from "vitest";
import { type DueList, openDueList, type Timed } from "./due-list.ts";
import { keyvStore } from "./keyv-store.ts";
import type { Store } from "./store.ts";

const SECOND_MS = 1_000;
const MINUTE_MS = 60 * SECOND_MS;
const HOUR_MS = 60 * MINUTE_MS;

interface Task extends Timed {
  readonly id: string;
}

interface Scene {
  readonly store: Store;
  readonly list: DueList<Task>;
  readonly rows: Map<string, unknown>;
  /** What was asked of the store since the last look. */
  readonly asked: () => readonly string[];
}

async function startedList(): Promise<Scene> {
  const rows = new Map<string, unknown>();
  const memory = keyvStore(new Keyv({ store: rows }));
  await memory.start();
  const calls: string[] = [];
  const store: Store = {
    ...memory,
    get: (key) => memory.get(noted("get", key)),
    getMany: (keys) => {
      noted("getMany");
      return memory.getMany(keys);
    },
    commit: (change) => {
      noted("commit");
      return memory.commit(change);
    },
  };
  function noted(call: string, key = ""): string {
    calls.push(call);
    return key;
  }
  return {
    store,
    list: openDueList<Task>(store, "tasks", "org_1"),
    rows,
    asked: () => calls.splice(0),
  };
}

const task = (dueAt: number, id = `at-${dueAt}`): Task => ({ id, dueAt });

async function add({ store, list }: Scene, ...tasks: readonly Task[]) {
  for (const each of tasks) expect(await store.commit(await list.adding(each))).toBe(true);
}

/** Takes everything that is due, as an owner does. */
async function takeDue({ store, list }: Scene, now: number): Promise<readonly Task[]> {
  const taken: Task[] = [];
  for (let page = await list.due(now); page; page = await list.due(now)) {
    taken.push(...page.entries);
    expect(await store.commit(await list.removing(page))).toBe(true);
  }
  return taken;
}

const idsOf = (tasks: readonly Task[] | undefined) => tasks?.map(({ id }) => id).sort();

describe("a due list", () => {
  it("gives an entry at its instant, and not a millisecond earlier", async () => {
    const scene = await startedList();
    await add(scene, task(5 * MINUTE_MS, "late"), task(MINUTE_MS + 7, "soon"));
    expect(await scene.list.due(MINUTE_MS + 6)).toBeUndefined();
    expect(idsOf((await scene.list.due(MINUTE_MS + 7))?.entries)).toEqual(["soon"]);
  });

  it("keeps what is not due yet of a minute that is", async () => {
    const scene = await startedList();
    await add(scene, task(1_000, "a"), task(2_000, "b"));
    expect(idsOf(await takeDue(scene, 1_500))).toEqual(["a"]);
    expect(await scene.list.earliest()).toBe(2_000);
    expect(idsOf(await takeDue(scene, 2_000))).toEqual(["b"]);
  });

  it("knows when the next entry is due, whatever the order of arrival", async () => {
    const scene = await startedList();
    expect(await scene.list.earliest()).toBeUndefined();
    await add(scene, task(3 * HOUR_MS), task(9_000), task(3_000), task(70_000));
    expect(await scene.list.earliest()).toBe(3_000);
  });

  it("keeps what joined a page after it was read", async () => {
    const scene = await startedList();
    await add(scene, task(1_000, "a"));
    const page = await scene.list.due(1_000);
    await add(scene, task(500, "b"), task(1_000, "a"));
    if (page) await scene.store.commit(await scene.list.removing(page));
    expect(await scene.list.earliest()).toBe(500);
    expect(idsOf(await takeDue(scene, 1_000))).toEqual(["a", "b"]);
  });

  it("lets one of two changes of a page win", async () => {
    const { store, list } = await startedList();
    const both = [await list.adding(task(1)), await list.adding(task(2))];
    expect(await Promise.all(both.map(store.commit))).toEqual([true, false]);
  });

  it("lets changes of other minutes of an hour win together, once they are there", async () => {
    const scene = await startedList();
    await add(scene, task(0), task(MINUTE_MS));
    const both = [await scene.list.adding(task(1)), await scene.list.adding(task(MINUTE_MS + 1))];
    expect(await Promise.all(both.map(scene.store.commit))).toEqual([true, true]);
  });

  it("loses nothing to somebody who empties the page an entry was to join", async () => {
    const scene = await startedList();
    await add(scene, task(1));
    const joining = await scene.list.adding(task(2));
    await takeDue(scene, 1);
    expect(await scene.store.commit(joining)).toBe(false);
  });

  it("leaves nothing behind when the last entry goes", async () => {
    const scene = await startedList();
    const many = Array.from({ length: 700 }, (_, index) => task(index * 100, `t${index}`));
    await scene.store.commit(await scene.list.adding(...many));
    expect(await takeDue(scene, HOUR_MS)).toHaveLength(700);
    expect(await scene.list.earliest()).toBeUndefined();
    await scene.store.stop();
    expect([...scene.rows.keys()].filter((key) => key.includes("due"))).toEqual([]);
  });

  it("does not show one owner's entries to another", async () => {
    const { store, list } = await startedList();
    await store.commit(await list.adding(task(1)));
    expect(await openDueList<Task>(store, "tasks", "org_2").due(1)).toBeUndefined();
  });
});

describe("several who add, and one who takes, at the same time", () => {
  it("lose nothing, and take nothing twice", async () => {
    const scene = await startedList();
    const { store, list } = scene;
    const taken: Task[] = [];
    const adder = async (name: string) => {
      for (let index = 0; index < 150; index += 1) {
        const each = task((index * 7_919) % (2 * MINUTE_MS), `${name}${index}`);
        let landed = false;
        while (!landed) landed = await store.commit(await list.adding(each));
      }
    };
    let isOver = false;
    const taker = async () => {
      while (!isOver) {
        const page = await list.due(HOUR_MS);
        if (!page) await new Promise(setImmediate);
        else if (await store.commit(await list.removing(page))) taken.push(...page.entries);
      }
    };
    const taking = taker();
    await Promise.all(["a", "b", "c"].map(adder));
    isOver = true;
    await taking;
    taken.push(...(await takeDue(scene, HOUR_MS)));
    expect(taken).toHaveLength(3 * 150);
    expect(new Set(idsOf(taken)).size).toBe(3 * 150);
    expect(await list.earliest()).toBeUndefined();
  });
});

/** Entries of a few hours, mostly of the same minutes, and looks at instants among them. */
const Step = fc.oneof(
  {
    weight: 3,
    arbitrary: fc.record({ add: fc.array(anInstant(), { maxLength: 60, size: "max" }) }),
  },
  { weight: 1, arbitrary: fc.record({ lookAt: anInstant() }) },
);

function anInstant() {
  return fc
    .tuple(
      fc.constantFrom(0, 0, 0, 0, 1, 59, 60, 5_000),
      // Few seconds of a minute, so that they take more than a page.
      fc.oneof(fc.integer({ min: 0, max: MINUTE_MS - 1 }), fc.integer({ min: 0, max: 2_500 })),
    )
    .map(([minute, ms]) => minute * MINUTE_MS + ms);
}

describe("against a sorted array", () => {
  it("gives each entry once, never early, and at the end of its second at the latest", async () => {
    await fc.assert(
      fc.asyncProperty(fc.array(Step, { maxLength: 40, size: "max" }), async (steps) => {
        const scene = await startedList();
        let model: Task[] = [];
        let count = 0;
        for (const step of steps) {
          if ("add" in step) {
            const tasks = step.add.map((at) => task(at, `t${count++}`));
            model = [...model, ...tasks];
            if (tasks.length > 0) await scene.store.commit(await scene.list.adding(...tasks));
            continue;
          }
          const { lookAt } = step;
          const taken = await takeDue(scene, lookAt);
          expect(taken.filter(({ dueAt }) => dueAt > lookAt)).toEqual([]);
          const gone = new Set(idsOf(taken));
          expect(gone.size).toBe(taken.length);
          model = model.filter(({ id }) => !gone.delete(id));
          expect([...gone]).toEqual([]);
          expect(model.filter(({ dueAt }) => dueAt <= lookAt - SECOND_MS)).toEqual([]);
          const next = await scene.list.earliest();
          expect(next === undefined).toBe(model.length === 0);
        }
        expect(idsOf(await takeDue(scene, 2 * 5_000 * MINUTE_MS))).toEqual(idsOf(model));
      }),
      { numRuns: 60 },
    );
  });

  it("is exact to the millisecond while a minute has no more than a page", async () => {
    await fc.assert(
      fc.asyncProperty(
        fc.array(fc.integer({ min: 0, max: 3 * HOUR_MS }), { maxLength: 100 }),
        fc.integer({ min: 0, max: 3 * HOUR_MS }),
        async (instants, now) => {
          const scene = await startedList();
          const tasks = instants.map((at, index) => task(at, `t${index}`));
          await add(scene, ...tasks);
          const due = tasks.filter(({ dueAt }) => dueAt <= now);
          expect(idsOf(await takeDue(scene, now))).toEqual(idsOf(due));
          const left = tasks.filter(({ dueAt }) => dueAt > now).map(({ dueAt }) => dueAt);
          expect(await scene.list.earliest()).toBe(left.length > 0 ? Math.min(...left) : undefined);
        },
      ),
      { numRuns: 40 },
    );
  });
});

describe("100,000 entries in one minute", () => {
  const MANY = 100_000;

  it("cost an addition no more operations, and no larger records, than the first ones", async () => {
    const scene = await startedList();
    const sizes: number[] = [];
    const count = async (each: Task) => {
      scene.asked();
      const change = await scene.list.adding(each);
      sizes.push(Math.max(...change.writes.map(({ value }) => JSON.stringify(value).length)));
      await scene.store.commit(change);
      return scene.asked().length;
    };
    const first = await count(task(7, "first"));
    for (let start = 0; start < MANY; start += 1_000) {
      const thousand = Array.from({ length: 1_000 }, (_, i) =>
        task((start + i) % MINUTE_MS, `${start + i}`),
      );
      await scene.store.commit(await scene.list.adding(...thousand));
    }
    const last = await count(task(8, "last"));
    expect(first).toBe(3);
    expect(last).toBeLessThanOrEqual(3);
    expect(sizes.at(-1)).toBeLessThan(8_000);

    scene.asked();
    const taken = await takeDue(scene, HOUR_MS);
    expect(taken).toHaveLength(MANY + 2);
    // Four reads to find a page, one to remove it, and its commit; pages of up to 128.
    expect(scene.asked().length).toBeLessThan(1.5 * 6 * (MANY / 128));
  }, 60_000);
});
