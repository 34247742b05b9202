import { spawn } from "node:child_process";
import { once } from "node:events";
import { mkdtemp, rm } from "node:fs/promises";
import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { fakeMeta } from "@wabakit/testing";
import { describe, expect, it, onTestFinished } from "vitest";

const LONG = process.env.WABAKIT_TEST_LONG === "1";
const ENDPOINTS = LONG ? 100 : 10;
const EVENTS = LONG ? 10_000 : 1_500;
const PENDING = (EVENTS * ENDPOINTS).toLocaleString("en");
const DELIVER_MS = LONG ? 15_000 : 3_000;

/** What is promised of a million. */
const RSS_MB = 300;
const CLAIM_P99_MS = 20;
const FIRST_DELIVERY_WITHIN_MS = 5_000;

/** Little room for garbage, so that the size of the process tells what it holds. */
const SMALL_HEAP = ["--max-semi-space-size=8", "--max-old-space-size=160"];

const CHILD = fileURLToPath(new URL("./backlog-child.ts", import.meta.url));

/** Runs `backlog-child.ts` to its end. @returns What it said. */
async function child(...args: readonly (string | number)[]): Promise<Record<string, unknown>> {
  const running = spawn(process.execPath, [...SMALL_HEAP, CHILD, ...args.map(String)], {
    stdio: ["ignore", "pipe", "inherit"],
  });
  onTestFinished(() => void running.kill("SIGKILL"));
  let said = "";
  running.stdout.on("data", (chunk) => {
    said += chunk;
  });
  const [code] = await once(running, "close");
  expect(code).toBe(0);
  return JSON.parse(said);
}

/** An endpoint that says when the first delivery came, and how many have. */
async function endpoint() {
  const seen = { count: 0, firstAt: Number.POSITIVE_INFINITY };
  const server = createServer((request, response) => {
    seen.firstAt = Math.min(seen.firstAt, Date.now());
    seen.count += 1;
    request.resume().once("end", () => response.end());
  });
  await once(server.listen(0, "127.0.0.1"), "listening");
  onTestFinished(() => {
    server.closeAllConnections();
    server.close();
  });
  return { seen, url: `http://127.0.0.1:${(server.address() as AddressInfo).port}` };
}

describe(`${PENDING} pending deliveries`, { timeout: 240_000 }, () => {
  it("are found at once after a restart, taken quickly, and held in little memory", async () => {
    const folder = await mkdtemp(join(tmpdir(), "wabakit-backlog-"));
    onTestFinished(() => rm(folder, { recursive: true }));
    const meta = await fakeMeta();
    onTestFinished(meta.close);
    const database = join(folder, "wabakit.db");
    const { seen, url } = await endpoint();
    const filled = await child("fill", database, meta.url, url, EVENTS, ENDPOINTS);

    const startedAt = Date.now();
    const { rssMb } = await child("start", database, meta.url, DELIVER_MS);
    const firstAfterMs = seen.firstAt - startedAt;
    const claims = await child("claim", database, meta.url, String(filled.organizationId));
    console.info({ firstAfterMs, rssMb, delivered: seen.count, ...claims });
    expect(seen.count).toBeGreaterThan(0);
    expect(rssMb).toBeLessThan(RSS_MB);
    if (!LONG) return;
    expect(firstAfterMs).toBeLessThan(FIRST_DELIVERY_WITHIN_MS);
    expect(claims.p99Ms).toBeLessThan(CLAIM_P99_MS);
  });
});
