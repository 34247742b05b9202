import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fakeMeta, sink } from "@wabakit/testing";
import { expect, onTestFinished, test } from "vitest";
import type { Asked } from "../bench/connections/counting-store.ts";
import { openFilling } from "../bench/connections/fill.ts";
import { metaAtHand, VERIFY_TOKEN } from "../bench/connections/meta-at-hand.ts";
import { operations, type Subject } from "../bench/connections/operations.ts";
import { openScaleHub, type Scale } from "../bench/connections/scale-hub.ts";
import { placesOn } from "../place.ts";

const LONG = process.env.WABAKIT_TEST_LONG === "1";
const FEW = 1_000;
const MANY = LONG ? 100_000 : 5_000;
const timeout = LONG ? 300_000 : 60_000;
const TIMES = 3;

async function scaleOf(size: number): Promise<Scale> {
  const folder = await mkdtemp(join(tmpdir(), "wabakit-size-"));
  const meta = await fakeMeta();
  const endpoint = await sink({ verifyToken: VERIFY_TOKEN });
  onTestFinished(async () => {
    await Promise.all([meta.close(), endpoint.close()]);
    await rm(folder, { recursive: true });
  });
  return {
    size,
    dueRounds: 1,
    startAt: Date.now(),
    place: placesOn("sqlite", folder)(),
    secretKey: "42".repeat(32),
    meta: metaAtHand(meta, endpoint, [size]),
  };
}

/** A running hub that has so many connections. */
async function subjectOf(size: number): Promise<Subject> {
  const scale = await scaleOf(size);
  const open = await openScaleHub(scale);
  onTestFinished(open.close);
  const filling = await openFilling(open, scale);
  await filling.fill(0, size);
  await filling.finish();
  const cursors: string[] = [];
  for (let page = 0; page < 3; page += 1) {
    const { nextCursor } = await open.hub.connections.list({ limit: 200, cursor: cursors.at(-1) });
    cursors.push(nextCursor ?? "");
  }
  return { ...open, scale, cursors };
}

/** The least that a thing asks of the store: the first time finds out what is known then, and sweeps ask, too. */
async function askedBy(subject: Subject, operation: string): Promise<Asked> {
  const { before, act, after } = operations[operation] ?? {};
  before?.(subject, 0);
  await subject.quiet();
  const all: Asked[] = [];
  for (let n = 0; n < (after ? 1 : TIMES); n += 1) {
    subject.asked();
    await act?.(subject, n);
    await subject.quiet();
    all.push(subject.asked());
  }
  after?.(subject, 0);
  const least = (what: keyof Asked) => Math.min(...all.map((asked) => asked[what]));
  return {
    questions: least("questions"),
    recordsRead: least("recordsRead"),
    commits: least("commits"),
    recordsWritten: least("recordsWritten"),
  };
}

test("what is asked of the store does not grow with the connections", { timeout }, async () => {
  const few = await subjectOf(FEW);
  const many = await subjectOf(MANY);
  for (const operation of Object.keys(operations)) {
    const [small, large] = [await askedBy(few, operation), await askedBy(many, operation)];
    for (const what of ["questions", "recordsRead", "commits", "recordsWritten"] as const) {
      const limit = 1.1 * small[what] + 1;
      expect(large[what], `${what} of "${operation}"`).toBeLessThanOrEqual(limit);
    }
  }
});
