import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { describe, expect, it, onTestFinished } from "vitest";
import { measureBacklog } from "../backlog/measure-backlog.ts";

const LONG = process.env.WABAKIT_TEST_LONG === "1";
const SIZE = LONG
  ? { events: 10_000, endpoints: 100, deliverMs: 15_000 }
  : { events: 1_500, endpoints: 10, deliverMs: 3_000 };
const PENDING = (SIZE.events * SIZE.endpoints).toLocaleString("en");

/** What is promised of a million. */
const RSS_MB = 300;
const CLAIM_P99_MS = 20;
const FIRST_DELIVERY_WITHIN_MS = 5_000;

describe(`${PENDING} pending deliveries`, { timeout: 240_000 }, () => {
  it("are found at once after a restart, taken quickly, and held in little memory", async ({
    signal,
  }) => {
    const folder = await mkdtemp(join(tmpdir(), "wabakit-backlog-"));
    onTestFinished(() => rm(folder, { recursive: true }));
    const figures = await measureBacklog(SIZE, { folder, signal });
    console.info(figures);
    expect(figures.delivered).toBeGreaterThan(0);
    expect(figures.rssMb).toBeLessThan(RSS_MB);
    if (!LONG) return;
    expect(figures.firstAfterMs).toBeLessThan(FIRST_DELIVERY_WITHIN_MS);
    expect(figures.claimP99Ms).toBeLessThan(CLAIM_P99_MS);
  });
});
