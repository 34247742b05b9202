/** Where time comes from, so that tests can own it. */
export interface Clock {
  /** Milliseconds since the epoch. */
  readonly now: () => number;
  /**
   * Runs `task` once, at the instant `at` (milliseconds since the epoch) or as soon as it has passed.
   *
   * @returns Cancels the task if it has not run yet.
   */
  readonly schedule: (at: number, task: () => void) => () => void;
}

/** Node's timers hold at most this many milliseconds; beyond it they fire at once. */
const LONGEST_TIMER_MS = 2 ** 31 - 1;

/** The machine's clock. Its timers never keep a process alive. */
export const systemClock: Clock = {
  now: Date.now,
  schedule(at, task) {
    let timer: NodeJS.Timeout;
    const arm = () => {
      const waitMs = at - Date.now();
      const next = waitMs > LONGEST_TIMER_MS ? arm : task;
      timer = setTimeout(next, Math.min(Math.max(waitMs, 0), LONGEST_TIMER_MS)).unref();
    };
    arm();
    return () => clearTimeout(timer);
  },
};
