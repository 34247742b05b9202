import { setImmediate as nextTurn } from "node:timers/promises";
import type { Clock } from "@wabakit/core";

/** A clock that stands still until a test moves it. */
export interface FakeClock extends Clock {
  /** How many tasks have neither run nor been cancelled. */
  readonly pending: number;
  /**
   * Moves `ms` milliseconds ahead. Tasks that fall due run at their own instant, in order, and what
   * they set off settles before the next one; traffic on real sockets may need more patience.
   *
   * @throws What a task throws.
   */
  readonly advance: (ms: number) => Promise<void>;
  /** As `advance`, up to the instant `at`. @throws {RangeError} When `at` has passed already. */
  readonly advanceTo: (at: number) => Promise<void>;
}

interface Task {
  readonly at: number;
  readonly run: () => void;
}

const DEFAULT_START_AT = Date.UTC(2026, 10, 21);

/** Enough for a few awaits that each take a turn of the event loop, such as a resolved file read. */
const SETTLING_TURNS = 3;

/** Makes a clock that shows `startAt` (milliseconds since the epoch). */
export function fakeClock(startAt: number = DEFAULT_START_AT): FakeClock {
  const tasks = agenda();
  let now = startAt;

  const runNext = (until: number): boolean => {
    const task = tasks.takeDue(until);
    if (!task) return false;
    now = Math.max(now, task.at);
    task.run();
    return true;
  };

  const advanceTo = async (at: number): Promise<void> => {
    if (at < now) throw new RangeError("A clock does not run backwards.");
    await settle();
    while (runNext(at)) await settle();
    now = Math.max(now, at);
    await settle();
  };

  return {
    now: () => now,
    schedule(at, run) {
      const task = { at, run };
      tasks.add(task);
      // What is due already must not wait for a test to move the clock: the port says "as soon as".
      if (at <= now) setImmediate(() => runNext(now));
      return () => tasks.remove(task);
    },
    get pending() {
      return tasks.size();
    },
    advance: (ms) => advanceTo(now + ms),
    advanceTo,
  };
}

/** Tasks by instant; equal instants in the order in which they were added. */
function agenda() {
  const tasks: Task[] = [];
  return {
    size: () => tasks.length,
    add(task: Task): void {
      tasks.splice(placeFor(tasks, task.at), 0, task);
    },
    remove(task: Task): void {
      const place = tasks.indexOf(task);
      if (place >= 0) tasks.splice(place, 1);
    },
    takeDue(until: number): Task | undefined {
      const [first] = tasks;
      return first && first.at <= until ? tasks.shift() : undefined;
    },
  };
}

/** The first place behind every task that is due at `at` or earlier. */
function placeFor(tasks: readonly Task[], at: number): number {
  let low = 0;
  let high = tasks.length;
  while (low < high) {
    const middle = (low + high) >>> 1;
    if ((tasks[middle]?.at ?? at) <= at) low = middle + 1;
    else high = middle;
  }
  return low;
}

async function settle(): Promise<void> {
  for (let turn = 0; turn < SETTLING_TURNS; turn++) await nextTurn();
}
