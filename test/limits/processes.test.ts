import { spawn } from "node:child_process";
import { createInterface } from "node:readline";
import { fileURLToPath } from "node:url";
import { describe, expect, onTestFinished, test } from "vitest";
import {
  POSTGRES,
  postgresConnects,
  postgresPlace,
  REDIS,
  redisConnects,
  redisPlace,
  type SharedPlace,
} from "../store/places.ts";

const CHILD = fileURLToPath(new URL("./caller-child.ts", import.meta.url));
const MAX = 2_000;
/** Of each of two processes. */
const CALLS = 5_000;

async function startCaller(connect: string, name: string) {
  const args = [CHILD, connect, name, MAX, CALLS].map(String);
  const child = spawn(process.execPath, args, { stdio: ["pipe", "pipe", "inherit"] });
  onTestFinished(() => void child.kill("SIGKILL"));
  const lines = createInterface(child.stdout)[Symbol.asyncIterator]();
  expect((await lines.next()).value).toBe("ready");
  return async (): Promise<Readonly<Record<string, number>>> => {
    child.stdin.write("go\n");
    return JSON.parse(String((await lines.next()).value));
  };
}

async function callFromTwo(connect: string, place: SharedPlace): Promise<void> {
  onTestFinished(place.discard);
  // One after the other, because the first one makes what they share.
  const callers = [await startCaller(connect, place.name), await startCaller(connect, place.name)];
  const counts = await Promise.all(callers.map((call) => call()));
  const sum = (status: number) => counts.reduce((all, of) => all + (of[status] ?? 0), 0);
  expect([sum(200), sum(429)]).toEqual([MAX, 2 * CALLS - MAX]);
  for (const own of counts) expect(own[200]).toBeGreaterThan(0);
}

describe("ten thousand calls from two processes get what the limit grants, exactly", {
  timeout: 60_000,
}, () => {
  const [redis, postgres] = ["Redis, Keyv 6", "PostgreSQL, Keyv 6"] as const;
  test.skipIf(!REDIS)("on Redis", async () => {
    await callFromTwo(redis, redisPlace(redisConnects[redis] ?? expect.unreachable()));
  });
  test.skipIf(!POSTGRES)("on PostgreSQL", async () => {
    await callFromTwo(postgres, postgresPlace(postgresConnects[postgres] ?? expect.unreachable()));
  });
});
