import assert from "node:assert/strict";
import type { Store } from "@wabakit/core";

/** Who commits, side by side. */
export const WRITERS = ["alpha", "beta"] as const;
export type Writer = (typeof WRITERS)[number];

/** How many rows a writer's n-th change writes: `sizes[n % sizes.length]`. */
export type Sizes = readonly number[];

/** Both sides of where a commit on SQLite takes its rows as JSON instead of parameters. */
export const SIZES_IN_SQLITE: Sizes = [3, 300, 40, 1];
/** For services, which take all rows the same way. */
export const SIZES_IN_SERVICE: Sizes = [3, 300, 40, 1];
/** As many as a flush takes, so that a kill meets the middle of one. */
export const SIZES_OF_FLUSHES: Sizes = [5_000];
export const SIZES_IN_FILE: Sizes = [3];
/** The first one that also deletes is the last. */
export const CHANGES_IN_FILE = 4;

/** The last change of each writer that was acknowledged; 0 before the first. */
export type Acknowledged = Readonly<Record<Writer, number>>;

/** A change deletes the rows of the change this far before it. */
const KEPT = 3;
const COUNTER = "counter";

/**
 * Commits a writer's next change: its rows, the end of some older rows, its head, and a counter that
 * all writers share.
 *
 * @returns The number of the change.
 */
export async function commitNext(store: Store, writer: Writer, sizes: Sizes): Promise<number> {
  for (;;) {
    const [head, counter] = await store.getMany<number>([headOf(writer), COUNTER]);
    const n = (head?.value ?? 0) + 1;
    const landed = await store.commit({
      guards: [
        { key: headOf(writer), version: head?.version },
        { key: COUNTER, version: counter?.version },
      ],
      writes: [
        ...rowsOf(writer, n, sizes).map((key) => ({ key, value: n })),
        { key: headOf(writer), value: n },
        ...rowsOf(writer, n - KEPT, sizes).map((key) => ({ key, value: undefined })),
        { key: COUNTER, value: (counter?.value ?? 0) + 1 },
      ],
    });
    if (landed) return n;
  }
}

/**
 * Checks that no change is there in part, and that none is missing that was acknowledged.
 *
 * @returns The last change of each writer that is there.
 */
export async function assertWhole(
  store: Store,
  sizes: Sizes,
  acknowledged: Acknowledged,
): Promise<Acknowledged> {
  const heads = {
    alpha: await assertWriter(store, "alpha", sizes),
    beta: await assertWriter(store, "beta", sizes),
  };
  for (const writer of WRITERS) {
    const ahead = heads[writer] - acknowledged[writer];
    assert(ahead === 0 || ahead === 1, `${writer}: ${ahead} changes beyond the acknowledged.`);
  }
  const counter = await store.get<number>(COUNTER);
  assert.equal(counter?.value ?? 0, heads.alpha + heads.beta, "The counter is half a change off.");
  return heads;
}

/** @returns The writer's head. */
async function assertWriter(store: Store, writer: Writer, sizes: Sizes): Promise<number> {
  const head = (await store.get<number>(headOf(writer)))?.value ?? 0;
  for (let n = Math.max(1, head - KEPT - 1); n <= head + 1; n += 1) {
    const rows = await store.getMany<number>(rowsOf(writer, n, sizes));
    const expected = n <= head && n > head - KEPT ? n : undefined;
    const wrong = rows.filter((row) => row?.value !== expected).length;
    assert.equal(wrong, 0, `${writer}, head ${head}: ${wrong} rows of change ${n} are wrong.`);
  }
  return head;
}

function headOf(writer: Writer): string {
  return `head:${writer}`;
}

function rowsOf(writer: Writer, n: number, sizes: Sizes): string[] {
  const count = n < 1 ? 0 : (sizes[n % sizes.length] ?? 0);
  return Array.from({ length: count }, (_, row) => `row:${writer}:${n}:${row}`);
}
