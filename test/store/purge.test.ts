import { keyvStore, silentLogger, systemClock } from "@wabakit/core";
import { describe, expect, it, onTestFinished } from "vitest";
import { openHistory } from "../../packages/core/src/store/history.ts";
import { commitStaged } from "../../packages/core/src/store/log.ts";
import { openWriter } from "../../packages/core/src/store/membership.ts";
import { type Service, services } from "./services.ts";

const COMMITS = 40;
const RECORDS_PER_COMMIT = 90;
const HALF = RECORDS_PER_COMMIT / 2;
const RECORDS = COMMITS * RECORDS_PER_COMMIT;
const LONG_AGO = 1_000;
const LATELY = 2_000;

/** A node on a place that it shares with others. */
async function node(place: ReturnType<Service["place"]>) {
  const keyv = place.connect();
  const store = keyvStore(keyv);
  await store.start();
  const writer = openWriter({ store, clock: systemClock, logger: silentLogger });
  const history = openHistory({ store, writer }, "test");
  const end = async () => {
    await writer.leave();
    await store.stop();
    await place.disconnect(keyv).catch(() => {}); // adapters of one process share a pool
  };

  async function write(commit: number, at: number): Promise<void> {
    await history.join();
    const keys = keysOf(commit);
    const writes = keys.map((key) => ({ key, value: commit }));
    const [items, events] = [keys.slice(0, HALF), keys.slice(HALF)];
    await commitStaged(store, { guards: [], writes }, [history.stage({ items, events }, at)]);
  }

  const left = async () => {
    const keys = Array.from({ length: COMMITS }, (_, commit) => keysOf(commit)).flat();
    return (await store.getMany(keys)).filter((record) => record !== undefined).length;
  };
  return { history, write, left, end };
}

function keysOf(commit: number): readonly string[] {
  return Array.from({ length: RECORDS_PER_COMMIT }, (_, n) => `record:${commit}:${n}`);
}

const always = () => true;

describe.each(services)("retention on $connect", ({ url, place: makePlace }) => {
  it.skipIf(!url)("is exact when two nodes write, and both purge at once", async () => {
    const place = makePlace();
    const nodes = [await node(place), await node(place)] as const;
    onTestFinished(async () => {
      for (const { end } of nodes) await end();
      await place.discard();
    });
    for (let commit = 0; commit < COMMITS; commit += 1) {
      const isOld = commit < COMMITS / 2;
      await nodes[commit % 2]?.write(commit, isOld ? LONG_AGO : LATELY);
    }

    const purge = async (before: { readonly items: number; readonly events: number }) => {
      const purged = await Promise.all(nodes.map(({ history }) => history.purge(before, always)));
      expect(purged.map(({ isComplete }) => isComplete)).toEqual([true, true]);
      return nodes[0].left();
    };
    expect(await purge({ items: LONG_AGO, events: 0 })).toBe(RECORDS);
    expect(await purge({ items: LATELY, events: LONG_AGO })).toBe((RECORDS * 3) / 4);
    expect(await purge({ items: LATELY, events: LATELY })).toBe(RECORDS / 2);
    expect(await purge({ items: LATELY + 1, events: LATELY + 1 })).toBe(0);
    const again = await nodes[1].history.purge({ items: LATELY + 1, events: LATELY + 1 }, always);
    expect(again).toEqual({ records: 0, isComplete: true });
  });
});
