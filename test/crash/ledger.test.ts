import { randomBytes } from "node:crypto";
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { type BackendName, VARIABLES } from "../place.ts";
import type { End, Life } from "./life.ts";
import { ITEMS, tellStory } from "./one-notification.ts";
import { seededRandom } from "./random.ts";
import type { Death } from "./server-config.ts";
import { CONCURRENCY, type CrashSetting, crashSetting } from "./setting.ts";
import { summary, type Tally } from "./tally.ts";
import { liveUnderLoad } from "./under-load.ts";

const LONG = process.env.WABAKIT_TEST_LONG === "1";
const SEED = process.env.WABAKIT_TEST_SEED ?? randomBytes(4).toString("hex");
const KILLS = LONG ? 500 : 100;
/** On a service, where only the back end is another one. */
const KILLS_ON_SERVICE = LONG ? 100 : 15;
const GRACEFUL_STOPS = LONG ? 100 : 10;
const TIMEOUT_MS = LONG ? 3_600_000 : 600_000;
/** How long the last life may take to deliver what the others left. */
const DRAIN_MS = LONG ? 600_000 : 180_000;
/** Promised to whoever stops the server. */
const STOP_MS = 10_000;
/** How many events the listeners may be hearing at once. */
const LISTENING = 32;

/** A life ends this long after it is ready. */
const LIFE_MS = { min: 50, max: 400 };
/** How many are killed while they still start, and how long after they began to at most. */
const KILLED_EARLY = 0.2;
const STARTING_MS = 60;

/** The fewest commits that a notification's life can take. */
const COMMITS = 10;
/** Their number differs between runs: after so many that were not reached, there are no more. */
const SPREAD = 3;
/** In the long run, how many second deaths follow each first one, and where. */
const SECOND_DEATHS = 4;
const SECOND_COMMITS = 20;

const KILLED: End = { code: null, signal: "SIGKILL", complaints: "" };
const EXITED: End = { code: 0, signal: null, complaints: "" };
const NOTHING_WRONG = { lost: [], unheard: [], unknown: [], unrecognisable: [] };

let compileCache: string;
beforeAll(async () => {
  compileCache = await mkdtemp(join(tmpdir(), "wabakit-compiled-"));
  console.log(`WABAKIT_TEST_SEED=${SEED}`);
});
afterAll(() => rm(compileCache, { recursive: true }));

async function inSetting<Result>(
  run: (setting: CrashSetting) => Promise<Result>,
  backend: BackendName = "sqlite",
): Promise<Result> {
  const setting = await crashSetting(backend, compileCache);
  return run(setting).finally(setting.close);
}

describe("killed at every commit of a notification's life", { timeout: TIMEOUT_MS }, () => {
  const random = seededRandom(SEED, "second deaths");
  const tallies: Tally[] = [];

  /** @returns Whether there was a first death. */
  async function survives(deaths: readonly Death[]): Promise<boolean> {
    const { ends, tally } = await inSetting((setting) => tellStory(setting, deaths));
    const died = ends.slice(0, -1);
    const planned = JSON.stringify(deaths);
    expect(died, planned).toEqual(died.map(() => KILLED));
    expect(ends.at(-1), planned).toEqual(EXITED);
    expect(tally, planned).toMatchObject({ ...NOTHING_WRONG, accepted: ITEMS, delivered: ITEMS });
    expect(tally.duplicates, planned).toBeLessThanOrEqual(died.length * ITEMS);
    expect(tally.heardAgain, planned).toBeLessThanOrEqual(died.length * ITEMS);
    tallies.push(tally);
    return died.length > 0;
  }

  /** Dies at one commit after the other, until there are no more. @returns How many there were. */
  async function atEveryCommit(dies: (death: Death) => Promise<boolean>): Promise<number> {
    let last = 0;
    for (let commit = 1; commit <= last + SPREAD; commit += 1) {
      const both = [dies({ commit, when: "before" }), dies({ commit, when: "after" })];
      if ((await Promise.all(both)).includes(true)) last = commit;
    }
    return last;
  }

  async function survivesAnyNext(first: Death): Promise<boolean> {
    let died = false;
    for (let second = 0; second < SECOND_DEATHS; second += 1) {
      const commit = 1 + Math.floor(random() * SECOND_COMMITS);
      const when = random() < 0.5 ? "before" : "after";
      died = (await survives([first, { commit, when }])) || died;
    }
    return died;
  }

  it("finishes the job in the next life", async () => {
    const commits = await atEveryCommit((death) => survives([death]));
    console.log(`killed before and after each of ${commits} commits: ${summary(tallies)}`);
    expect(commits).toBeGreaterThan(COMMITS);
  });

  it.runIf(LONG)("finishes the job also when the next life dies on the way", async () => {
    await atEveryCommit(survivesAnyNext);
    console.log(summary(tallies));
  });
});

describe("stopped by SIGTERM under load", { timeout: TIMEOUT_MS }, () => {
  const random = seededRandom(SEED, "stops");
  let slowestMs = 0;

  async function stop(life: Life): Promise<void> {
    await life.ready;
    await sleep(between(LIFE_MS, random()));
    const askedAt = performance.now();
    life.terminate();
    await life.end;
    slowestMs = Math.max(slowestMs, performance.now() - askedAt);
  }

  it(`delivers nothing twice and ends in time, ${GRACEFUL_STOPS} times`, async () => {
    const plan = { seed: SEED, lives: GRACEFUL_STOPS, endLife: stop, drainMs: DRAIN_MS };
    const { ends, tally } = await inSetting((setting) => liveUnderLoad(setting, plan));

    console.log(summary([tally]));
    expect(ends).toEqual(ends.map(() => EXITED));
    expect(slowestMs).toBeLessThan(STOP_MS);
    expect(tally).toMatchObject({ ...NOTHING_WRONG, duplicates: 0, heardAgain: 0 });
    expect(tally.accepted).toBeGreaterThan(GRACEFUL_STOPS);
  });
});

describe("killed at random moments under load", { timeout: TIMEOUT_MS }, () => {
  const random = seededRandom(SEED, "kills");

  async function kill(life: Life): Promise<void> {
    const early = random() < KILLED_EARLY;
    await (early ? life.starting : life.ready);
    await sleep(early ? random() * STARTING_MS : between(LIFE_MS, random()));
    life.kill();
  }

  async function losesNothing(backend: BackendName, lives: number): Promise<void> {
    const plan = { seed: SEED, lives, endLife: kill, drainMs: DRAIN_MS };
    const { ends, tally } = await inSetting((setting) => liveUnderLoad(setting, plan), backend);

    console.log(`${backend}: ${summary([tally])}`);
    expect(ends.slice(0, -1)).toEqual(ends.slice(1).map(() => KILLED));
    expect(ends.at(-1)).toEqual(EXITED);
    expect(tally).toMatchObject(NOTHING_WRONG);
    expect(tally.accepted).toBeGreaterThan(lives);
    expect(tally.duplicates).toBeLessThanOrEqual(lives * CONCURRENCY);
    expect(tally.heardAgain).toBeLessThanOrEqual(lives * LISTENING);
  }

  it(`loses nothing that was answered with 200, ${KILLS} times`, async () => {
    await losesNothing("sqlite", KILLS);
  });

  for (const service of ["redis", "postgres"] as const) {
    const title = `loses nothing on ${service}, ${KILLS_ON_SERVICE} times (needs ${VARIABLES[service]})`;
    it.skipIf(!process.env[VARIABLES[service]])(title, async () => {
      await losesNothing(service, KILLS_ON_SERVICE);
    });
  }
});

function between({ min, max }: typeof LIFE_MS, fraction: number): number {
  return min + (max - min) * fraction;
}
