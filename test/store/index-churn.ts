import { type Index, openIndex } from "../../packages/core/src/store/index-pages.ts";
import type { Change, Store } from "../../packages/core/src/store/store.ts";

/** The index that several processes change at once. */
export const openThings = (store: Store): Index => openIndex(store, "things");

/**
 * Adds ids and removes every other one again.
 *
 * @returns Those that it left.
 */
export async function churn(
  store: Store,
  owner: string,
  count: number,
): Promise<readonly string[]> {
  const index = openThings(store);
  const left: string[] = [];
  for (let n = 0; n < count; n += 1) {
    const id = `${owner}.${n}`;
    let place = -1;
    await land(store, async () => {
      const addition = await index.adding(id);
      place = addition.place;
      return addition;
    });
    if (n % 2 === 0) await land(store, () => index.removing(id, place));
    else left.push(id);
  }
  return left;
}

async function land(store: Store, plan: () => Promise<Change>): Promise<void> {
  let landed = false;
  while (!landed) {
    const { guards, writes } = await plan();
    landed = await store.commit({ guards, writes });
  }
}
