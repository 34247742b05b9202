import { type FakeClock, fakeClock } from "@wabakit/testing";
import { Keyv } from "keyv";
import { describe, expect, test } from "vitest";
import { silentLogger } from "../logger.ts";
import { keyvStore } from "./keyv-store.ts";
import { commitStaged, type Log, openLog } from "./log.ts";
import { openWriter } from "./membership.ts";
import type { Change, Store } from "./store.ts";
import type { Writer } from "./writer.ts";

/** Somewhere in the middle of a lease: beats and looks are not at the same instants. */
const LEASE_MS = 10_000;
const nothing: Change = { guards: [], writes: [] };

/** A process: it stands still while `clock` does, as one that is stopped. */
interface Node {
  readonly clock: FakeClock;
  readonly store: Store;
  readonly writer: Writer;
  readonly log: Log<string>;
  readonly append: (...entries: readonly string[]) => Promise<string>;
  readonly remove: (page: string) => Promise<boolean>;
  readonly fail: (how: "before" | "after" | undefined) => void;
}

async function sharedStore(): Promise<Store> {
  const store = keyvStore(new Keyv());
  await store.start();
  return { ...store, atomicity: "cluster" };
}

function node(shared: Store): Node {
  let failing: "before" | "after" | undefined;
  const clock = fakeClock();
  const store: Store = {
    ...shared,
    async commit(change) {
      if (failing === "before") throw new Error("down");
      const landed = await shared.commit(change);
      if (failing === "after") throw new Error("down");
      return landed;
    },
  };
  const writer = openWriter({ store, clock, logger: silentLogger });
  const log = openLog<string>({ store, writer }, "things");
  return {
    clock,
    store,
    writer,
    log,
    async append(...entries) {
      await log.join();
      const staged = log.stage(entries);
      expect(await commitStaged(store, nothing, [staged])).toBe(true);
      return staged.page;
    },
    remove: (page) => store.commit({ guards: [], writes: log.removing(page) }),
    fail: (how) => {
      failing = how;
    },
  };
}

/** Time for those that run; in small steps, so that everybody sees every beat. */
async function pass(ms: number, ...running: readonly Node[]): Promise<void> {
  for (let passed = 0; passed < ms; passed += 500) {
    for (const { clock } of running) await clock.advance(500);
  }
}

async function twoNodes() {
  const store = await sharedStore();
  return [node(store), node(store)] as const;
}

describe("a writer among others", () => {
  test("is not declared dead while it beats", async () => {
    const [one, other] = await twoNodes();
    const page = await one.append("a");
    await other.append("b");
    await pass(5 * LEASE_MS, one, other);
    const next = await one.append("c");
    expect(next.split(".")[0]).toBe(page.split(".")[0]);
  });

  test("that was paused and declared dead goes on under another id", async () => {
    const [paused, other] = await twoNodes();
    const before = await paused.append("a");
    await other.append("b");
    await pass(2 * LEASE_MS, other);

    const after = await paused.append("c");
    expect(after.split(".")[0]).not.toBe(before.split(".")[0]);
    expect(await other.log.pages()).toContain(before);
    expect(await other.log.pages()).toContain(after);
    expect(await paused.log.pages()).toContain(before);
  });

  test("that was declared dead cannot land what it had begun before", async () => {
    const [paused, other] = await twoNodes();
    await paused.append("a");
    await other.append("b");
    const late = paused.log.stage(["late"]);
    await pass(2 * LEASE_MS, other);
    expect(await paused.store.commit(late.change)).toBe(false);
  });

  test("tells a change that lost its own race from one that lost its writer", async () => {
    const [one] = await twoNodes();
    await one.append("a");
    const raced = { guards: [{ key: "x", version: "other" }], writes: [] };
    expect(await commitStaged(one.store, raced, [one.log.stage(["lost"])])).toBe(false);
    expect(await one.log.pages()).toHaveLength(1);
  });

  test("leaves nothing of itself behind when it leaves", async () => {
    const [one, other] = await twoNodes();
    const page = await one.append("a");
    await one.writer.leave();
    expect(one.clock.pending).toBe(0);
    expect(await other.log.pages()).toEqual([page]);
    await other.remove(page);
    expect(await other.log.pages()).toEqual([]);
    await other.writer.leave();
    expect(await one.store.get("log:things")).toBeUndefined();
    expect(await one.store.get("writers")).toBeUndefined();
  });

  test("has what nobody knows about settled before it goes on", async () => {
    const [one, other] = await twoNodes();
    const first = await one.append("a");
    const late = one.log.stage(["late"]);
    late.settle(undefined);
    const second = await one.append("b");
    expect(await one.store.commit(late.change)).toBe(false);
    expect(await other.log.pages()).toEqual([first, second]);
  });
});

describe("a log with several writers that live", () => {
  test("lists what each of them appends, also later", async () => {
    const [one, other] = await twoNodes();
    const a = await one.append("a");
    expect(await other.log.pages()).toEqual([a]);
    const b = await one.append("b");
    const c = await other.append("c");
    expect(await other.log.pages()).toEqual([a, b, c]);
    expect(await one.log.pages()).toEqual([a, b, c]);
  });

  test("forgets what another has removed, in few questions", async () => {
    const [one, other] = await twoNodes();
    const pages = [];
    for (let page = 0; page < 1_000; page += 1) pages.push(await one.append(`${page}`));
    await other.log.pages();
    for (const page of pages.slice(0, 990)) await other.remove(page);

    let questions = 0;
    const { getMany } = one.store;
    Object.assign(one.store, {
      getMany: (keys: readonly string[]) => {
        questions += 1;
        return getMany(keys);
      },
    });
    expect(await one.log.pages()).toEqual(pages.slice(990));
    expect(questions).toBeLessThan(20);
    questions = 0;
    await one.log.pages();
    expect(questions).toBeLessThanOrEqual(4);
  });

  test("does not forget a writer that has nothing left, while it lives", async () => {
    const [one, other] = await twoNodes();
    const page = await one.append("a");
    await other.remove(page);
    expect(await other.log.pages()).toEqual([]);
    const next = await one.append("b");
    expect(await other.log.pages()).toEqual([next]);
  });

  test("forgets a dead writer, and its head, once its last page is removed", async () => {
    const [dead, other] = await twoNodes();
    const page = await dead.append("a");
    await other.append("b");
    await pass(2 * LEASE_MS, other);
    expect(await other.log.pages()).toContain(page);
    await other.remove(page);
    expect(await other.log.pages()).toHaveLength(1);
    const [id] = page.split(".");
    expect((await other.store.get<string[]>("log:things"))?.value).not.toContain(id);
    expect(await other.store.get(`log:things:${id}`)).toBeUndefined();
  });

  test.each([
    ["has landed after all", "after", 2],
    ["has not landed", "before", 1],
  ] as const)(
    "lists a page that nobody knew about as long as it exists: it %s",
    async (_, how, listed) => {
      const [one, other] = await twoNodes();
      await one.append("a");
      one.fail(how);
      await expect(one.append("b")).rejects.toThrow("down");
      one.fail(undefined);
      expect(await one.log.pages()).toHaveLength(listed);
      expect(await other.log.pages()).toHaveLength(listed);
    },
  );

  test("notices removals also in a process that does nothing but append", async () => {
    const [one, other] = await twoNodes();
    for (let page = 0; page < 1_100; page += 1) await other.remove(await one.append("a"));
    await one.append("last");
    const [id] = (await one.append("b")).split(".");
    const head = await one.store.get<{ readonly first: number }>(`log:things:${id}`);
    expect(head?.value.first).toBeGreaterThanOrEqual(1_000);
  });
});

test("a writer beats also when its first look at the others failed", async () => {
  const shared = await sharedStore();
  const clock = fakeClock();
  let isDown = true;
  const store: Store = {
    ...shared,
    getMany: (keys) => (isDown ? Promise.reject(new Error("down")) : shared.getMany(keys)),
  };
  const writer = openWriter({ store, clock, logger: silentLogger });
  await expect(writer.join()).rejects.toThrow("down");
  isDown = false;
  await writer.join();
  expect(clock.pending).toBe(1);
});
