import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { queueChild } from "./child.ts";

const LONG = process.env.WABAKIT_TEST_LONG === "1";
const JOBS = LONG ? 1_000_000 : 60_000;
/** The first 32,768 wait in memory, and take half of the 20 MB. */
const LIVE_MB = LONG ? 100 : 20;
const RSS_MB = 100;
const FIRST_JOB_WITHIN_MS = 5_000;
const HOUR_MS = 60 * 60 * 1_000;
const TIMEOUT_MS = LONG ? 600_000 : 60_000;

let folder: string;
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), "wabakit-queue-size-"));
});
afterEach(() => rm(folder, { recursive: true }));

/** Runs a child, and checks how it has grown. @returns After how many ms its first job ran. */
async function run(...args: readonly (string | number)[]): Promise<number> {
  const lines: Record<string, unknown>[] = [];
  await queueChild(args, (line) => lines.push(line)).end;
  const [figures] = lines;
  expect(figures?.liveMb).toBeLessThan(LIVE_MB);
  if (LONG) expect(figures?.rssMb).toBeLessThan(RSS_MB);
  return Number(figures?.firstAfterMs ?? 0);
}

describe(`a local queue with ${JOBS.toLocaleString("en")} jobs`, { timeout: TIMEOUT_MS }, () => {
  it("holds jobs that are due later, and starts with the first one soon", async () => {
    const database = join(folder, "later.db");
    await run("fill", database, JOBS, HOUR_MS);
    expect(await run("start", database, 1)).toBeLessThan(FIRST_JOB_WITHIN_MS);
  });

  it("holds a backlog, and runs it", async () => {
    const database = join(folder, "backlog.db");
    await run("fill", database, JOBS, 0);
    await run("start", database, JOBS + 1);
  });
});
