import { Keyv } from "keyv";
import { describe, expect, it } from "vitest";
import { keyvStore } from "../store/keyv-store.ts";
import type { Pending } from "./delivery.ts";
import { openLines } from "./lines.ts";

const entry = (id: string, ...keys: readonly string[]): Pending => {
  return { id, eventId: `evt_${id}`, attempt: 1, dueAt: 0, keys };
};

async function arrange(...entries: readonly Pending[]) {
  const store = keyvStore(new Keyv());
  await store.start();
  const lines = openLines(store, "org_1.whe_1");
  expect(await store.commit(await lines.joining(entries))).toBe(true);
  return {
    ...lines,
    commit: store.commit,
    /** Has one leave. @returns Whose turn it is then. */
    async leave(one: Pending) {
      const { change, ready } = await lines.leaving(one);
      expect(await store.commit(change)).toBe(true);
      return ready.map(({ id }) => id);
    },
  };
}

describe("a line", () => {
  it("is there for as long as somebody stands in it", async () => {
    const [first, second] = [entry("1", "a"), entry("2", "a")];
    const here = await arrange(first, second);
    expect(await here.blocked(["a", "b"])).toEqual(["a"]);
    expect(await here.leave(first)).toEqual(["2"]);
    expect(await here.leave(second)).toEqual([]);
    expect(await here.blocked(["a", "b"])).toEqual([]);
  });

  it("keeps its order, however long it is", async () => {
    const all = Array.from({ length: 500 }, (_, index) => entry(`${index}`, "a"));
    const here = await arrange(...all.slice(0, 300));
    await here.commit(await here.joining(all.slice(300)));
    for (const [index, one] of all.entries()) {
      expect(await here.leave(one)).toEqual(index < 499 ? [`${index + 1}`] : []);
    }
    expect(await here.blocked(["a"])).toEqual([]);
  });

  it("is not left by whoever is not its first, and not joined anew by its first", async () => {
    const [first, second] = [entry("1", "a"), entry("2", "a")];
    const here = await arrange(first, second);
    expect(await here.leave(second)).toEqual([]);
    await here.commit(await here.joining([first]));
    expect(await here.leave(first)).toEqual(["2"]);
    expect(await here.leave(second)).toEqual([]);
  });
});

describe("whoever stands in several lines", () => {
  it("has its turn when it is the first in all of them", async () => {
    const [one, two, both] = [entry("1", "a"), entry("2", "b"), entry("3", "a", "b")];
    const here = await arrange(one, two, both);
    expect(await here.leave(one)).toEqual([]);
    expect(await here.leave(two)).toEqual(["3"]);
  });

  it("has it also when the last two before it leave at the same moment", async () => {
    const [one, two, both] = [entry("1", "a"), entry("2", "b"), entry("3", "a", "b")];
    const here = await arrange(one, two, both);
    const leaving = await Promise.all([here.leaving(one), here.leaving(two)]);
    const landed = await Promise.all(leaving.map(({ change }) => here.commit(change)));
    expect(landed).toEqual([true, false]);
    expect(await here.leave(two)).toEqual(["3"]);
  });
});
