import Keyv from "keyv";
import { describe, expect, it } from "vitest";
import { surfacingErrors } from "./keyv-calls.ts";
import { keyvRows } from "./keyv-rows.ts";

const REDO = "redo";
const rowsOf = (keyv: Keyv) => keyvRows(keyv, surfacingErrors(keyv));

/** A Keyv adapter over `entries` whose operations can be made to wait or fail. */
function slowAdapter(entries: Map<string, unknown> = new Map()) {
  const done: string[] = [];
  let before: (call: string) => Promise<void> | undefined = () => undefined;

  async function run<Result>(call: string, step: () => Result): Promise<Result> {
    await new Promise(setImmediate);
    await before(call);
    done.push(call);
    return step();
  }

  const adapter = {
    get: async (key: string) => run(`get ${key}`, () => entries.get(key)),
    set: async (key: string, value: unknown) =>
      run(`set ${key}`, () => entries.set(key, value).has(key)),
    delete: async (key: string) => run(`delete ${key}`, () => entries.delete(key)),
    clear: async () => entries.clear(),
  };
  const beforeEachCall = (next: typeof before) => {
    before = next;
  };
  return { adapter, entries, done, beforeEachCall };
}

const failing = (...calls: readonly string[]) => {
  return (call: string) =>
    calls.includes(call) ? Promise.reject(new Error(`${call} failed`)) : undefined;
};
const records = (...keys: readonly string[]) => new Map(keys.map((key) => [key, `text of ${key}`]));

describe("keyvRows", () => {
  it("writes the redo record first and removes it last", async () => {
    const { adapter, done, entries } = slowAdapter();
    await rowsOf(new Keyv({ store: adapter })).write(records("a", "b"));
    expect(done).toEqual(["set redo", "set a", "set b", "delete redo"]);
    expect([...entries.keys()]).toEqual(["a", "b"]);
  });

  it("keeps records where the host's own Keyv finds them", async () => {
    const keyv = new Keyv();
    await rowsOf(keyv).write(records("a"));
    expect(await keyv.get("a")).toBe("text of a");
  });

  it("finishes at its start what a crash left half done", async () => {
    const { adapter, entries } = slowAdapter();
    const keyv = new Keyv({ store: adapter });
    await keyv.set("a", "text of a");
    await keyv.set(REDO, JSON.stringify([...records("a", "b")]));
    const backend = rowsOf(keyv);
    await backend.start();
    expect(await backend.read(["a", "b"])).toEqual(["text of a", "text of b"]);
    expect(entries.has(REDO)).toBe(false);
  });

  it("does not start while the redo record cannot be read", async () => {
    const { adapter, beforeEachCall } = slowAdapter();
    beforeEachCall(failing("get redo"));
    await expect(rowsOf(new Keyv({ store: adapter })).start()).rejects.toThrow("get redo");
  });

  it.each([true, false])("rejects with the error of the call (listener: %s)", async (listens) => {
    const { adapter, beforeEachCall } = slowAdapter();
    const keyv = new Keyv({ store: adapter });
    if (listens) keyv.on("error", () => {});
    const backend = rowsOf(keyv);
    beforeEachCall(failing("get bad", "set bad", "set redo"));
    await expect(backend.read(["good", "bad"])).rejects.toThrow("get bad failed");
    await expect(backend.write(records("bad"))).rejects.toThrow("set redo failed");
  });

  it("leaves the calls beside a failing one alone", async () => {
    const { adapter, beforeEachCall } = slowAdapter();
    const backend = rowsOf(new Keyv({ store: adapter }));
    beforeEachCall(failing("get 7", "get 21"));
    const reads = Array.from({ length: 50 }, (_, index) => backend.read([`${index}`]));
    const settled = await Promise.allSettled(reads);
    const rejected = settled.flatMap(({ status }, index) => (status === "rejected" ? [index] : []));
    expect(rejected).toEqual([7, 21]);
  });

  it("finishes a half-done write before it reads again", async () => {
    const { adapter, beforeEachCall } = slowAdapter();
    const backend = rowsOf(new Keyv({ store: adapter }));
    beforeEachCall(failing("set b"));
    await expect(backend.write(records("a", "b", "c"))).rejects.toThrow("set b failed");
    await expect(backend.read(["x"])).rejects.toThrow("set b failed");
    beforeEachCall(() => undefined);
    expect(await backend.read(["a", "b", "c"])).toEqual(["text of a", "text of b", "text of c"]);
  });

  it("does not bring back at a start what it has given up", async () => {
    const { adapter, entries, beforeEachCall } = slowAdapter();
    const backend = rowsOf(new Keyv({ store: { ...adapter, delete: async () => false } }));
    let lost = true;
    beforeEachCall((call) => {
      if (call !== "set redo" || !lost) return undefined;
      lost = false;
      entries.set(REDO, JSON.stringify({ value: JSON.stringify([...records("a")]) }));
      return Promise.reject(new Error("the answer is lost"));
    });
    await expect(backend.write(records("a"))).rejects.toThrow("the answer is lost");
    expect(await backend.read(["a"])).toEqual([undefined]);

    const restarted = rowsOf(new Keyv({ store: adapter }));
    await restarted.start();
    expect(await restarted.read(["a"])).toEqual([undefined]);
  });

  it("lets no reader see half of a write, however slow either is", async () => {
    const { adapter, beforeEachCall } = slowAdapter();
    const backend = rowsOf(new Keyv({ store: adapter }));
    const early = backend.read(["c", "b", "a"]);
    let late: ReturnType<typeof backend.read> | undefined;
    beforeEachCall((call) => {
      if (call === "set b") late ??= backend.read(["c", "b", "a"]);
      return undefined;
    });
    await backend.write(records("a", "b", "c"));
    expect(await early).toEqual([undefined, undefined, undefined]);
    expect(await late).toEqual(["text of c", "text of b", "text of a"]);
  });

  it("gives up an earlier recovery when it starts again", async () => {
    const { adapter, beforeEachCall } = slowAdapter();
    const backend = rowsOf(new Keyv({ store: adapter }));
    beforeEachCall(failing("set b"));
    await expect(backend.write(records("a", "b"))).rejects.toThrow("set b failed");
    beforeEachCall(() => undefined);

    const other = rowsOf(new Keyv({ store: adapter }));
    await other.start();
    await other.write(new Map([["b", "newer"]]));
    await backend.start();
    expect(await backend.read(["a", "b"])).toEqual(["text of a", "newer"]);
  });
});
