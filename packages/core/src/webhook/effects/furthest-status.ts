import { key } from "../../store/key.ts";
import type { Store } from "../../store/store.ts";
import { itemIdentity } from "../identity.ts";
import type { Item } from "../item.ts";
import { asId, isObject } from "../lenient.ts";

/** How far a message has got, whatever of it arrives when: each stands for those before it. */
const FORWARD = ["sent", "delivered", "read", "played", "failed"];

/** An item of one app, with the key that its first arrival creates. */
interface Keyed {
  readonly item: Item;
  readonly key: string;
}

/** The furthest status of a message that is known with this item; `undefined` where it is this one's. */
export type FurthestStatus = (item: Item) => string | undefined;

/**
 * Finds of each status in a batch whether a later one of its message has arrived before, by the records
 * of items: Meta promises no order. So whoever shows a status never goes back.
 *
 * @throws {Failure} `store_unavailable`
 */
export async function loadFurthest(
  store: Store,
  appId: string,
  batch: readonly Keyed[],
): Promise<FurthestStatus> {
  const questions = batch.flatMap(({ item }, index) => laterThan(appId, item, index));
  if (questions.length === 0) return () => undefined;
  const stored = await store.getMany(questions.map((question) => question.key));
  const first = new Map(batch.map((one, index) => [one.key, index]));
  const furthest = new Map<Item, string>();
  for (const [at, { item, index, status, key: asked }] of questions.entries()) {
    const isKnown = stored[at] !== undefined || (first.get(asked) ?? batch.length) < index;
    if (isKnown) furthest.set(item, status);
  }
  return (item) => furthest.get(item);
}

/** From near to far, so that the last one that is known counts. */
function laterThan(appId: string, item: Item, index: number) {
  if (item.kind !== "status" || item.id === undefined || !isObject(item.value)) return [];
  const { value } = item;
  const rank = FORWARD.indexOf(asId(value.status) ?? "");
  if (rank === -1) return [];
  return FORWARD.slice(rank + 1).map((status) => {
    const identity = itemIdentity(appId, { ...item, value: { ...value, status } });
    return { item, index, status, key: key("item", identity) };
  });
}
