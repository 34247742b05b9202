import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { afterEach, beforeEach, expect, it } from "vitest";
import { queueChild } from "./child.ts";

const LONG = process.env.WABAKIT_TEST_LONG === "1";
const KILLS = LONG ? 60 : 4;
const JOBS = LONG ? 60_000 : 2_000;
const LONGEST_LIFE_MS = LONG ? 6_000 : 500;
const JOB_MS = 20;
/** A second until a page is written without what has ended, and time for a slow disk to do it. */
const REPEATS_WITHIN_MS = 4_000;

let folder: string;
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), "wabakit-queue-crash-"));
});
afterEach(() => rm(folder, { recursive: true }));

it("loses no job over kill -9, and repeats only what had just ended", {
  timeout: LONG ? 1_800_000 : 60_000,
}, async () => {
  const database = join(folder, "queue.db");
  await queueChild(["fill", database, JOBS, 0], () => {}).end;
  const ended = new Map<string, { readonly at: number; readonly life: number }>();
  const killedAt: number[] = [];
  const unduly: unknown[] = [];
  const hear = ({ id, at }: Record<string, unknown>) => {
    const life = killedAt.length;
    const before = ended.get(String(id));
    const mayRepeat = before && before.at > Number(killedAt[before.life]) - REPEATS_WITHIN_MS;
    if (before && (before.life === life || !mayRepeat)) unduly.push({ id, at, before });
    ended.set(String(id), { at: Number(at), life });
  };
  for (let kill = 0; kill < KILLS && ended.size < JOBS; kill += 1) {
    const first = Promise.withResolvers<void>();
    const child = queueChild(["work", database, JOB_MS], (line) => {
      hear(line);
      first.resolve();
    });
    await Promise.race([first.promise, child.end]);
    await sleep(Math.random() * LONGEST_LIFE_MS);
    child.process.kill("SIGKILL");
    expect(await child.end).toBe("SIGKILL");
    killedAt.push(Date.now());
  }
  const last = queueChild(["work", database, JOB_MS], hear);
  await expect.poll(() => ended.size, { timeout: 1_000_000 }).toBe(JOBS);
  last.process.kill("SIGKILL");
  await last.end;
  expect(unduly).toEqual([]);
});
