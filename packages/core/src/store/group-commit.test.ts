import { type FakeClock, fakeClock } from "@wabakit/testing";
import { beforeEach, describe, expect, it } from "vitest";
import { Failure } from "../failure.ts";
import type { Rows } from "./backends/backend.ts";
import { processBackend } from "./backends/process-backend.ts";
import { type GroupCommit, groupCommit } from "./group-commit.ts";
import { encodeRecord, versionOf } from "./record.ts";

/** Rows in memory that notes its calls and waits, or fails, where it is told to. */
function watchedRows() {
  const records = new Map<string, string>();
  const calls: string[] = [];
  let before: (call: string) => Promise<void> | undefined = () => undefined;

  async function note(name: string, keys: Iterable<string>): Promise<void> {
    const call = `${name} ${[...keys].join(" ")}`;
    calls.push(call);
    await before(call);
    calls.push(`/${name}`);
  }

  const rows: Rows = {
    start: async () => ({ backend: "keyv", version: null, durable: "unknown", settings: {} }),
    stop: async () => {},
    async read(keys) {
      await note("read", keys);
      return keys.map((key) => records.get(key));
    },
    async write(written) {
      await note("write", written.keys());
      for (const [key, text] of written) records.set(key, text);
    },
    async remove(keys) {
      await note("remove", keys);
      for (const key of keys) records.delete(key);
    },
  };
  const beforeEachCall = (next: typeof before) => {
    before = next;
  };
  const started = () => calls.filter((call) => !call.startsWith("/"));
  return { rows, records, calls, started, beforeEachCall };
}

const write = (key: string, value: unknown) => ({ guards: [], writes: [{ key, value }] });
const create = (key: string) => ({
  guards: [{ key, version: undefined }],
  writes: [{ key, value: 1 }],
});
const deletionOf = (count: number) => ({
  guards: [],
  writes: Array.from({ length: count }, (_, row) => ({ key: `k${row}`, value: undefined })),
});
const turn = () => new Promise(setImmediate);

describe("groupCommit", () => {
  let watched: ReturnType<typeof watchedRows>;
  let group: GroupCommit;
  let clock: FakeClock;
  beforeEach(() => {
    watched = watchedRows();
    clock = fakeClock();
    const backend = processBackend(watched.rows, clock);
    const { commit, drain } = groupCommit(backend);
    group = { commit, drain: () => drain().then(backend.stop) };
  });

  it("puts the changes of one turn into one write, and equal keys into one record", async () => {
    const changes = [write("a", 1), write("b", 1), write("a", 2)];
    expect(await Promise.all(changes.map(group.commit))).toEqual([true, true, true]);
    expect(watched.started()).toEqual(["write a b"]);
    expect(watched.records.get("a")).toMatch(/\.2$/);
  });

  it("lets what arrives during a write wait, and share the next one", async () => {
    let release = () => {};
    watched.beforeEachCall((call) =>
      call === "write a" ? new Promise((resolve) => (release = resolve)) : undefined,
    );
    const first = group.commit(write("a", 1));
    await turn();
    const others = [group.commit(write("b", 1)), turn().then(() => group.commit(write("c", 1)))];
    await turn().then(turn);
    expect(watched.started()).toEqual(["write a"]);
    release();
    await Promise.all([first, ...others]);
    expect(watched.started()).toEqual(["write a", "write b c"]);
  });

  it("asks for each guarded record once, and only for those", async () => {
    await Promise.all([create("a"), create("b"), create("a"), write("c", 1)].map(group.commit));
    expect(watched.started()).toEqual(["read a b", "write a b c"]);
  });

  it("writes nothing when every change has lost", async () => {
    watched.records.set("a", encodeRecord("0123456789abcdef", "1"));
    expect(await group.commit(create("a"))).toBe(false);
    expect(watched.started()).toEqual(["read a"]);
  });

  it("takes at most 5,000 records into one write, unless a single change has more", async () => {
    const change = (name: string, count: number) => ({
      guards: [],
      writes: Array.from({ length: count }, (_, row) => ({ key: `${name}${row}`, value: 1 })),
    });
    const changes = [change("a", 4_000), change("b", 1_000), change("c", 1), change("d", 7_000)];
    await Promise.all(changes.map(group.commit));
    const sizes = watched.started().map((call) => call.split(" ").length - 1);
    expect(sizes).toEqual([5_000, 1, 7_000]);
  });

  it("rejects all changes of a write that failed, and none of the next", async () => {
    const cause = new Error("disk full");
    watched.beforeEachCall((call) => (call === "write a b" ? Promise.reject(cause) : undefined));
    const lost = await Promise.allSettled([write("a", 1), write("b", 1)].map(group.commit));
    for (const answer of lost) {
      const reason = { code: "store_unavailable", retryable: true, cause, retryAfterMs: 1_000 };
      expect(answer).toMatchObject({ status: "rejected", reason });
    }
    expect(await group.commit(write("a", 2))).toBe(true);
  });

  it("rejects, and writes nothing, when the guards cannot be read", async () => {
    watched.beforeEachCall((call) => (call === "read a" ? Promise.reject(new Error()) : undefined));
    const answers = await Promise.allSettled([create("a"), write("b", 1)].map(group.commit));
    expect(answers.map(({ status }) => status)).toEqual(["rejected", "rejected"]);
    expect(watched.started()).toEqual(["read a"]);
  });

  it("hands on a failure that already says what it is", async () => {
    const failure = new Failure("store_unavailable", "Redis is a replica.");
    watched.beforeEachCall(() => Promise.reject(failure));
    await expect(group.commit(write("a", 1))).rejects.toBe(failure);
  });

  it("removes deleted records for good before it is drained", async () => {
    void group.commit(write("a", undefined));
    void group.commit(write("b", 1));
    await group.drain();
    expect(watched.calls).toEqual(["write a b", "/write", "remove a", "/remove"]);
    expect([...watched.records.keys()]).toEqual(["b"]);
  });

  it("never removes and writes at the same time", async () => {
    watched.beforeEachCall((call) => (call.startsWith("remove") ? turn().then(turn) : undefined));
    await group.commit(deletionOf(1_000));
    await group.commit(write("k0", 2));
    const order = watched.calls.map((call) => call.split(" ")[0]);
    expect(order).toEqual(["write", "/write", "remove", "/remove", "write", "/write"]);
    expect(watched.records.get("k0")).toMatch(/\.2$/);
  });

  it("does not remove what may have been written again", async () => {
    let again: Promise<unknown> | undefined;
    watched.beforeEachCall((call) => {
      if (call === "write a b") return Promise.reject(new Error("the answer is lost"));
      again ??= Promise.allSettled([write("a", 2), write("b", 2)].map(group.commit));
      return undefined;
    });
    await group.commit(write("a", undefined));
    await again;
    await group.drain();
    expect(watched.started()).toEqual(["write a", "write a b"]);
  });

  it("removes deleted records once 1,000 have gathered, and not after every write", async () => {
    const removals = () => watched.started().filter((call) => call.startsWith("remove"));
    await group.commit(deletionOf(999));
    await turn();
    expect(removals()).toEqual([]);
    await group.commit(write("other", undefined));
    await turn();
    expect(removals()).toHaveLength(1);
    expect([...watched.records.keys()]).toEqual([]);
  });

  it("removes deleted records after a second, once for all of them", async () => {
    await group.commit(write("a", undefined));
    await clock.advance(500);
    await group.commit(write("b", undefined));
    await clock.advance(499);
    expect(watched.records.size).toBe(2);
    await clock.advance(1);
    expect(watched.started().slice(2)).toEqual(["remove a b"]);
  });

  it("keeps silent about a removal that failed: the record reads as absent", async () => {
    watched.beforeEachCall((call) =>
      call === "remove a" ? Promise.reject(new Error()) : undefined,
    );
    expect(await group.commit(write("a", undefined))).toBe(true);
    await group.drain();
    expect(versionOf(watched.records.get("a"))).toBeUndefined();
  });
});
