import type { Clock } from "../../clock.ts";
import { Failure } from "../../failure.ts";
import { inTurn } from "../../in-turn.ts";
import type { Logger } from "../../logger.ts";
import type { Job, JobHandler } from "../../queue/queue.ts";
import { type DueList, openDueList, type Timed } from "../../store/due-list.ts";
import type { Store } from "../../store/store.ts";

/** What a timer is for, and with that what its id names. */
export type TimerKind =
  | "heartbeat"
  | "mode"
  | "token"
  | "intent"
  | "verify"
  | "review"
  | "erasure"
  | "session"
  | "recovered"
  | "replay";

/**
 * A reason to look at something again. It is a hint: what is to be done is decided by the record it
 * names, so one that is stale, doubled or early does no harm.
 */
export interface Timer extends Timed {
  readonly kind: TimerKind;
  /** A connection, a session or a replay; of `token`, `intent` and `recovered` an account, as `<appId>.<wabaId>`. */
  readonly id: string;
  /** Which try it wakes, from 1, where tries come further and further apart. */
  readonly attempt?: number;
}

/** What timers that came round lead to. */
export interface Firing {
  /** The timers to set, before anything else is done: a crash later on loses none. */
  readonly next: readonly Timer[];
  /** Does what is due, as the records say it. It may run again with the same timers. */
  readonly apply: () => Promise<void>;
}

/** Decides what to do about the timers of its kind that came round together. */
export type TimerHandler = (fired: readonly Timer[]) => Promise<Firing>;

export type TimerHandlers = Readonly<Record<TimerKind, TimerHandler>>;

export interface TimerParts {
  readonly store: Store;
  readonly clock: Pick<Clock, "now">;
  readonly logger: Pick<Logger, "error">;
  readonly handlers: TimerHandlers;
  /** Aborted when the hub stops: what has not begun by then waits for the next start. */
  readonly stopping: AbortSignal;
}

/** The job that runs timers. Sweeps add it, so a timer that somebody else has set fires soon, too. */
export const TIMERS_JOB: Job = { kind: "timers", id: "timers", swept: true };

/** The timers of the whole hub. */
export function openTimers(store: Store): DueList<Timer> {
  return openDueList<Timer>(store, "timers");
}

/** Timers on their way into the list of a store. */
interface Gathering {
  readonly timers: Timer[];
  readonly durable: Promise<void>;
}

const gatherings = new WeakMap<Store, Gathering>();
const turns = new WeakMap<Store, ReturnType<typeof inTurn>>();

/**
 * Sets timers, durably. Being hints they may be set before the change they belong to, whether or not
 * that lands. Calls of one turn share a commit, and those of one process are not in each other's way.
 *
 * @throws {Failure} `store_unavailable`
 */
export async function setTimers(store: Store, timers: readonly Timer[]): Promise<void> {
  if (timers.length === 0) return;
  const gathering = gatherings.get(store) ?? gather(store);
  gathering.timers.push(...timers);
  await gathering.durable;
}

function gather(store: Store): Gathering {
  const timers: Timer[] = [];
  const turn = turns.get(store) ?? inTurn();
  turns.set(store, turn);
  const durable = new Promise(setImmediate).then(() =>
    turn(() => {
      gatherings.delete(store);
      return add(store, timers);
    }),
  );
  const gathering = { timers, durable };
  gatherings.set(store, gathering);
  return gathering;
}

async function add(store: Store, timers: readonly Timer[]): Promise<void> {
  const list = openTimers(store);
  let landed = false;
  while (!landed) landed = await store.commit(await list.adding(...timers));
}

/**
 * The handler of `TIMERS_JOB`: fires what is due, page by page: set the next timers → apply → remove.
 * A crash after any line is healed by doing it again, and so is a store that does not answer; what
 * fails otherwise is reported, and holds nobody else up.
 */
export function runTimers(parts: TimerParts): JobHandler {
  const { store, clock, stopping } = parts;
  const list = openTimers(store);
  return async () => {
    for (let page = await list.due(clock.now()); page; page = await list.due(clock.now())) {
      if (stopping.aborted) return { again: clock.now() };
      await fire(parts, page.entries);
      let removed = false;
      while (!removed) removed = await store.commit(await list.removing(page));
    }
    const again = await list.earliest();
    return again === undefined ? undefined : { again };
  };
}

async function fire(
  { store, handlers, logger }: TimerParts,
  entries: readonly Timer[],
): Promise<void> {
  // A crash may have doubled one; each of the two would set the next.
  const fired = new Map(entries.map((timer) => [JSON.stringify(timer), timer])).values();
  const byKind = Map.groupBy(fired, ({ kind }) => kind);
  const firings = await Promise.all(Array.from(byKind, ([kind, timers]) => handlers[kind](timers)));
  await setTimers(
    store,
    firings.flatMap(({ next }) => next),
  );
  for (const outcome of await Promise.allSettled(firings.map(({ apply }) => apply()))) {
    if (outcome.status === "fulfilled") continue;
    const error: unknown = outcome.reason;
    if (error instanceof Failure && error.code === "store_unavailable") throw error;
    logger.error({ error, kinds: [...byKind.keys()] }, "what a timer led to has failed");
  }
}

const FIRST_PAUSE_MS = 60_000;
const LONGEST_PAUSE_MS = 60 * 60 * 1000;

/** The same timer for another try: a minute later, then twice as long each time, an hour at most. */
export function tryAgain(timer: Timer, now: number): Timer {
  const { attempt = 1 } = timer;
  const pauseMs = Math.min(FIRST_PAUSE_MS * 2 ** (attempt - 1), LONGEST_PAUSE_MS);
  return { ...timer, attempt: attempt + 1, dueAt: now + pauseMs };
}
