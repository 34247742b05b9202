import { describe, expect, test } from "vitest";
import { sliceHistory } from "./history-slices.ts";

const metadata = { phase: 1, chunk_order: 2, progress: 30 };

interface Thread {
  readonly id: string;
  readonly context?: object;
  readonly messages: readonly { readonly id: string }[];
}

function thread(id: string, count: number, more: object = {}): Thread {
  return {
    id,
    ...more,
    messages: Array.from({ length: count }, (_, at) => ({ id: `${id}.${at}` })),
  };
}

/** A slice as this test knows it. */
interface Slice {
  readonly threads: readonly Thread[];
}

const slice = (chunk: object) => sliceHistory(chunk) as readonly Slice[];
const idsIn = ({ threads }: Slice) =>
  threads.flatMap(({ messages }) => messages.map(({ id }) => id));

describe("a chunk of history", () => {
  test("of at most 100 messages is left as it is", () => {
    const chunk = { metadata, threads: [thread("a", 60), thread("b", 40)] };
    expect(sliceHistory(chunk)).toEqual([chunk]);
    expect(sliceHistory(chunk)[0]).toBe(chunk);
  });

  test.each([
    [[101]],
    [[60, 41]],
    [[250]],
    [[30, 250, 1, 99, 0, 100, 7]],
    [Array.from({ length: 500 }, () => 1)],
    [Array.from({ length: 150 }, () => 0)],
  ])("is cut to slices of at most 100, in order, losing none: %j", (sizes) => {
    const threads = sizes.map((size, at) => thread(`t${at}`, size));
    const slices = slice({ metadata, threads });
    expect(slices.flatMap(idsIn)).toEqual(threads.flatMap((one) => idsIn({ threads: [one] })));
    expect(Math.max(...slices.map((one) => idsIn(one).length))).toBeLessThanOrEqual(100);
    expect(slices.length).toBeGreaterThan(1);
    expect(slices.flatMap((one) => one.threads.map(({ id }) => id))).toEqual(
      expect.arrayContaining(threads.map(({ id }) => id)),
    );
  });

  test("tells in every slice which chunk and whose thread it is, and the rest once", () => {
    const context = { user_id: "US.1" };
    const threads = [thread("a", 150, { context, surprise: 1 })];
    const [first, second] = slice({ metadata, threads, other: 2 });
    expect(first).toMatchObject({ metadata, other: 2, threads: [{ context, surprise: 1 }] });
    expect(second).toEqual({
      metadata,
      threads: [{ id: "a", context, messages: threads[0]?.messages.slice(100) }],
    });
  });

  test.each([7, null, "x", [], {}, { threads: "odd" }, { threads: [] }, { errors: [{ code: 1 }] }])(
    "of another shape is left as it is: %j",
    (chunk) => {
      expect(sliceHistory(chunk)).toEqual([chunk]);
    },
  );

  test("keeps threads that are none", () => {
    const odd = Array.from({ length: 101 }, (_, at) => at);
    expect(slice({ threads: odd }).flatMap(({ threads }) => threads)).toEqual(odd);
  });
});
