import { isAwaited } from "../../connections/awaited.ts";
import { isLive } from "../../connections/change/apply-change.ts";
import type { Timer } from "../../connections/timers/timers.ts";
import type { EventDraft } from "../../events.ts";
import type { Job } from "../../queue/queue.ts";
import { NO_CHANGE } from "../../store/joined.ts";
import type { Change, Store } from "../../store/store.ts";
import type { Item } from "../item.ts";
import type { FindWhose } from "../whose.ts";
import { type Book, openBook } from "./book.ts";
import { readHealthNews } from "./read-health-news.ts";
import { readSignal } from "./read-signal.ts";

/** What Meta's words make of the connections they are about, beside the events that tell them. */
export interface Effects {
  /** Whom an item concerns: as things stood when it said so, or, where it brings numbers back, afterwards. */
  readonly find: FindWhose;
  /** What is told because of an item, beside itself. */
  readonly draftsOf: (item: Item) => readonly EventDraft[];
  /** To be committed with the items. */
  readonly change: Change;
  /** To be set before that. */
  readonly timers: readonly Timer[];
  /** To be woken afterwards; timers make up for those that are lost. */
  readonly jobs: readonly Job[];
}

/** Items of one app, and when they arrived, epoch ms. */
export interface Batch {
  readonly appId: string;
  readonly receivedAt: number;
  readonly items: readonly Item[];
}

/** Meta has judged something: numbers that wait for it are looked at anew. */
const VERDICTS: ReadonlySet<string> = new Set([
  "phone_number_name_update",
  "account_review_update",
]);

/**
 * Takes in what a batch says of connections: their end and return, and their health. It is committed
 * with the items it came in, so it is done once, and told if and only if it is done.
 *
 * @throws {Failure} `store_unavailable`
 */
export async function effectsOf(store: Store, batch: Batch, find: FindWhose): Promise<Effects> {
  const news = batch.items.flatMap((item) => {
    const signal = readSignal(item, batch.appId);
    const health = readHealthNews(item);
    return signal || health || VERDICTS.has(item.field) ? [{ item, signal, health }] : [];
  });
  if (news.length === 0)
    return { find, draftsOf: () => [], change: NO_CHANGE, timers: [], jobs: [] };
  const about = news.filter(({ health }) => health).flatMap(({ item }) => find(item).numbers);
  const book = await openBook(store, find, about);
  const found = new Map<Item, ReturnType<FindWhose>>();
  const drafts = new Map<Item, readonly EventDraft[]>();
  const jobs: Job[] = [];
  for (const { item, signal, health } of news) {
    const before = book.find(item);
    const times = {
      toldAt: (item.entryTime ?? batch.receivedAt / 1000) * 1000,
      now: batch.receivedAt,
    };
    const told = [
      ...(signal ? book.signal(item, signal, times) : []),
      ...(health ? book.health(item, health, times.now) : []),
    ];
    drafts.set(item, told);
    found.set(item, before.numbers.some(isLive) ? before : book.find(item));
    if (VERDICTS.has(item.field)) jobs.push(...reviewsOf(book, item));
  }
  return {
    find: (item) => found.get(item) ?? find(item),
    draftsOf: (item) => drafts.get(item) ?? [],
    change: book.change(),
    timers: book.timers(),
    jobs: [...jobs, ...book.jobs()],
  };
}

function reviewsOf(book: Book, item: Item): readonly Job[] {
  const waiting = book.find(item).numbers.filter(isAwaited);
  return waiting.map(({ connectionId }) => ({ kind: "review", id: connectionId }));
}
