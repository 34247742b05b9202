import { Keyv } from "keyv";
import { expect, test } from "vitest";
import { openHistory } from "./history.ts";
import { openJournal, type Scope } from "./journal.ts";
import { type JournalPlace, type Walk, walkJournal } from "./journal-walk.ts";
import { keyvStore } from "./keyv-store.ts";
import { commitStaged } from "./log.ts";
import type { Store } from "./store.ts";
import { newWriter } from "./writer.ts";

const HOUR_MS = 60 * 60 * 1000;
const START_AT = 500_000 * HOUR_MS;
const SCOPE: Scope = ["things", "org_1"];

async function arrange() {
  const store = keyvStore(new Keyv());
  await store.start();
  let now = START_AT;
  const clock = { now: () => now };

  /** A process, with what tells it something. */
  function process() {
    const history = openHistory({ store, writer: newWriter() }, "told");
    const journal = openJournal({ store, clock, history });
    async function tell(entries: readonly string[], scope = SCOPE, lands = true) {
      await Promise.all([history.join(), journal.join([scope])]);
      const page = journal.stage(scope, entries);
      const guards = lands ? [] : [{ key: "thing", version: "another" }];
      const named = history.stage({ events: [page.key] }, now);
      return commitStaged(store, { guards, writes: page.writes }, [named]);
    }
    return { tell, history };
  }

  return { store, process, pass: (ms: number) => (now += ms), now: () => now };
}

async function read(store: Store, walk: Partial<Walk> = {}): Promise<readonly string[]> {
  const whole = {
    scope: SCOPE,
    order: "newest",
    since: 0,
    until: START_AT + 100 * HOUR_MS,
  } as const;
  const range = { ...whole, since: START_AT - HOUR_MS, ...walk };
  const found: string[] = [];
  for await (const { entries } of walkJournal<string>(store, range)) found.push(...entries);
  return found;
}

test("what was told comes newest first, and oldest first, over hours", async () => {
  const here = await arrange();
  const { tell } = here.process();
  await tell(["1", "2"]);
  await tell(["3"]);
  here.pass(2 * HOUR_MS);
  await tell(["4", "5"]);
  expect(await read(here.store)).toEqual(["5", "4", "3", "2", "1"]);
  expect(await read(here.store, { order: "oldest" })).toEqual(["1", "2", "3", "4", "5"]);
});

test("several processes are told in turn, and read in the order of time", async () => {
  const here = await arrange();
  const [one, other] = [here.process(), here.process()];
  for (let turn = 0; turn < 40; turn += 1) {
    await (turn % 3 === 0 ? one : other).tell([String(turn)]);
    here.pass(1);
  }
  const all = Array.from({ length: 40 }, (_, turn) => String(turn));
  expect(await read(here.store, { order: "oldest" })).toEqual(all);
  expect(await read(here.store)).toEqual(all.toReversed());
});

test("a scope is told what is its own alone", async () => {
  const here = await arrange();
  const { tell } = here.process();
  await tell(["mine"]);
  await tell(["theirs"], ["things", "org_2"]);
  expect(await read(here.store)).toEqual(["mine"]);
});

test("the number of a commit that lost stays unused, and hides nothing", async () => {
  const here = await arrange();
  const { tell } = here.process();
  expect(await tell(["lost"], SCOPE, false)).toBe(false);
  await tell(["1"]);
  for (let turn = 0; turn < 40; turn += 1) await tell(["lost"], SCOPE, false);
  await tell(["2"]);
  expect(await read(here.store)).toEqual(["2", "1"]);
  expect(await read(here.store, { order: "oldest" })).toEqual(["1", "2"]);
});

test.each(["newest", "oldest"] as const)(
  "a walk %s first goes on where it was left, each entry once, whatever comes meanwhile",
  async (order) => {
    const here = await arrange();
    const [one, other] = [here.process(), here.process()];
    for (let turn = 0; turn < 30; turn += 1) {
      await (turn % 2 === 0 ? one : other).tell([`${turn}a`, `${turn}b`, `${turn}c`]);
      here.pass(5 * 60 * 1000);
    }
    const until = here.now() - 1;
    const all = await read(here.store, { order, until });
    expect(all).toHaveLength(90);
    const seen: string[] = [];
    let place: JournalPlace | undefined;
    for (let isOver = false; !isOver; ) {
      const [step] = [await take(here.store, { order, until, place })];
      seen.push(...step.entries);
      isOver = step.entries.length === 0;
      place = step.place;
      await here.process().tell(["later"]);
      await one.tell(["later"]);
    }
    expect(seen).toEqual(all);
  },
);

/** Two entries, and where to go on behind them. */
async function take(store: Store, walk: Pick<Walk, "order" | "until" | "place">) {
  const whole = { scope: SCOPE, since: START_AT - HOUR_MS, ...walk };
  const entries: string[] = [];
  let { place } = walk;
  for await (const page of walkJournal<string>(store, whole)) {
    const some = page.entries.slice(0, 2 - entries.length);
    entries.push(...some);
    const isWhole = some.length === page.entries.length;
    place = isWhole ? page.after : { ...page.place, skip: page.skipped + some.length };
    if (entries.length === 2) break;
  }
  return { entries, place };
}

test("only what lies within the range is told of", async () => {
  const here = await arrange();
  const { tell } = here.process();
  for (const entry of ["1", "2", "3"]) {
    await tell([entry]);
    here.pass(60_000);
  }
  const range = { since: START_AT + 60_000, until: START_AT + 60_000 };
  expect(await read(here.store, range)).toEqual(["2"]);
  expect(await read(here.store, { ...range, order: "oldest" })).toEqual(["2"]);
});

test("the history names everything, so that nothing of it is left when its time is over", async () => {
  const here = await arrange();
  const { tell, history } = here.process();
  await tell(["1"]);
  here.pass(HOUR_MS);
  await tell(["2"]);
  const left = async () => {
    const hour = START_AT / HOUR_MS;
    const keys = [hour, hour + 1].map((at) => `journal:things:org_1:${at}`);
    return (await here.store.getMany(keys)).map((record) => record !== undefined);
  };
  await history.purge({ events: START_AT + HOUR_MS }, () => true);
  expect(await read(here.store)).toEqual(["2"]);
  expect(await left()).toEqual([true, true]);
  await history.purge({ events: START_AT + HOUR_MS + 1 }, () => true);
  expect(await left()).toEqual([false, true]);
  await history.purge({ events: START_AT + 3 * HOUR_MS }, () => true);
  expect(await left()).toEqual([false, false]);
});
