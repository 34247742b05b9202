/**
 * A process with a local queue on a SQLite file, whose parent measures or kills it. What it has to
 * say goes to its standard output, a line at a time.
 *
 * node queue-child.ts fill <database> <count> <delay in ms>   adds jobs; says how memory has grown
 * node queue-child.ts start <database> <count>    runs what waits; says when the first job ran, and
 *                                                 how memory has grown when `count` have
 * node queue-child.ts work <database> <duration in ms>   runs what waits, each job so long, and says
 *                                                 which has ended, and when
 */
import { writeSync } from "node:fs";
import { setTimeout as sleep } from "node:timers/promises";
import KeyvSqlite from "@keyv/sqlite";
import { keyvStore, localQueue, newWriter, silentLogger, systemClock } from "@wabakit/core";
import Keyv from "keyv";

const JOBS_PER_ADD = 1_000;
const [mode, database, ...numbers] = process.argv.slice(2);
const [count = 0, delayMs = 0] = numbers.map(Number);

const adapter = new KeyvSqlite({ uri: `sqlite://${database}`, wal: true });
const store = keyvStore(new Keyv({ store: adapter }));
await store.start();
const queue = localQueue({ store, writer: newWriter(), clock: systemClock, logger: silentLogger });
await queue.add([{ kind: "other", id: "warm-up", runAt: Date.now() + 1e9 }]);
const before = memory();

if (mode === "fill") await fill();
if (mode === "start") await start();
if (mode === "work") await work(Number(numbers[0]));

async function fill(): Promise<void> {
  const runAt = Date.now() + delayMs;
  for (let from = 0; from < count; from += JOBS_PER_ADD) {
    const jobs = Array.from({ length: Math.min(JOBS_PER_ADD, count - from) }, (_, index) => ({
      kind: "work",
      id: `job_${String(from + index).padStart(20, "0")}`,
      runAt: runAt + Math.floor(Math.random() * delayMs),
    }));
    await queue.add(jobs);
  }
  say(grown());
  process.exit(0);
}

async function start(): Promise<void> {
  const startedAt = performance.now();
  let firstAfterMs = 0;
  let ran = 0;
  const allRan = Promise.withResolvers<void>();
  await queue.add([{ kind: "work", id: "due-now" }]);
  await queue.start({
    work: async () => {
      ran += 1;
      if (ran === 1) firstAfterMs = performance.now() - startedAt;
      if (ran === count) allRan.resolve();
      return undefined;
    },
  });
  await allRan.promise;
  say({ firstAfterMs, ...grown() });
  process.exit(0);
}

async function work(durationMs: number): Promise<void> {
  await queue.start({
    work: async (id) => {
      await sleep(durationMs);
      say({ id, at: Date.now() });
      return undefined;
    },
  });
  await sleep(2 ** 31 - 1); // until the parent kills it
}

function grown() {
  const now = memory();
  return { liveMb: (now.live - before.live) / 1e6, rssMb: (now.rss - before.rss) / 1e6 };
}

function memory() {
  globalThis.gc?.();
  const { heapUsed, arrayBuffers, rss } = process.memoryUsage();
  return { live: heapUsed + arrayBuffers, rss };
}

function say(line: unknown): void {
  writeSync(process.stdout.fd, `${JSON.stringify(line)}\n`);
}
