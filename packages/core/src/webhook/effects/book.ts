import { isLive } from "../../connections/change/apply-change.ts";
import { withNumber } from "../../connections/change-number.ts";
import { eventsOfHealth } from "../../connections/health/events-of-health.ts";
import { type HealthRecord, healthKey } from "../../connections/health/health.ts";
import { applyHealthNews, type HealthNews } from "../../connections/health/health-news.ts";
import { applySignal, type SignalTimes } from "../../connections/signals/apply-signal.ts";
import type { Signal } from "../../connections/signals/signal.ts";
import type { Timer } from "../../connections/timers/timers.ts";
import { type ConnectedNumber, type Waba, wabaKey } from "../../connections/waba.ts";
import type { EventDraft } from "../../events.ts";
import type { Job } from "../../queue/queue.ts";
import type { Change, Guard, Store, Write } from "../../store/store.ts";
import type { Item } from "../item.ts";
import type { FindWhose, Whose } from "../whose.ts";

/** A record on its way to another value; the version it was read at. */
interface Entry<Value> {
  readonly version: string | undefined;
  readonly before: Value | undefined;
  readonly now: Value;
}

/** Accounts and the health of their numbers, as one item after the other changes them. */
export interface Book {
  /** Whom an item concerns, as things stand by now. */
  readonly find: FindWhose;
  /** @returns What is told of it. */
  readonly signal: (item: Item, signal: Signal, times: SignalTimes) => readonly EventDraft[];
  /** @returns What is told of it. */
  readonly health: (item: Item, news: HealthNews, now: number) => readonly EventDraft[];
  /** Everything that has changed since the book was opened. */
  readonly change: () => Change;
  readonly timers: () => readonly Timer[];
  /** What is left to do at Meta. */
  readonly jobs: () => readonly Job[];
}

/** Opens a book, with the health of the numbers that will be asked for. @throws {Failure} `store_unavailable` */
export async function openBook(
  store: Store,
  findStored: FindWhose,
  about: readonly ConnectedNumber[],
): Promise<Book> {
  const accounts = new Map<string, Entry<Waba>>();
  const healths = await readHealths(store, about);
  const timers: Timer[] = [];

  function find(item: Item): Whose {
    const whose = findStored(item);
    const waba = whose.waba && accounts.get(accountOf(whose.waba))?.now;
    if (!waba) return whose;
    const ids = new Set(whose.numbers.map(({ connectionId }) => connectionId));
    return {
      ...whose,
      waba,
      numbers: waba.numbers.filter((number) => ids.has(number.connectionId)),
    };
  }

  function put({ waba: stored, version }: Whose, now: Waba): void {
    const known = accounts.get(accountOf(now));
    accounts.set(accountOf(now), { version, before: stored, ...known, now });
  }

  return {
    find,
    signal(item, signal, times) {
      const { waba, numbers } = find(item);
      const turn = waba && applySignal({ waba, numbers }, signal, times);
      if (!turn) return [];
      put(findStored(item), turn.waba);
      timers.push(...turn.timers);
      return turn.drafts;
    },
    health(item, news, now) {
      const { waba, numbers } = find(item);
      if (!waba) return [];
      return numbers.filter(isLive).flatMap((number) => {
        const entry = healths.get(number.connectionId);
        const after = applyHealthNews({ number, record: entry?.now }, news, now);
        healths.set(number.connectionId, { ...(entry ?? NEW), now: after.record });
        put(findStored(item), withNumber(find(item).waba ?? waba, after.number));
        const snapshot = entry?.now.snapshot ?? null;
        return eventsOfHealth({ waba, number: after.number }, snapshot, after.record.snapshot);
      });
    },
    change: () => ({
      guards: [...guardsOf(accounts), ...guardsOf(healths, healthKey)],
      writes: [...writesOf(accounts), ...writesOf(healths, healthKey)],
    }),
    timers: () => timers,
    jobs: () => [...accounts.values()].flatMap(settlingJob),
  };
}

const NEW = { version: undefined, before: undefined };

type Healths = Map<string, Entry<HealthRecord>>;

async function readHealths(store: Store, numbers: readonly ConnectedNumber[]): Promise<Healths> {
  const ids = [...new Set(numbers.map(({ connectionId }) => connectionId))];
  const read = await store.getMany<HealthRecord>(ids.map(healthKey));
  const entries = ids.flatMap((id, index): [string, Entry<HealthRecord>][] => {
    const stored = read[index];
    if (!stored) return [];
    return [[id, { version: stored.version, before: stored.value, now: stored.value }]];
  });
  return new Map(entries);
}

function accountOf({ appId, wabaId }: Waba): string {
  return wabaKey(appId, wabaId);
}

function asItIs(key: string): string {
  return key;
}

/** Only what has changed; a number whose account has changed meanwhile may have left. */
function changed<Value>(entries: ReadonlyMap<string, Entry<Value>>) {
  return [...entries].filter(([, { before, now }]) => before !== now);
}

function guardsOf<Value>(
  entries: ReadonlyMap<string, Entry<Value>>,
  keyOf = asItIs,
): readonly Guard[] {
  return changed(entries).map(([name, { version }]) => ({ key: keyOf(name), version }));
}

function writesOf<Value>(
  entries: ReadonlyMap<string, Entry<Value>>,
  keyOf = asItIs,
): readonly Write[] {
  return changed(entries).map(([name, { now }]) => ({ key: keyOf(name), value: now }));
}

/** A number is back: what its account wants of Meta is looked at at once, or when the intent's timer comes. */
function settlingJob({ before, now }: Entry<Waba>): readonly Job[] {
  if (!now.intent || before?.intent) return [];
  return [{ kind: "settle", id: `${now.appId}.${now.wabaId}` }];
}
