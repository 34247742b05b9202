import { keyvStore, type Store } from "@wabakit/core";
import type { Keyv } from "keyv";
import { describe, expect, it, onTestFinished } from "vitest";
import { openDueList } from "../../packages/core/src/store/due-list.ts";
import { type MakePlace, sharedPlaces } from "../store/places.ts";

const MINUTE_MS = 60_000;
const EACH = 60;

interface Task {
  readonly dueAt: number;
  readonly id: string;
}

/** The stores of several processes on one service, started one after the other. */
async function storesOn(makePlace: MakePlace, count: number): Promise<readonly Store[]> {
  const place = await makePlace();
  const opened: { readonly keyv: Keyv; readonly store: Store }[] = [];
  for (let process = 0; process < count; process += 1) {
    const keyv = place.connect();
    const store = keyvStore(keyv);
    await store.start();
    opened.push({ keyv, store });
  }
  onTestFinished(async () => {
    for (const { keyv, store } of opened) {
      await store.stop();
      await place.disconnect(keyv);
    }
    await place.discard();
  });
  return opened.map(({ store }) => store);
}

async function add(store: Store, name: string): Promise<void> {
  const list = openDueList<Task>(store, "timers");
  for (let index = 0; index < EACH; index += 1) {
    const dueAt = (index * 7_919) % (3 * MINUTE_MS);
    let landed = false;
    while (!landed) landed = await store.commit(await list.adding({ dueAt, id: name + index }));
  }
}

/** Takes what is due until told to end; what a rival has taken first is not taken. */
async function take(store: Store, isOver: () => boolean): Promise<readonly string[]> {
  const list = openDueList<Task>(store, "timers");
  const taken: string[] = [];
  for (;;) {
    const last = isOver();
    const page = await list.due(Number.MAX_SAFE_INTEGER);
    if (!page && last) return taken;
    if (page && (await store.commit(await list.removing(page)))) {
      taken.push(...page.entries.map(({ id }) => id));
    }
  }
}

/** Which adapter is between makes no difference to a list. */
const PLACES = Object.entries(sharedPlaces()).filter(([name]) => name.endsWith(", Keyv 6"));

it.skipIf(PLACES.length > 0)(
  "is skipped: set WABAKIT_TEST_REDIS or WABAKIT_TEST_POSTGRES",
  () => {},
);

describe.each(PLACES)("processes that share %s", (_, makePlace) => {
  it("lose no timer, and fire none twice", async () => {
    const [a, b, taker] = await storesOn(makePlace, 3);
    if (!a || !b || !taker) throw new Error("Three stores are needed.");
    let isOver = false;
    const taking = take(taker, () => isOver);
    await Promise.all([add(a, "a"), add(b, "b"), add(b, "c")]);
    isOver = true;
    const taken = await taking;
    expect([...taken].sort()).toEqual([...new Set(taken)].sort());
    expect(taken).toHaveLength(3 * EACH);
    expect(await openDueList(a, "timers").earliest()).toBeUndefined();
  });
});
