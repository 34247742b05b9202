/** Where time comes from, so that tests can own it. */
export interface Clock {
  /** Milliseconds since the epoch. */
  readonly now: () => number;
  /**
   * Runs `task` once, at the instant `at` (milliseconds since the epoch) or as soon as it has passed,
   * within a minute also when the clock is set anew meanwhile.
   *
   * @returns Cancels the task if it has not run yet.
   */
  readonly schedule: (at: number, task: () => void) => () => void;
}

/** Timers count on while the clock is set: it is looked at this often, and before a task runs. */
const LOOK_EVERY_MS = 60_000;

/** The machine's clock. Its timers never keep a process alive. */
export const systemClock: Clock = {
  now: Date.now,
  schedule(at, task) {
    let timer: NodeJS.Timeout;
    const look = () => {
      const waitMs = at - Date.now();
      if (waitMs <= 0) task();
      else timer = setTimeout(look, Math.min(waitMs, LOOK_EVERY_MS)).unref();
    };
    timer = setTimeout(look, Math.min(Math.max(at - Date.now(), 0), LOOK_EVERY_MS)).unref();
    return () => clearTimeout(timer);
  },
};
