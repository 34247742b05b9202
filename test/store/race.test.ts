import { type ChildProcess, spawn } from "node:child_process";
import { createInterface } from "node:readline";
import { fileURLToPath } from "node:url";
import { describe, expect, it, onTestFinished } from "vitest";
import { openStore } from "./open-store.ts";
import {
  POSTGRES,
  postgresConnects,
  postgresPlace,
  REDIS,
  redisConnects,
  redisPlace,
  type SharedPlace,
} from "./places.ts";
import { ACCOUNTS, COUNTER, type RaceReport, type RaceSize, TOTAL, total } from "./race.ts";

const LONG = process.env.WABAKIT_TEST_LONG === "1";
const CHILD = fileURLToPath(new URL("./race-child.ts", import.meta.url));
const FULL: RaceSize = { racers: 10, rounds: LONG ? 1_000 : 100 };
/** For adapters whose commits go the same way. */
const SHORT: RaceSize = { racers: 10, rounds: LONG ? 100 : 10 };
const SIDES = [0, 1];
type Row = readonly [connect: string, size: RaceSize];
const TIMEOUT_MS = LONG ? 900_000 : 60_000;

const onRedis: readonly Row[] = [
  ["Redis, Keyv 6", FULL],
  ["Redis, Keyv 5", SHORT],
  ["Valkey, Keyv 6", SHORT],
];
const onPostgres: readonly Row[] = [
  ["PostgreSQL, Keyv 6", FULL],
  ["PostgreSQL, Keyv 5", SHORT],
];

describe("races of two processes end exactly as if one change had come after the other", {
  timeout: TIMEOUT_MS,
}, () => {
  it.skipIf(!REDIS).each(onRedis)("on %s", async (connect, size) => {
    await runRace(connect, size, redisPlace(redisConnects[connect] ?? expect.unreachable()));
  });
  it.skipIf(!POSTGRES).each(onPostgres)("on %s", async (connect, size) => {
    await runRace(connect, size, postgresPlace(postgresConnects[connect] ?? expect.unreachable()));
  });
});

async function runRace(connect: string, size: RaceSize, place: SharedPlace): Promise<void> {
  const { store } = await openStore(place);
  const writes = ACCOUNTS.map((key) => ({ key, value: TOTAL / ACCOUNTS.length }));
  await store.commit({ guards: [], writes });

  const { racers, rounds } = size;
  const sides = SIDES.map((side) => startRacer([connect, place.name, side, racers, rounds]));
  await Promise.all(sides.map(({ isReady }) => isReady));
  for (const { go } of sides) go();
  const reports = await Promise.all(sides.map(({ report }) => report));

  expect((await store.get(COUNTER))?.value).toBe(SIDES.length * racers * rounds);
  expect(await total(store)).toBe(TOTAL);
  expect(reports.flatMap(({ torn }) => torn)).toEqual([]);
  expect(reports.map(({ backwards }) => backwards)).toEqual([0, 0]);
  const once = Array.from({ length: rounds }, (_, n) => n);
  expect(reports.flatMap(({ created }) => created).sort(byNumber)).toEqual(once);
  expect(reports.flatMap(({ duels }) => duels).sort(byNumber)).toEqual(once);
}

const byNumber = (left: number, right: number) => left - right;

/** One of the two processes. */
interface Racer {
  readonly isReady: Promise<void>;
  readonly go: () => void;
  readonly report: Promise<RaceReport>;
}

function startRacer(args: readonly (string | number)[]): Racer {
  const child = spawn(process.execPath, [CHILD, ...args.map(String)], {
    stdio: ["pipe", "pipe", "inherit"],
  });
  onTestFinished(() => void child.kill("SIGKILL"));
  const lines = linesOf(child);
  const next = async () => {
    const { value, done } = await lines.next();
    if (done) throw new Error("The process ended before it had said all.");
    return String(value);
  };
  const isReady = next().then((line) => expect(line).toBe("ready"));
  return {
    isReady,
    go: () => void child.stdin.write("go\n"),
    report: isReady.then(next).then((line) => JSON.parse(line) as RaceReport),
  };
}

function linesOf({ stdout }: ChildProcess): AsyncIterator<string> {
  if (!stdout) throw new Error("The process does not speak.");
  return createInterface(stdout)[Symbol.asyncIterator]();
}
