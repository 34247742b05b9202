import { randomBytes } from "node:crypto";
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { type BackendName, VARIABLES } from "../place.ts";
import { stops } from "./ending.ts";
import { type Death, FAILPOINTS } from "./failpoint.ts";
import type { End } from "./life.ts";
import { ITEMS, tellStory } from "./one-notification.ts";
import { print } from "./print.ts";
import { seededRandom } from "./random.ts";
import { runLedger } from "./run.ts";
import { openSetting, type Setting } from "./setting.ts";
import { duplicatesIn, lostIn, summary, type Tally, unknownIn } from "./tally.ts";
import { faultsOf, placesMet } from "./verdict.ts";

const LONG = process.env.WABAKIT_TEST_LONG === "1";
const SEED = process.env.WABAKIT_TEST_SEED ?? randomBytes(4).toString("hex");
/** On SQLite. */
const KILLS = LONG ? 500 : 20;
const EVENTS = LONG ? 100_000 : 1_200;
/** On a service, where only the back end is another one, and the nodes are two. */
const KILLS_ON_SERVICE = LONG ? 100 : 8;
const EVENTS_ON_SERVICE = LONG ? 20_000 : 400;
const ENDPOINTS = 4;
const GRACEFUL_STOPS = LONG ? 100 : 8;
const EVENTS_PER_STOP = 60;
const TIMEOUT_MS = LONG ? 3_600_000 : 600_000;
/** Promised to whoever stops the server. */
const STOP_MS = 10_000;
/** The fewest commits that a notification's life can take. */
const COMMITS = 10;
/** Their number differs between runs: after so many that were not reached, there are no more. */
const SPREAD = 3;
/** In the long run, how many second deaths follow each first one, and where. */
const SECOND_DEATHS = 4;
const SECOND_COMMITS = 20;

const KILLED: End = { code: null, signal: "SIGKILL", complaints: "" };
const EXITED: End = { code: 0, signal: null, complaints: "" };

let compileCache: string;
beforeAll(async () => {
  compileCache = await mkdtemp(join(tmpdir(), "wabakit-compiled-"));
  console.log(`WABAKIT_TEST_SEED=${SEED}`);
});
afterAll(() => rm(compileCache, { recursive: true }));

async function inSetting<Result>(
  run: (setting: Setting) => Promise<Result>,
  { backend = "sqlite", endpoints = 1 }: { backend?: BackendName; endpoints?: number } = {},
): Promise<Result> {
  const setting = await openSetting({ backend, endpoints, compileCache });
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
    expect(wrongIn(tally), planned).toEqual([]);
    expect(tally, planned).toMatchObject({ accepted: ITEMS, listener: { delivered: ITEMS } });
    expect(duplicatesIn(tally), planned).toBeLessThanOrEqual(died.length * ITEMS);
    expect(tally.listener.duplicates, planned).toBeLessThanOrEqual(died.length * ITEMS);
    tallies.push(tally);
    return died.length > 0;
  }

  /** Dies at one commit after the other, until there are no more. @returns How many there were. */
  async function atEveryCommit(dies: (death: Death) => Promise<boolean>): Promise<number> {
    let last = 0;
    for (let commit = 1; commit <= last + SPREAD; commit += 1) {
      const at = { at: "commit", n: commit } as const;
      const both = [dies({ ...at, when: "before" }), dies({ ...at, when: "after" })];
      if ((await Promise.all(both)).includes(true)) last = commit;
    }
    return last;
  }

  async function survivesAnyNext(first: Death): Promise<boolean> {
    let died = false;
    for (let second = 0; second < SECOND_DEATHS; second += 1) {
      const n = 1 + Math.floor(random() * SECOND_COMMITS);
      const when = random() < 0.5 ? "before" : "after";
      died = (await survives([first, { at: "commit", n, when }])) || died;
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
  it(`delivers nothing twice and ends in time, ${GRACEFUL_STOPS} times`, async () => {
    const lives = GRACEFUL_STOPS;
    const events = lives * EVENTS_PER_STOP;
    const plan = { seed: SEED, lives, events, endings: stops, stalls: false };
    const { ends, tally } = await inSetting((setting) => runLedger(setting, plan));

    console.log(summary([tally]));
    expect(ends.map(({ code }) => code)).toEqual(ends.map(() => 0));
    expect(Math.max(...ends.map(({ tookMs }) => tookMs))).toBeLessThan(STOP_MS);
    expect(wrongIn(tally)).toEqual([]);
    expect([duplicatesIn(tally), tally.listener.duplicates]).toEqual([0, 0]);
    expect(tally.accepted).toBeGreaterThanOrEqual(events);
  });
});

describe("killed at random and at named places, with stores and endpoints away", () => {
  async function losesNothing(backend: BackendName, lives: number, events: number) {
    const startedAt = performance.now();
    const plan = { seed: SEED, lives, events, stalls: LONG };
    const run = (setting: Setting) => runLedger(setting, plan);
    const outcome = await inSetting(run, { backend, endpoints: ENDPOINTS });

    const options = { backend, kills: lives, endpoints: ENDPOINTS, ...plan };
    console.log(print(outcome, options, performance.now() - startedAt));
    expect(faultsOf(outcome)).toEqual([]);
    expect(outcome.tally.accepted).toBeGreaterThanOrEqual(events);
    return outcome;
  }

  it(`loses nothing that was answered with 200, ${KILLS} times`, {
    timeout: TIMEOUT_MS,
  }, async () => {
    const { ends } = await losesNothing("sqlite", KILLS, EVENTS);
    if (LONG) expect(placesMet(ends).size).toBe(FAILPOINTS.length);
  });

  for (const service of ["redis", "postgres"] as const) {
    const title = `loses nothing on ${service}, ${KILLS_ON_SERVICE} times (needs ${VARIABLES[service]})`;
    const isMissing = !process.env[VARIABLES[service]];
    it.skipIf(isMissing)(title, { timeout: TIMEOUT_MS }, async () => {
      await losesNothing(service, KILLS_ON_SERVICE, EVENTS_ON_SERVICE);
    });
  }
});

function wrongIn(tally: Tally): readonly string[] {
  return [...lostIn(tally), ...unknownIn(tally), ...tally.unrecognisable];
}
